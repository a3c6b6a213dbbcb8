import GRDB
import Ledger

/// Numbers entries within one transaction. A copy of it is thrown away with the savepoint that it
/// counted in, so a number that was given in vain is given again.
struct StreamCounter {
  private var last: [ByteText: Int64] = [:]

  mutating func number(_ entry: Entry, _ db: Database) throws -> Entry {
    let entry = try entry.kind == .exportMade ? ended(entry, db) : entry
    var numbers: [String: Int64] = [:]
    for name in Streams.names(of: entry) {
      let number = try end(of: name, db) + 1
      numbers[name] = number
      last[ByteText(name)] = number
    }
    return try entry.numbered(numbers)
  }

  /// Only here is it known which numbers are the last.
  private mutating func ended(_ entry: Entry, _ db: Database) throws -> Entry {
    guard case .object(var data) = entry.data, let names = data["streams"]?.object?.keys else {
      return entry
    }
    var ends: [String: JSON] = [:]
    for name in names { ends[name] = .int(try end(of: name, db)) }
    data["streams"] = .object(ends)
    return try Entry(
      kind: entry.kind, at: entry.at, received: entry.received, source: entry.source,
      data: .object(data), evidence: entry.evidence)
  }

  /// 0 for a stream without entries.
  ///
  /// - Throws: `StoreError.failed` for a number that no entry can have.
  private mutating func end(of name: String, _ db: Database) throws -> Int64 {
    if let known = last[ByteText(name)] { return known }
    let number = try SQLiteReader(db).end(of: name)
    // As far as canonical JSON counts.
    guard (0..<1 << 53).contains(number) else { throw StoreError.damagedRow }
    last[ByteText(name)] = number
    return number
  }
}
