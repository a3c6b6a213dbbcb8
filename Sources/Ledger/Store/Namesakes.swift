extension LedgerReader {
  /// Whether another repository has the name by now: what is asked by it is answered about that one.
  /// A repository that was made anew, or that came to the name of a renamed one, inherits nothing.
  public func isNameTaken(from row: RepositoryRow) throws -> Bool {
    try nameTaken(from: row) != nil
  }

  /// The newest entry that names the other one. Places in the log are compared: of a check run an App
  /// chooses when it happened. What only a report says takes no name from what GitHub signed, and
  /// what was deleted has none.
  public func nameTaken(from row: RepositoryRow) throws -> Int64? {
    let others = try repositories(named: row.name).filter { $0.id != row.id }
    guard !others.isEmpty else { return nil }
    let own = try self.naming(by: row.id) ?? Naming(rank: "", place: -1)
    let later = try others.compactMap { other -> (id: Int64, place: Int64)? in
      guard let naming = try self.naming(by: other.id), own < naming else { return nil }
      return (other.id, naming.place)
    }
    guard !later.isEmpty else { return nil }
    let gone = try GoneRepositories(self).ids
    return later.filter { !gone.contains($0.id) }.map(\.place).max()
  }

  private func naming(by repository: Int64) throws -> Naming? {
    guard let place = try naming(of: repository), let entry = try self.entry(at: place)?.entry
    else { return nil }
    return Naming(rank: entry.source.rank, place: place)
  }
}

/// What a repository has its name by.
private struct Naming: Comparable {
  let rank: String
  let place: Int64

  static func < (left: Naming, right: Naming) -> Bool {
    (left.rank, left.place) < (right.rank, right.place)
  }
}
