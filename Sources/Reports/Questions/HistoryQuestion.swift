import Ledger

/// What happened, newest first. Different filters are ANDed, values of one are ORed.
public struct HistoryQuestion: Question {
  public static let name = "history"
  public static let parameters: Set<String> = [
    "service", "environment", "repository", "kind", "outcome", "actor", "commit", "digest", "pull",
    "revision", "since", "until", "cursor", "limit",
  ]
  /// Rows of one page.
  public static let maximumPage: Int64 = 1_000

  private let query: HistoryQuery

  public init(_ parameters: Parameters, now: Instant) throws(BadQuestion) {
    var query = HistoryQuery()
    query.services = parameters.all("service")
    query.environments = parameters.all("environment")
    query.repositories = parameters.all("repository")
    query.kinds = try parameters.kinds()
    query.outcomes = parameters.all("outcome")
    query.actors = parameters.all("actor")
    query.commit = try parameters.one("commit")
    query.digest = try parameters.one("digest")
    query.pull = try parameters.integer("pull", in: 1...Int64.max)
    query.revision = try parameters.one("revision")
    query.since = try parameters.instant("since", now: now)
    query.until = try parameters.instant("until", now: now)
    query.cursor = try parameters.integer("cursor", in: 0...Int64.max)
    query.limit = Int(
      try parameters.integer("limit", in: 1...HistoryQuestion.maximumPage) ?? 20)
    self.query = query
  }

  public func answer(_ tables: any LedgerReader, now: Instant) throws -> JSON {
    try HistoryPage(
      tables.history(query), Completeness(tables), asOf: now.wholeSecond
    ).json
  }
}
