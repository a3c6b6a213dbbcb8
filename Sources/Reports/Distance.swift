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
    guard let start = from.pull, let end = to.pull, start.merge != nil, end.merge != nil else {
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
    let isBackward = try Distance.isBefore(end, start, tables) == true
    direction = isBackward ? .backward : .forward
    reason = nil
    pulls = try Distance.merged(
      after: isBackward ? end : start, until: isBackward ? start : end, tables
    ).filter { $0.merge?.baseRef == end.merge?.baseRef }
  }

  /// What was merged in one second with the first is left out only where it is known to come before
  /// it, and with the last nothing is: one too many is seen, one too few is not.
  private static func merged(
    after first: PullRow, until last: PullRow, _ tables: any LedgerReader
  ) throws -> [PullRow] {
    guard let from = first.merge?.at, let until = last.merge?.at, first.number != last.number
    else { return [] }
    let before = Instant(microseconds: from.microseconds - 1)
    return try tables.merges(first.repository, after: before, until: until)
      .filter { try $0.number != first.number && isBefore($0, first, tables) != true }
      .sorted { position($0) < position($1) }
  }

  private static func position(_ pull: PullRow) -> (Int64, Int64, Int64) {
    (pull.merge?.at.microseconds ?? 0, pull.merge?.entry ?? 0, pull.number)
  }

  /// GitHub's clock has whole seconds, and a merge queue merges several pull requests in one: of
  /// these the log knows the order. `nil` where it does not: what told of a merge was not the
  /// delivery about it, or that came late, for example again.
  private static func isBefore(
    _ left: PullRow, _ right: PullRow, _ tables: any LedgerReader
  ) throws -> Bool? {
    guard let one = left.merge, let other = right.merge else { return nil }
    if one.at != other.at { return one.at < other.at }
    guard one.entry != other.entry, try isPrompt(one, tables), try isPrompt(other, tables) else {
      return nil
    }
    return one.entry < other.entry
  }

  /// GitHub delivers within seconds what it does not have to try again.
  private static func isPrompt(_ merge: PullRow.Merge, _ tables: any LedgerReader) throws -> Bool {
    guard merge.isFirsthand, let entry = try tables.entry(at: merge.entry)?.entry else {
      return false
    }
    return entry.received.seconds(since: merge.at) < 60
  }
}
