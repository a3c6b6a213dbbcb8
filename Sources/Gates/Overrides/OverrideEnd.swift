import Ledger

/// The end of an override: time passing changes nothing by itself, an entry says so.
public enum OverrideEnd: String, Sendable {
  case expired
  case revoked

  /// - Parameter now: the ledger's clock.
  public func entry(
    of row: OverrideRow, source: Source = .ledger, now: Instant
  ) throws(EntryError) -> Entry {
    var data = row.target.json
    data["override"] = .int(row.entry)
    // What waits for the deploy gate is asked again.
    if case .deploy = row.target { data["decision"] = .int(row.decision) }
    data["why"] = .string(rawValue)
    data["reason"] = .string(row.reason)
    return try Entry(
      kind: .overrideEnded, at: self == .expired ? row.expiresAt : now, received: now,
      source: source, data: .object(data))
  }

  /// Of all whose time has come and of which no entry says so yet.
  public static func due(_ tables: any LedgerReader, now: Instant) throws -> [Entry] {
    try tables.overrides(.lasting).filter { $0.expiresAt <= now }.reversed()
      .map { try OverrideEnd.expired.entry(of: $0, now: now) }
  }

  /// The same for the head of one pull request: whoever looks at it finds it first.
  static func due(
    _ pull: PullRow, _ tables: any LedgerReader, now: Instant
  ) throws -> [Entry] {
    let heads = Set([pull.headSHA, pull.merge?.headSHA].compactMap(\.self)).sorted()
    return try heads.flatMap {
      try tables.overrides(
        .merge(repository: pull.repository, pull: pull.number, head: $0))
    }.filter { $0.end == nil && $0.expiresAt <= now }.reversed()
      .map { try OverrideEnd.expired.entry(of: $0, now: now) }
  }
}
