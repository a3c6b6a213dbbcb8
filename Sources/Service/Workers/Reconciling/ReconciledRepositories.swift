import Ledger

/// Which of the repositories that the log has heard of GitHub is asked about.
struct ReconciledRepositories: Sendable {
  /// In the order of their ids.
  private(set) var asked: [RepositoryRow] = []
  /// The others that GitHub named, and why it is not asked about them.
  private(set) var leftOut: [(repository: RepositoryRow, reason: String)] = []
  /// How many nobody named but bearers of tokens. They may invent as many as they like, and each
  /// would cost a call of every run.
  private(set) var hearsay = 0

  /// - Parameter isApp: whether the App's reach is ours.
  init(_ tables: any LedgerReader, isApp: Bool) throws {
    let gone = try GoneRepositories(tables, isApp: isApp).ids
    let rows = try tables.repositoryNames().map { RepositoryRow(id: $0.key, name: $0.value) }
    for row in rows.sorted(by: { $0.id < $1.id }) {
      if try tables.isHearsay(row.id) {
        hearsay += 1
      } else if gone.contains(row.id) {
        leftOut.append((row, "it was removed"))
      } else if try tables.isNameTaken(from: row) {
        leftOut.append((row, Effects.anothersName))
      } else {
        asked.append(row)
      }
    }
  }
}

extension LedgerReader {
  /// What GitHub signed outranks reports, and so does what a job's identity token claims.
  fileprivate func isHearsay(_ repository: Int64) throws -> Bool {
    guard let place = try naming(of: repository), case .token = try entry(at: place)?.entry.source
    else { return false }
    return true
  }
}
