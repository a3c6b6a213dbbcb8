import Ledger

extension OnePull {
  func entries(of streams: Set<String>, in range: Range<Int64>) throws -> [Stored] {
    throw Unexpected()
  }
  func end(of stream: String) throws -> Int64 { throw Unexpected() }
  func numberedFrom() throws -> Int64 { throw Unexpected() }
  func deliveryReads(of repository: Int64) throws -> [Stored] { throw Unexpected() }
}
