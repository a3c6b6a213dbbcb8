import Ledger

/// What people let pass, newest first: `ledger gate overrides`. What is in force is always there,
/// however old.
public struct OverrideList: Sendable {
  public static let schema = "ledger.overrides/1"
  public static let maximum = 500

  public let items: [JSON]
  /// Whether older ones, all of them over, are left out.
  public let hasMore: Bool
  public let asOf: Instant

  public init(reading tables: any LedgerReader, asOf: Instant) throws {
    let names = try tables.repositoryNames()
    let active = try tables.overrides(.lasting).filter { $0.isValid(at: asOf) }
    // Far enough to see one that is over, if there is any behind what is shown.
    let most = OverrideList.maximum
    let newest = try tables.overrides(.newest(limit: most + active.count + 1))
    let shown = Array(newest.prefix(most))
    let end = shown.last?.entry ?? 0
    hasMore = newest.dropFirst(most).contains { !$0.isValid(at: asOf) }
    items = (shown + active.filter { $0.entry < end }).map { $0.json(names, asOf: asOf) }
    self.asOf = asOf
  }

  public var json: JSON {
    Envelope(schema: OverrideList.schema, asOf: asOf, gaps: []).json([
      "items": .array(items), "has_more": .bool(hasMore),
    ])
  }

  /// One of them; `nil` when there is none.
  public static func item(
    _ entry: Int64, reading tables: any LedgerReader, asOf: Instant
  ) throws -> JSON? {
    try tables.override(entry)?.json(try tables.repositoryNames(), asOf: asOf)
  }
}

extension OverrideRow {
  /// `active`, `expired` or `revoked`. One whose time has come is over, whether or not an entry
  /// says so yet.
  public func state(at now: Instant) -> String {
    end?.why ?? (isValid(at: now) ? "active" : "expired")
  }

  func json(_ names: [Int64: String], asOf: Instant) -> JSON {
    var members: [String: JSON] = [
      "entry": .string(String(entry)), "decision": .string(String(decision)),
      "state": .string(state(at: asOf)), "reason": .string(reason), "by": .string(by),
      "made_at": .string(madeAt.description), "expires_at": .string(expiresAt.description),
      "ended_at": .optional(end?.at), "ended_entry": .optional(end.map { String($0.entry) }),
      "repository": .null, "pull": .null, "head_sha": .null, "service": .null,
      "environment": .null, "digest": .null,
    ]
    switch target {
    case .merge(let repository, let pull, let head, _):
      members["gate"] = "merge"
      members["repository"] = [
        "id": .string(String(repository)), "name": .optional(names[repository]),
      ]
      members["pull"] = .string(String(pull))
      members["head_sha"] = .string(head)
    case .deploy(let service, let environment, let digest):
      members["gate"] = "deploy"
      members["service"] = .string(service)
      members["environment"] = .string(environment)
      members["digest"] = .string(digest)
    }
    return .object(members)
  }
}
