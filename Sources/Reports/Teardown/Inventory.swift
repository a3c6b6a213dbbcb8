import Ledger

/// What was recorded about an environment: the answer of `InventoryQuestion`, read.
public struct Inventory: Sendable {
  public struct Sight: Hashable, Sendable {
    public let at: Instant
    public let entry: Int64
  }

  struct Recorded: Sendable {
    let stack, address, type: String
    let name, id, arn, action: String?
    let first, last: Sight
  }

  struct Single: Sendable {
    let type, id: String
    let name, environment: String?
    let made, gone: Sight?
  }

  struct Snapshot: Sendable {
    let stack, form: String
    let at: Instant
    let entry: Int64
  }

  /// A revision of a task definition, or an image.
  struct Made: Sendable {
    let revision, image, digest, tag, outcome: String?
    let seen: Sight
  }

  struct Workload: Sendable {
    let platform, cluster, name: String
    let namespace: String?
  }

  public let environment: String
  /// Its other names, too.
  public let names: Set<String>
  public let asOf: Instant
  let snapshots: [Snapshot]
  let resources: [Recorded]
  let singles: [Single]
  let revisions: [Made]
  let images: [Made]
  let services: [Workload]
  /// What belongs to other environments: `TYPE ID`.
  let elsewhere: [String: String]
  /// Who was behind an entry.
  let makers: [Int64: JSON]
  /// Names by number, for whoever reads: they go into no report.
  public let people: [Int64: String]
  let summary: JSON
  let gaps: JSON

  public init?(json: JSON) {
    guard json["schema"]?.string == InventoryQuestion.schema,
      let environment = json["environment"]?.string, let asOf = Instant(json: json["as_of"])
    else { return nil }
    func list<Value>(_ name: String, _ read: (JSON) -> Value?) -> [Value] {
      (json[name]?.array ?? []).compactMap(read)
    }
    (self.environment, self.asOf) = (environment, asOf)
    names = Set(list("names", \.string))
    snapshots = list("snapshots", Snapshot.init).sorted { $0.at < $1.at }
    resources = list("items", Recorded.init)
    singles = list("singles", Single.init)
    revisions = list("revisions", Made.init)
    images = list("images", Made.init)
    services = list("services", Workload.init)
    elsewhere = (json["elsewhere"]?.object ?? [:]).compactMapValues(\.string)
    makers = Dictionary(
      uniqueKeysWithValues: (json["entries"]?.object ?? [:]).compactMap { key, value in
        Int64(key).map { ($0, value) }
      })
    people = Dictionary(
      uniqueKeysWithValues: (json["people"]?.object ?? [:]).compactMap { key, value in
        Int64(key).flatMap { number in value.string.map { (number, $0) } }
      })
    summary = json["summary"] ?? .null
    gaps = json["gaps"] ?? []
  }

  /// What a survey has to know before it asks.
  ///
  /// - Parameter kept: of the policy.
  public func scope(kept: [KeptRule]) -> LiveSurvey.Scope {
    let types = Set(resources.map(\.type) + singles.map(\.type))
    func ids(_ type: String) -> Set<String> {
      Set(resources.filter { $0.type == type }.compactMap(\.id))
    }
    let kinds = types.union(services.compactMap(\.kubernetesType))
      .filter { $0.hasPrefix("kubernetes_") }.map { String($0.dropFirst(11)) }
    return LiveSurvey.Scope(
      families: families, types: types, vpcs: ids("aws_vpc"),
      securityGroups: ids("aws_security_group"),
      buckets: Set(kept.filter { $0.type == "aws_s3_bucket" && $0.isExact }.map(\.name)),
      kubernetesKinds: Set(kinds), region: nil, projectTag: nil)
  }

  /// Of all task definitions that a row may be about.
  private var families: Set<String> {
    let type = "aws_ecs_task_definition"
    var ids = resources.filter { $0.type == type }.compactMap { $0.id ?? $0.arn }
    ids += singles.filter { $0.type == type && isOwn($0) }.map(\.id)
    ids += revisions.compactMap(\.revision)
    return Set(ids.map(\.family)).subtracting([""])
  }

  func isOwn(_ single: Single) -> Bool { single.environment.map(names.contains) ?? false }
}

extension Inventory.Workload {
  var kubernetesType: String? {
    platform == "kubernetes"
      ? "kubernetes_\(name.prefix { $0 != "/" }.lowercased())" : nil
  }
}

// MARK: reading

extension Inventory.Sight {
  init?(_ json: JSON?) {
    guard let at = Instant(json: json?["at"]), let entry = json?["entry"]?.int else { return nil }
    self.init(at: at, entry: entry)
  }
}

extension Inventory.Recorded {
  fileprivate init?(_ json: JSON) {
    guard let stack = json["stack"]?.string, let address = json["address"]?.string,
      let type = json["type"]?.string, let first = Inventory.Sight(json["first"]),
      let last = Inventory.Sight(json["last"])
    else { return nil }
    self.init(
      stack: stack, address: address, type: type, name: json["name"]?.string,
      id: json["id"]?.string, arn: json["arn"]?.string, action: json["action"]?.string,
      first: first, last: last)
  }
}

extension Inventory.Single {
  fileprivate init?(_ json: JSON) {
    guard let type = json["type"]?.string, let id = json["id"]?.string else { return nil }
    self.init(
      type: type, id: id, name: json["name"]?.string, environment: json["environment"]?.string,
      made: Inventory.Sight(json["made"]), gone: Inventory.Sight(json["gone"]))
  }
}

extension Inventory.Snapshot {
  fileprivate init?(_ json: JSON) {
    guard let stack = json["stack"]?.string, let form = json["form"]?.string,
      let at = Instant(json: json["taken_at"]), let entry = json["entry"]?.int
    else { return nil }
    self.init(stack: stack, form: form, at: at, entry: entry)
  }
}

extension Inventory.Made {
  fileprivate init?(_ json: JSON) {
    guard let seen = Inventory.Sight(json) else { return nil }
    self.init(
      revision: json["revision"]?.string, image: json["image"]?.string,
      digest: json["digest"]?.string, tag: json["tag"]?.string,
      outcome: json["outcome"]?.string, seen: seen)
  }
}

extension Inventory.Workload {
  fileprivate init?(_ json: JSON) {
    guard let platform = json["platform"]?.string, let name = json["name"]?.string,
      let cluster = json["cluster"]?.string
    else { return nil }
    self.init(
      platform: platform, cluster: cluster, name: name, namespace: json["namespace"]?.string)
  }
}
