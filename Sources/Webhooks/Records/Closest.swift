/// What somebody may have meant who wrote a word that is unknown.
public enum Closest {
  private static let longest = 64

  /// `nil` when nothing is near: a third of the letters may differ.
  public static func word(to text: String, among known: [String]) -> String? {
    guard text.utf8.count <= longest else { return nil }
    let wanted = Array(text.lowercased().utf8)
    let ranked = known.filter { $0.utf8.count <= longest }
      .map { (distance(wanted, Array($0.lowercased().utf8)), $0) }
      .min { ($0.0, $0.1) < ($1.0, $1.1) }
    guard let (distance, word) = ranked, distance <= max(1, wanted.count / 3) else { return nil }
    return word
  }

  /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
  private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
    var rows = [Array(0...second.count)]
    for (line, letter) in first.enumerated() {
      var row = [line + 1]
      for (column, other) in second.enumerated() {
        let replaced = rows[line][column] + (letter == other ? 0 : 1)
        var best = min(replaced, rows[line][column + 1] + 1, row[column] + 1)
        if line > 0, column > 0, letter == second[column - 1], first[line - 1] == other {
          best = min(best, rows[line - 1][column - 1] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[first.count][second.count]
  }
}
