import Ledger

/// Where a commit stands among the merges of its repository.
struct Landing {
  let commit: String?
  let repository: Int64?
  /// The pull request whose merge it is.
  let pull: PullRow?

  init(_ row: HistoryRow, _ tables: any LedgerReader) throws {
    try self.init(commit: row.commit, tables)
  }

  init(commit: String?, _ tables: any LedgerReader) throws {
    self.commit = commit
    let above = try commit.map { try tables.links([.commit($0)], downstream: false) } ?? []
    var merged: PullRow?
    for link in above where link.source.stage == .pull {
      let parts = link.source.subject.split(separator: "/").compactMap { Int64($0) }
      guard parts.count == 2, let row = try tables.pull(parts[0], parts[1]), row.merge != nil else {
        continue
      }
      merged = merged ?? row
    }
    pull = merged
    repository = merged?.repository
  }
}

/// The pull requests between two commits, by the order in which they were merged: the ledger knows
/// merges, and no commits that came without one.
struct Distance {
  enum Direction: String { case forward, backward, same, unknown }

  let direction: Direction
  let pulls: [PullRow]
  let reason: String?

  init(from: Landing, to: Landing, _ tables: any LedgerReader) throws {
    if let commit = from.commit, commit == to.commit {
      (direction, pulls, reason) = (.same, [], nil)
      return
    }
    guard let start = from.pull, let end = to.pull, let left = start.merge?.at,
      let right = end.merge?.at
    else {
      let unknown = [from, to].first { $0.pull == nil }?.commit
      (direction, pulls) = (.unknown, [])
      reason =
        unknown.map { "no pull request is known whose merge is \($0.prefix(7))" }
        ?? "a commit is not known"
      return
    }
    guard start.repository == end.repository else {
      (direction, pulls, reason) = (.unknown, [], "the commits are of two repositories")
      return
    }
    direction = left <= right ? .forward : .backward
    reason = nil
    pulls = try tables.merges(start.repository, after: min(left, right), until: max(left, right))
      .filter { $0.merge?.baseRef == end.merge?.baseRef }
  }
}
