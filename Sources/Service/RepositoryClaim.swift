import Ledger

/// What a report calls a repository.
struct RepositoryClaim: Hashable, Sendable {
  let id: Int64
  /// `owner/name`.
  let name: String

  init?(_ entry: Entry) {
    guard let id = entry.data["repository_id"]?.int, let name = entry.data["repository"]?.string
    else { return nil }
    (self.id, self.name) = (id, name)
  }

  /// Whether GitHub gave the name to another repository, which still has it, and never told what this
  /// one is called: nothing would stand against the claim, and services are found by such names.
  /// Of what GitHub did name a report changes nothing.
  ///
  /// - Parameter gone: found when it is needed, once for all claims.
  func isAnothers(_ tables: any LedgerReader, gone: inout Set<Int64>?) throws -> Bool {
    guard let owner = try tables.repository(named: name), owner.id != id,
      try RepositoryClaim.isToldByGitHub(owner.id, tables),
      try !RepositoryClaim.isToldByGitHub(id, tables)
    else { return false }
    let known = try gone ?? GoneRepositories(tables).ids
    gone = known
    return !known.contains(owner.id)
  }

  /// By a delivery, an answer, or the identity token of a job.
  private static func isToldByGitHub(_ id: Int64, _ tables: any LedgerReader) throws -> Bool {
    guard let naming = try tables.naming(of: id), let entry = try tables.entry(at: naming)?.entry
    else { return false }
    if case .token = entry.source { return false }
    return true
  }
}
