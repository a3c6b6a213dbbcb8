import Merkle

/// Which service and environment an origin is, and who may record: what `ledger.yaml` says beside
/// the gates. It is read when an answer is computed, so it also explains what happened before.
public struct Catalog: Hashable, Sendable {
  public struct Environment: Hashable, Sendable {
    public var name: String
    /// Other names of the same: what GitHub calls it, for one.
    public var aliases: [String]

    public init(name: String, aliases: [String] = []) {
      self.name = name
      self.aliases = aliases
    }
  }

  /// A workload that is a service, in one environment.
  public struct Workload: Hashable, Sendable {
    /// As the platform names it. `*` for any cluster.
    public var origin: Origin
    public var environment: String?

    public init(origin: Origin, environment: String?) {
      self.origin = origin
      self.environment = environment
    }
  }

  public struct Service: Hashable, Sendable {
    public var name: String
    /// `owner/name`.
    public var repositories: [String] = []
    public var images: [String] = []
    /// Of ECS task definitions.
    public var families: [String] = []
    public var workloads: [Workload] = []

    public init(name: String) { self.name = name }
  }

  /// In the order of the way to production.
  public var environments: [Environment]
  public var services: [Service]
  /// Who may record, as `recording` of the file says; `null` when nobody may without a token.
  public var recording: JSON
  /// Whether an environment that is called by none of the names is the one whose name it is but for
  /// the case of its letters, as for GitHub. Catalogs of older entries say nothing of it: what the
  /// gates concluded by them must be concluded again.
  public private(set) var ignoresCase = true

  public init(
    environments: [Environment] = [], services: [Service] = [], recording: JSON = .null
  ) {
    self.environments = environments
    self.services = services
    self.recording = recording
  }

  public var isEmpty: Bool { environments.isEmpty && services.isEmpty && recording == .null }
}

/// Where something is, in the catalog's words.
public struct Place: Hashable, Sendable {
  /// More than one when several services share a repository.
  public var services: [String]
  public var environment: String?
  /// Whether the catalog knows it.
  public var isMapped: Bool

  public var service: String? { services.isEmpty ? nil : services.joined(separator: ",") }
}

extension Catalog {
  /// - Parameters:
  ///   - environment: as the source calls it; `nil` when it names none.
  ///   - repositories: names by id.
  public func place(
    of origin: Origin?, in environment: String?, _ repositories: [Int64: String]
  ) -> Place {
    let matches = origin.map { services(of: $0, repositories) } ?? []
    let mapped = matches.compactMap(\.environment).first
    let raw = environment.flatMap { $0.isEmpty ? nil : $0 } ?? mapped ?? origin?.environment
    let names = matches.map(\.name)
    return Place(
      services: names.isEmpty ? origin?.name(repositories).map { [$0] } ?? [] : names,
      environment: raw.map(canonical), isMapped: !names.isEmpty)
  }

  /// The name of the catalog for one of its aliases, or for what GitHub takes for one of its names;
  /// anything else as it is.
  public func canonical(_ environment: String) -> String {
    environments.first { $0.name == environment || $0.aliases.contains(environment) }?.name
      ?? byLetters(environment) ?? environment
  }

  /// GitHub does not tell `Production` from `production`. Where two environments differ by nothing
  /// else it may be either, and is neither.
  private func byLetters(_ environment: String) -> String? {
    guard ignoresCase else { return nil }
    let meant = environments.filter {
      ([$0.name] + $0.aliases).contains { Catalog.isSame($0, environment) }
    }
    return meant.count == 1 ? meant[0].name : nil
  }

  /// But for the case of the letters of ASCII.
  private static func isSame(_ left: String, _ right: String) -> Bool {
    func small(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 0x20 : byte }
    return left.utf8.count == right.utf8.count
      && zip(left.utf8, right.utf8).allSatisfy { small($0) == small($1) }
  }

  /// What an environment is called anywhere.
  public func names(of environment: String) -> Set<String> {
    let name = canonical(environment)
    let aliases = environments.first { $0.name == name }?.aliases ?? []
    return Set([name, environment] + aliases)
  }

  private func services(
    of origin: Origin, _ repositories: [Int64: String]
  ) -> [(name: String, environment: String?)] {
    services.compactMap { service in
      switch origin {
      case .service(let name): return name == service.name ? (service.name, nil) : nil
      case .repository(let id):
        guard let name = repositories[id]?.lowercased() else { return nil }
        return service.repositories.contains { $0.lowercased() == name }
          ? (service.name, nil) : nil
      case .image(let name): return service.images.contains(name) ? (service.name, nil) : nil
      case .family(let name): return service.families.contains(name) ? (service.name, nil) : nil
      case .ecs, .kubernetes, .argo:
        return service.workloads.first { $0.matches(origin) }.map { (service.name, $0.environment) }
      }
    }
  }

  /// Dev before test before staging before production, where the catalog gives no order. What it
  /// does not name stands before what it does: the last one is production.
  public func order(_ environment: String) -> Int {
    if let place = environments.firstIndex(where: { $0.name == environment }) {
      return 1_000 + place
    }
    let words: [(String, Int)] = [("prod", 3), ("live", 3), ("stag", 2), ("pre", 2), ("test", 1)]
    return words.first { environment.lowercased().contains($0.0) }?.1 ?? 0
  }
}

extension Catalog.Workload {
  /// Whether `other` is this workload, or one of those that `*` stands for.
  public func matches(_ other: Origin) -> Bool {
    switch (origin, other) {
    case (.ecs(let cluster, let service), .ecs(let otherCluster, let otherService)):
      (cluster == "*" || cluster == otherCluster) && service == otherService
    case (
      .kubernetes(let cluster, let namespace, let workload),
      .kubernetes(let otherCluster, let otherNamespace, let otherWorkload)
    ):
      (cluster == "*" || cluster == otherCluster) && namespace == otherNamespace
        && workload == otherWorkload
    default: origin == other
    }
  }
}

extension Catalog {
  public var json: JSON {
    var members: [String: JSON] = [
      "environments": .array(
        environments.map {
          ["name": .string($0.name), "aliases": .array($0.aliases.map(JSON.string))]
        }),
      "services": .array(services.map(\.json)), "recording": recording,
    ]
    // The hash of an older one stays what it was.
    if ignoresCase { members["ignores_case"] = true }
    return .object(members)
  }

  /// Reads what `json` wrote; what cannot be read is left out.
  public init(json: JSON) {
    self.init(
      environments: (json["environments"]?.array ?? []).compactMap { environment in
        environment["name"]?.string.map {
          Environment(name: $0, aliases: strings(environment["aliases"]))
        }
      },
      services: (json["services"]?.array ?? []).compactMap(Service.init(json:)),
      recording: json["recording"] ?? .null)
    ignoresCase = json["ignores_case"]?.bool ?? false
  }
}

extension Catalog {
  /// Of what the log keeps, in hexadecimal digits.
  public var hash: String { Hash.sha256(json.canonicalBytes).hex }

  /// The entry that puts this catalog in force.
  public func entry(received: Instant) throws(EntryError) -> Entry {
    try Entry(
      kind: .catalog, at: nil, received: received, source: .ledger,
      data: ["hash": .string(hash), "catalog": json])
  }
}

extension Catalog.Service {
  fileprivate var json: JSON {
    [
      "name": .string(name), "repositories": .array(repositories.map(JSON.string)),
      "images": .array(images.map(JSON.string)), "families": .array(families.map(JSON.string)),
      "workloads": .array(
        workloads.map {
          ["origin": .string($0.origin.text), "environment": .optional($0.environment)]
        }),
    ]
  }

  fileprivate init?(json: JSON) {
    guard let name = json["name"]?.string else { return nil }
    self.init(name: name)
    repositories = strings(json["repositories"])
    images = strings(json["images"])
    families = strings(json["families"])
    workloads = (json["workloads"]?.array ?? []).compactMap { workload in
      workload["origin"]?.string.flatMap(Origin.init(text:)).map {
        Catalog.Workload(origin: $0, environment: workload["environment"]?.string)
      }
    }
  }
}

private func strings(_ json: JSON?) -> [String] { (json?.array ?? []).compactMap(\.string) }
