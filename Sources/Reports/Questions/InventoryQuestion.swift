import Ledger

/// What was recorded about the resources of an environment: all that a teardown report looks at
/// beside what is asked of the platforms.
public struct InventoryQuestion: Question {
  public static let name = "inventory"
  public static let parameters: Set<String> = ["environment"]

  private let environment: String

  public init(_ parameters: Parameters, now: Instant) throws(BadQuestion) {
    environment = try parameters.required("environment")
  }

  public func answer(_ tables: any LedgerReader, now: Instant) throws -> JSON {
    let catalog = try tables.catalog()
    let names = catalog.names(of: environment)
    var cited = CitedEntries(tables)
    let resources = try tables.resources(names).map { cited.json($0) }
    let singles = try tables.singleResources(names).map { cited.json($0) }
    let snapshots = try tables.snapshots(names).map { cited.json($0) }
    let made = try MadeByPipelines(tables, names: names)
    cited.add(made.rows)
    let summary = try TeardownSummary(
      tables, environment: catalog.canonical(environment), names: names, now: now)
    let (makers, did) = (try cited.makers(), summary.json)
    let members: [String: JSON] = [
      "environment": .string(catalog.canonical(environment)),
      "names": .array(names.sorted().map(JSON.string)), "snapshots": .array(snapshots),
      "items": .array(resources), "singles": .array(singles),
      "revisions": .array(made.revisions.map(\.madeJSON)),
      "images": .array(try made.images.map { try $0.madeJSON.naming($0, tables) }),
      "services": .array(made.services.map(\.json)),
      "elsewhere": try InventoryQuestion.elsewhere(tables, names, catalog),
      "entries": makers, "people": try InventoryQuestion.people([makers, did], tables),
      "summary": did,
    ]
    return try Envelope(schema: Self.schema, asOf: now.wholeSecond, reading: tables).json(members)
  }

  /// Names stand beside what is cited, and in no report: they may have to be forgotten.
  private static func people(_ parts: [JSON], _ tables: any LedgerReader) throws -> JSON {
    let acts = parts.flatMap { Array(($0.object ?? [:]).values) + ($0["ungated"]?.array ?? []) }
    var names: [String: JSON] = [:]
    for person in Set(acts.compactMap { $0["actor"]?.int }) {
      names[String(person)] = try tables.login(person).map(JSON.string)
    }
    return .object(names)
  }

  /// What the lists of other environments hold, by what it is known by.
  private static func elsewhere(
    _ tables: any LedgerReader, _ names: Set<String>, _ catalog: Catalog
  ) throws -> JSON {
    var owners: [String: JSON] = [:]
    for row in try tables.resourcesElsewhere(than: names) {
      let owner = JSON.string(catalog.canonical(row.environment))
      for id in [row.arn, row.id].compactMap(\.self) where owners["\(row.type) \(id)"] == nil {
        owners["\(row.type) \(id)"] = owner
      }
    }
    return .object(owners)
  }
}

/// Which entries are cited, and who was behind each.
private struct CitedEntries {
  private let tables: any LedgerReader
  private var entries: Set<Int64> = []

  init(_ tables: any LedgerReader) { self.tables = tables }

  mutating func add(_ rows: [HistoryRow]) { for row in rows { entries.insert(row.entry) } }

  mutating func json(_ row: ResourceRow) -> JSON {
    [
      "stack": .string(row.stack), "address": .string(row.address), "type": .string(row.type),
      "name": .optional(row.name), "id": .optional(row.id), "arn": .optional(row.arn),
      "action": .optional(row.action), "first": json(row.first), "last": json(row.last),
    ]
  }

  mutating func json(_ row: SingleResourceRow) -> JSON {
    [
      "type": .string(row.type), "id": .string(row.id), "name": .optional(row.name),
      "environment": .optional(row.environment), "made": row.made.map { json($0) } ?? .null,
      "gone": row.gone.map { json($0) } ?? .null,
    ]
  }

  mutating func json(_ row: ResourceListRow) -> JSON {
    entries.insert(row.entry)
    return [
      "stack": .string(row.stack), "form": .string(row.form), "count": .int(row.count),
      "taken_at": .string(row.takenAt.description), "entry": .int(row.entry),
    ]
  }

  private mutating func json(_ sight: ResourceRow.Sight) -> JSON {
    entries.insert(sight.entry)
    return ["at": .string(sight.at.description), "entry": .int(sight.entry)]
  }

  /// People by number: a name would have to be forgotten with its person.
  func makers() throws -> JSON {
    var makers: [String: JSON] = [:]
    for index in entries.sorted() {
      guard let entry = try tables.entry(at: index)?.entry else { continue }
      let data = entry.data
      var (via, actor, run) = (JSON.null, data["actor"] ?? .null, data["run_id"] ?? .null)
      switch entry.source {
      case .token(let name, _): via = .string("token \(name)")
      case .workflow(let job):
        (via, run) = (.string(job.workflow), .int(job.runID))
        if actor.isNull { actor = .optional(job.actorID) }
      default: via = .string("github")
      }
      makers[String(index)] = [
        "actor": actor, "run": run, "attempt": data["run_attempt"] ?? .null,
        "repository": data["repository"] ?? .null, "url": data["url"] ?? .null, "via": via,
        "kind": .string(entry.kind.name),
      ]
    }
    return .object(makers)
  }
}

/// What pipelines registered, pushed and ran in an environment.
private struct MadeByPipelines {
  let revisions: [HistoryRow]
  let images: [HistoryRow]
  let services: [Origin]

  var rows: [HistoryRow] { revisions + images }

  init(_ tables: any LedgerReader, names: Set<String>) throws {
    let deploys = try MadeByPipelines.rows(tables, ["deploy", "rollout"], names)
    let own = try tables.resources(names)
    let families = Set(
      own.filter { $0.type == "aws_ecs_task_definition" }.compactMap(\.id)
        + deploys.compactMap { $0.revision.map(MadeByPipelines.family) })
    revisions = try MadeByPipelines.rows(tables, ["taskdef"]).filter {
      $0.revision.map { families.contains(MadeByPipelines.family($0)) } == true
    }
    let repositories = Set(own.filter { $0.type == "aws_ecr_repository" }.compactMap(\.id))
    let digests = Set((deploys + revisions).compactMap(\.digest))
    images = try MadeByPipelines.rows(tables, ["image"]).filter { row in
      if let digest = row.digest, digests.contains(digest) { return true }
      guard !repositories.isEmpty, let name = try row.imageName(tables) else { return false }
      return repositories.contains { name == $0 || name.hasSuffix("/\($0)") }
    }
    services = Set(deploys.compactMap(\.origin)).filter(\.isWorkload)
      .sorted { $0.text < $1.text }
  }

  private static func rows(
    _ tables: any LedgerReader, _ kinds: [String], _ names: Set<String> = []
  ) throws -> [HistoryRow] {
    var query = HistoryQuery()
    query.kinds = kinds
    query.environments = names.sorted()
    query.isCounted = false
    query.limit = 0
    return try tables.history(query).rows.sorted { ($0.at, $0.subject) < ($1.at, $1.subject) }
  }

  private static func family(_ revision: String) -> String {
    String(revision.prefix { $0 != ":" })
  }
}

extension Origin {
  fileprivate var isWorkload: Bool {
    switch self {
    case .ecs, .kubernetes: true
    default: false
    }
  }

  fileprivate var json: JSON {
    switch self {
    case .ecs(let cluster, let service):
      ["platform": "ecs", "cluster": .string(cluster), "name": .string(service)]
    case .kubernetes(let cluster, let namespace, let workload):
      [
        "platform": "kubernetes", "cluster": .string(cluster), "namespace": .string(namespace),
        "name": .string(workload),
      ]
    default: ["platform": nil, "name": .string(text)]
    }
  }
}

extension HistoryRow {
  fileprivate var madeJSON: JSON {
    [
      "revision": .optional(revision), "digest": .optional(digest), "tag": .optional(note),
      "at": .string(at.description), "entry": .int(entry), "outcome": .optional(outcome),
      "service": .optional(service),
    ]
  }

  /// The line may be called by its service: the entry knows the image's own name.
  fileprivate func imageName(_ tables: any LedgerReader) throws -> String? {
    if case .image(let name)? = origin { return name }
    return try tables.entry(at: entry)?.entry.data["image"]?.string
  }
}

extension JSON {
  fileprivate func naming(_ row: HistoryRow, _ tables: any LedgerReader) throws -> JSON {
    .object((object ?? [:]).merging(["image": .optional(try row.imageName(tables))]) { $1 })
  }
}
