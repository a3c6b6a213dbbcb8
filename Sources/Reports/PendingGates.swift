import Ledger

/// Open pull requests whose merge gate has not decided about their head, the longest first.
public struct PendingGates: Sendable {
  public struct Pull: Sendable {
    /// `acme/api#7`
    public let name: String
    /// When the ledger received what its verdict rests on last.
    public let since: Instant
    public let summary: String
  }

  public let pulls: [Pull]

  public init(reading tables: any LedgerReader) throws {
    pulls = try tables.openPulls().compactMap { pull in
      guard let verdict = try tables.verdict(pull.repository, pull.number, head: pull.headSHA),
        verdict.state == "pending", let since = try tables.entry(at: verdict.entry)?.entry.received
      else { return nil }
      let name = try tables.repository(pull.repository)?.name ?? String(pull.repository)
      return Pull(name: "\(name)#\(pull.number)", since: since, summary: verdict.summary)
    }.sorted { ($0.since, $0.name) < ($1.since, $1.name) }
  }
}
