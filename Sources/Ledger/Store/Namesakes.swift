extension LedgerReader {
  /// Whether GitHub told since that another repository has the name: what is asked by it is answered
  /// about that one. A repository that was made anew, or that came to the name of a renamed one,
  /// inherits nothing.
  public func isNameTaken(from row: RepositoryRow) throws -> Bool {
    try repository(named: row.name).map { $0.id != row.id } ?? false
  }
}
