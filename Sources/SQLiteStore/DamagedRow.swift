import Foundation
import GRDB
import Ledger
import Merkle

/// Values of a row that may hold anything: what a column says it holds, a damaged file need not keep
/// to. All rows are read by these or by `Columns`: GRDB's own subscripts end the process there.
extension GRDB.Row {
  func text(at index: Int) -> String { String.fromDatabaseValue(self[index]) ?? "" }
  func number(at index: Int) -> Int64 { Int64.fromDatabaseValue(self[index]) ?? -1 }
  func bytes(at index: Int) -> Data { Data.fromDatabaseValue(self[index]) ?? Data() }

  /// What a column holds: `row(0)`. NULL only where an optional is asked for.
  ///
  /// - Throws: `StoreError.failed` for what is none of these.
  func callAsFunction<Value: DatabaseValueConvertible>(_ index: Int) throws -> Value {
    guard let value = Value.fromDatabaseValue(self[index]) else {
      throw StoreError.damagedRow
    }
    return value
  }

  /// - Throws: `StoreError.failed` for what is no hash.
  func hash(at index: Int) throws -> Hash {
    let bytes: Data = try self(index)
    guard bytes.count == Hash.byteCount else {
      throw StoreError.failed("a hash in the file is damaged")
    }
    return Hash(bytes)
  }
}

extension Instant {
  /// A time of a row, which any 64 bits may be. Seconds from one that is taken to another are told
  /// without an overflow.
  ///
  /// - Throws: `StoreError.failed` for one that is 146,000 years from 1970, which no entry tells.
  init(stored microseconds: Int64) throws {
    guard let time = Instant(told: microseconds) else { throw StoreError.damagedRow }
    self = time
  }

  /// `nil` where that throws.
  init?(told microseconds: Int64) {
    guard microseconds.magnitude < 1 << 62 else { return nil }
    self.init(microseconds: microseconds)
  }
}
