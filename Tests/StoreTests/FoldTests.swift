import GRDB
import LedgerTesting
import Testing

@testable import Ledger
@testable import SQLiteStore

@Suite("What a row becomes does not depend on how its changes are written")
struct FoldTests {
  private static let table = Tables.mergeGroups

  private static func made(_ key: Int64, _ order: String) -> Change {
    Change(
      table, key: [.int(1), .text("\(key)")], register: Tables.groupMade, order: order,
      values: [.text("head \(order)"), .null, .text("base"), .int(key), .int(7)])
  }

  private static func ended(_ key: Int64, _ order: String) -> Change {
    Change(
      table, key: [.int(1), .text("\(key)")], register: Tables.groupEnded, order: order,
      values: [.text("reason \(order)"), .int(9)])
  }

  private func database() throws -> DatabaseQueue {
    let queue = try DatabaseQueue()
    try queue.write { try Migrator().migrate($0) }
    return queue
  }

  private func rows(_ queue: DatabaseQueue) throws -> [GRDB.Row] {
    try queue.read {
      try GRDB.Row.fetchAll($0, sql: "SELECT * FROM merge_groups ORDER BY repository_id, head_sha")
    }
  }

  @Test("of two registers that are written at once, each keeps its own greatest order")
  func eachForItself() throws {
    let queue = try database()
    try queue.write { db in
      var fold = Fold(db)
      try fold.write([FoldTests.made(1, "5"), FoldTests.ended(1, "5")])
      try fold.write([FoldTests.made(1, "9"), FoldTests.ended(1, "3")])
      try fold.write([FoldTests.ended(1, "4"), FoldTests.made(1, "4")])
    }
    let row = try #require(try rows(queue).first)
    #expect(row["made_order"] == "9")
    #expect(row["head_ref"] == "head 9")
    #expect(row["ended_order"] == "5")
    #expect(row["end_reason"] == "reason 5")
  }

  @Test("a register that nothing was written to takes the first")
  func first() throws {
    let queue = try database()
    try queue.write { db in
      var fold = Fold(db)
      try fold.write([FoldTests.made(1, "5")])
      try fold.write([FoldTests.made(1, "4"), FoldTests.ended(1, "1")])
    }
    let row = try #require(try rows(queue).first)
    #expect(row["made_order"] == "5")
    #expect(row["ended_order"] == "1")
  }

  @Test("merged before or written one by one, in any order", arguments: UInt64(0)..<40)
  func any(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let changes = (0..<60).map { _ in
      let (key, order) = (
        Int64.random(in: 0..<4, using: &random), Int.random(in: 1...9, using: &random)
      )
      return Bool.random(using: &random)
        ? FoldTests.made(key, "\(order)") : FoldTests.ended(key, "\(order)")
    }
    let (one, merged) = (try database(), try database())
    try one.write { db in
      var fold = Fold(db)
      try fold.write(each: changes.shuffled(using: &random))
    }
    try merged.write { db in
      var fold = Fold(db)
      var pending = PendingChanges()
      for change in changes {
        pending.add([change])
        guard Int.random(in: 0..<8, using: &random) == 0 else { continue }
        for row in pending.take() { try fold.write(row) }
      }
      for row in pending.take() { try fold.write(row) }
    }
    let expected = try rows(one)
    #expect(!expected.isEmpty)
    #expect(try rows(merged) == expected)
  }
}
