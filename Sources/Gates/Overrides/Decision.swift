import Ledger

/// The verdict that an override is to lift.
struct Decision {
  let entry: Int64
  let target: OverrideRow.Target
  private let state: String
  /// Of the deploy gate.
  private let blocking: [JSON]

  init(_ reference: OverrideRequest.Reference, _ tables: any LedgerReader) throws {
    switch reference {
    case .decision(let index): self = try Decision(at: index, tables)
    case .pull(let repository, let number):
      let name = "\(repository)#\(number)"
      guard let row = try tables.repository(named: repository),
        let pull = try tables.pull(row.id, number)
      else { throw OverrideRefusal.unknown("no delivery told of pull request \(name)") }
      guard let verdict = try tables.verdict(row.id, number, head: pull.headSHA) else {
        throw OverrideRefusal.unknown("no gate looked at the head of \(name)")
      }
      self = try Decision(at: verdict.entry, tables)
    }
  }

  private init(at index: Int64, _ tables: any LedgerReader) throws {
    guard let stored = try tables.entry(at: index) else {
      throw OverrideRefusal.unknown("there is no entry \(index)")
    }
    let data = stored.entry.data
    guard let target = try Decision.target(stored, tables), let state = data["state"]?.string else {
      throw OverrideRefusal.unknown("entry \(index) is no verdict of a gate")
    }
    (entry, self.target, self.state) = (index, target, state)
    blocking = LiftedFindings.blocking(data)
  }

  private static func target(
    _ stored: Stored, _ tables: any LedgerReader
  ) throws -> OverrideRow.Target? {
    let data = stored.entry.data
    switch stored.entry.kind {
    case .verdict:
      guard let repository = data["repository_id"]?.int, let number = data["pull"]?.int,
        let head = data["head_sha"]?.string, let pull = try tables.pull(repository, number)
      else { return nil }
      return .merge(repository: repository, pull: number, head: head, base: pull.baseRef)
    case .deployVerdict:
      guard let service = data["service"]?.string, let environment = data["environment"]?.string
      else { return nil }
      guard let digest = data["digest"]?.string else {
        throw OverrideRefusal.conflict("entry \(stored.index) names no digest")
      }
      return .deploy(service: service, environment: environment, digest: digest)
    default: return nil
    }
  }

  /// Throws unless it is what the gate says now, and that is no.
  func checkBlocks(_ tables: any LedgerReader) throws {
    guard state != Verdict.State.allow.rawValue else {
      throw OverrideRefusal.conflict("entry \(entry) is an allow: there is nothing to override")
    }
    switch target {
    case .merge(let repository, let number, let head, _):
      try checkPull(repository, number, head, tables)
      if let last = try tables.verdict(repository, number, head: head), last.entry != entry {
        throw OverrideRefusal.conflict(
          "entry \(last.entry) replaced entry \(entry): \(last.state), \(last.summary)")
      }
    case .deploy(let service, let environment, let digest):
      let standing = try tables.overrides(
        .deploy(service: service, environment: environment, digest: digest)
      ).first { try $0.end == nil && $0.lifts(blocking, tables) }
      if let standing {
        throw OverrideRefusal.conflict("entry \(standing.entry) overrides it already")
      }
    }
  }

  private func checkPull(
    _ repository: Int64, _ number: Int64, _ head: String, _ tables: any LedgerReader
  ) throws {
    guard let pull = try tables.pull(repository, number), pull.isOpen else {
      throw OverrideRefusal.conflict("the pull request is not open")
    }
    guard pull.headSHA == head else {
      throw OverrideRefusal.conflict(
        "the pull request has another head since: \(pull.headSHA.prefix(7))")
    }
    if let other = try pull.others(tables).first {
      throw OverrideRefusal.conflict(
        "pull request \(other.number) has the same head, and a status belongs to a commit: "
          + "close one of them, or push")
    }
  }
}

extension PullRow {
  /// Open pull requests with the same head. GitHub shows one status for all of them.
  func others(_ tables: any LedgerReader) throws -> [PullRow] {
    try tables.pulls(repository, head: headSHA)
      .filter { $0.isOpen && $0.number != number && $0.headSHA == headSHA }
      .sorted { $0.number < $1.number }
  }
}

extension OverrideRow.Target {
  /// As an entry holds it.
  var json: [String: JSON] {
    switch self {
    case .merge(let repository, let pull, let head, let base):
      [
        "gate": "merge", "repository_id": .int(repository), "pull": .int(pull),
        "head_sha": .string(head), "base_ref": .string(base),
      ]
    case .deploy(let service, let environment, let digest):
      [
        "gate": "deploy", "service": .string(service), "environment": .string(environment),
        "digest": .string(digest),
      ]
    }
  }
}
