import Ledger

extension CheckRule {
  /// A check of the same App whose name is almost this one: who renames a job forgets the policy.
  func newName(in rows: [CheckRow], besides rules: [CheckRule]) -> String? {
    let expected = Set(rules.map(\.name))
    let names = Set(
      rows.filter { $0.observation.source == source && isReporter(of: $0.observation) }
        .map(\.observation.name)
    ).subtracting(expected).subtracting([name])
    return names.map { (distance($0), $0) }.filter { isClose($0.0) }.min { $0 < $1 }?.1
  }

  private func distance(_ other: String) -> Int {
    editDistance(Array(name.lowercased()), Array(other.lowercased()))
  }

  /// Two letters, and less than half of the name.
  private func isClose(_ distance: Int) -> Bool { distance <= 2 && distance * 2 < name.count }
}

/// Levenshtein's: how many letters have to be changed, added or left out.
private func editDistance(_ one: [Character], _ other: [Character]) -> Int {
  guard abs(one.count - other.count) <= 2 else { return .max / 2 }
  var row = Array(0...other.count)
  for (index, letter) in one.enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for position in other.indices {
      let replaced = diagonal + (letter == other[position] ? 0 : 1)
      diagonal = row[position + 1]
      row[position + 1] = min(replaced, diagonal + 1, row[position] + 1)
    }
  }
  return row[other.count]
}
