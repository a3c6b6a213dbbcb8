import Ledger
import Merkle

/// Gates read no bodies.
extension MemoryLedger {
  private struct Unexpected: Error {}

  func bodies(receivedBefore instant: Instant, limit: Int) throws -> [BodyRow] {
    throw Unexpected()
  }
  func bodies(after cursor: Int64, limit: Int) throws -> BodyPage { throw Unexpected() }
  func bodyHashes(prefix: String, limit: Int) throws -> [Hash] { throw Unexpected() }
  func removal(of hash: Hash) throws -> RemovalRow? { throw Unexpected() }
  func bodyTotals(receivedBefore instant: Instant?) throws -> BodyTotals { throw Unexpected() }
  func people(named login: String) throws -> [Person] { throw Unexpected() }
  func forgotten(_ person: Int64) throws -> Int64? { throw Unexpected() }
}
