import Ledger
import Synchronization

/// Entries of policies that were read before. An entry never changes, so it outlives the read.
final class PolicyCache: Sendable {
  private static let most = 64
  private let entries = Mutex<[Int64: Stored]>([:])

  func entry(at index: Int64, read: (Int64) throws -> Stored?) throws -> Stored? {
    if let known = entries.withLock({ $0[index] }) { return known }
    guard let stored = try read(index) else { return nil }
    entries.withLock { entries in
      if entries.count >= PolicyCache.most { entries.removeAll() }
      entries[index] = stored
    }
    return stored
  }
}
