/// A stream is the sequence of all entries about one repository (`repository/1296269`) or one
/// service (`service/api`). Each entry carries its number in each of its streams, so that whoever
/// holds some of them sees whether one is missing between them.
///
/// Which streams an entry is in follows from the entry alone. It is part of the format: what the
/// entries of a kind are in never changes, or `verify` would refuse what was written before.
public enum Streams {
  public static func repository(_ id: Int64) -> String { "repository/\(id)" }
  public static func service(_ name: String) -> String { "service/\(name)" }

  /// The number of a repository's stream; `nil` for a service's, and for another way to write it.
  public static func repository(of name: String) -> Int64? {
    guard name.utf8.starts(with: "repository/".utf8),
      let id = Int64(name.dropFirst("repository/".count)), name.isExactly(repository(id))
    else { return nil }
    return id
  }

  /// The stream of an origin is that of its name: what a catalog makes of it may change, and which
  /// cluster it runs in tells no two services of one name apart. `nil` for an origin without one.
  public static func name(of origin: Origin) -> String? {
    if case .repository(let id) = origin { return repository(id) }
    guard let name = origin.name([:]), !name.isEmpty else { return nil }
    return service(name)
  }

  /// Of two spellings of one name the first alone, which is what `Set` keeps: an object of JSON holds
  /// no two members that Swift takes for one.
  public static func names(of entry: Entry) -> Set<String> {
    var names = Set(origins(of: entry.kind, entry.data).compactMap(name))
    if let id = entry.data["repository_id"]?.int { names.insert(repository(id)) }
    if case .workflow(let run) = entry.source { names.insert(repository(run.repositoryID)) }
    return names
  }

  private static func origins(of kind: Kind, _ data: JSON) -> [Origin] {
    switch kind {
    case .ecsDeployment, .ecsServiceAction: [Origin.ecs(in: data)].compactMap(\.self)
    case .ecsTask: [Origin.ecs(in: data), .family(in: data)].compactMap(\.self)
    case .ecrImage, .ecrScan: [Origin.image(in: data)].compactMap(\.self)
    case .rolloutObserved: [Origin.kubernetes(in: data)].compactMap(\.self)
    case .argoSync: [Origin.argo(in: data)].compactMap(\.self)
    case .cdEvent: [Origin.cdEvent(data)].compactMap(\.self)
    case .exportMade: []
    default: named(kind, data)
    }
  }

  /// By reports and by the deploy gate, which joins the names of services that are deployed at once.
  private static func named(_ kind: Kind, _ data: JSON) -> [Origin] {
    // The audit of a deployment cites the origin that was deployed to.
    let isConclusion = Kind.conclusions.contains(kind)
    let text = isConclusion ? data["origin"]?.string : nil
    let said = text.flatMap(Origin.init(text:)).map { [$0] } ?? []
    if let names = data["service"]?.string {
      return said + names.split(separator: ",").map { .service(String($0)) }
    }
    switch kind {
    case .imageRecorded where data["repository_id"]?.int == nil:
      return said + [Origin.image(in: data)].compactMap(\.self)
    case .taskDefinitionRecorded where data["repository_id"]?.int == nil:
      return said + [Origin.family(in: data)].compactMap(\.self)
    default: return said
    }
  }
}

extension Entry {
  /// Its number in a stream; two spellings of a letter are two streams.
  public func number(in stream: String) -> Int64? {
    guard let place = streams.index(forKey: stream), streams[place].key.isExactly(stream) else {
      return nil
    }
    return streams[place].value
  }
}

// MARK: the member of the entry

extension Streams {
  /// As it stands behind the entry's other members: canonical JSON sorts it there.
  static func suffix(_ numbers: [String: Int64]) -> [UInt8] {
    Array(#","streams":"#.utf8) + JSON.object(numbers.mapValues(JSON.int)).canonicalBytes
  }

  /// Bytes that the numbers of an entry take at most.
  static func room(for entry: Entry) -> Int {
    let names = names(of: entry)
    guard !names.isEmpty else { return 0 }
    return suffix(Dictionary(uniqueKeysWithValues: names.map { ($0, 1 << 53) })).count
  }

  /// - Throws: for anything but at least one name of a stream with a number from 1 on.
  static func numbers(_ json: JSON?) throws(EntryError) -> [String: Int64] {
    guard let json else { return [:] }
    guard let members = json.object, !members.isEmpty else {
      throw .notAnEntry("streams is no object with members")
    }
    var numbers: [String: Int64] = [:]
    for (name, value) in members {
      guard isName(name), let number = value.int, number > 0, number <= 1 << 53 else {
        throw .notAnEntry("a member of streams is no name with a number")
      }
      numbers[name] = number
    }
    return numbers
  }

  /// By bytes: an accent at the beginning of a service's name melts into the slash before it, and
  /// `hasPrefix` sees neither.
  private static func isName(_ name: String) -> Bool {
    if repository(of: name) != nil { return true }
    return name.utf8.starts(with: "service/".utf8) && name.utf8.count > "service/".utf8.count
      && !name.utf8.contains(0)
  }
}
