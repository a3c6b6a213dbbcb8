import Ledger

/// No gate asks for streams.
extension MemoryLedger {
  func entries(of streams: Set<String>, in range: Range<Int64>) throws -> [Stored] {
    throw NotAsked()
  }
  func end(of stream: String) throws -> Int64 { throw NotAsked() }
  func numberedFrom() throws -> Int64 { throw NotAsked() }
  func deliveryReads(of repository: Int64) throws -> [Stored] { throw NotAsked() }
}
