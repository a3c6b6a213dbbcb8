/// Repositories that were deleted, or taken from the App: GitHub would answer 404 for ever, or with
/// another repository that has the name now. What GitHub delivers of one that happened after that
/// brings it back.
public struct GoneRepositories {
  public private(set) var ids: Set<Int64> = []

  /// - Parameter isApp: whether the App's reach is ours, so that what was taken from it is gone, too.
  public init(_ tables: any LedgerReader, isApp: Bool = false) throws {
    var removals = try GoneRepositories.deletions(tables)
    if isApp {
      removals.merge(GoneRepositories.withdrawals(try tables.installations())) { max($0, $1) }
    }
    for (id, removal) in removals where try !GoneRepositories.isBack(id, since: removal, tables) {
      ids.insert(id)
    }
  }

  /// The newest entry about each.
  private static func deletions(_ tables: any LedgerReader) throws -> [Int64: Int64] {
    var deletions: [Int64: Int64] = [:]
    for stored in try tables.repositoryDeletions() {
      if let id = stored.entry.data["repository_id"]?.int { deletions[id] = stored.index }
    }
    return deletions
  }

  /// Of those that were within reach of an installation and are within that of none. The rows of an
  /// installation that was deleted still say what it reached.
  private static func withdrawals(_ rows: [InstallationRow]) -> [Int64: Int64] {
    let deleted = rows.filter { $0.repository == nil && $0.state == "deleted" }
    let ends = Dictionary(deleted.map { ($0.id, $0.entry) }) { max($0, $1) }
    var (withdrawals, reached): ([Int64: Int64], Set<Int64>) = ([:], [])
    for row in rows {
      guard let repository = row.repository else { continue }
      guard let end = ends[row.id] ?? (row.state == "removed" ? row.entry : nil) else {
        reached.insert(repository)
        continue
      }
      withdrawals[repository] = max(withdrawals[repository] ?? end, end)
    }
    return withdrawals.filter { !reached.contains($0.key) }
  }

  /// GitHub names no time for a removal, and delivers late: what happened before it may come after
  /// it. A report proves nothing.
  private static func isBack(
    _ id: Int64, since removal: Int64, _ tables: any LedgerReader
  ) throws -> Bool {
    guard let removed = try tables.entry(at: removal)?.entry.received,
      let place = try tables.naming(of: id), place > removal,
      let newest = try tables.entry(at: place)?.entry, case .github = newest.source,
      let at = newest.at
    else { return false }
    return at > removed
  }
}
