import Foundation
import GRDB

/// Values of a row that may hold anything: what a column says it holds, a damaged file need not keep
/// to. Elsewhere such a value ends the process.
extension GRDB.Row {
  func text(at index: Int) -> String { String.fromDatabaseValue(self[index]) ?? "" }
  func number(at index: Int) -> Int64 { Int64.fromDatabaseValue(self[index]) ?? -1 }
  func bytes(at index: Int) -> Data { Data.fromDatabaseValue(self[index]) ?? Data() }
}
