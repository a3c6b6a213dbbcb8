import Ledger

/// What became different since an earlier report.
public struct TeardownComparison: Sendable {
  /// The entry of the earlier one.
  public let number: Int64
  public let lines: [String]

  public init(_ later: Teardown, since earlier: Teardown, number: Int64) {
    self.number = number
    let before = Dictionary(earlier.rows.map { ($0.key, $0) }) { first, _ in first }
    let after = Dictionary(later.rows.map { ($0.key, $0) }) { first, _ in first }
    var lines: [String] = []
    for row in later.rows {
      let old = before[row.key]?.status
      guard old != row.status else { continue }
      lines.append(
        old.map { "\(row.key): \($0.rawValue), now \(row.status.rawValue)" }
          ?? "\(row.key): new, \(row.status.rawValue)")
    }
    for row in earlier.rows where after[row.key] == nil {
      lines.append("\(row.key): \(row.status.rawValue), and not in this report")
    }
    let same = later.rows.count { $0.isOpen && before[$0.key]?.status == $0.status }
    self.lines = (lines.isEmpty ? ["nothing changed"] : lines) + ["\(same) open as before"]
  }

  public var json: JSON {
    ["entry": .int(number), "changes": .array(lines.map(JSON.string))]
  }
}
