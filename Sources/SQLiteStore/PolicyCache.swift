import Ledger

/// Entries of policies that were read before. An entry never changes, so it outlives the read.
final class PolicyCache {
  private static let most = 64
  private var entries: [Int64: Stored] = [:]

  func entry(at index: Int64, read: (Int64) throws -> Stored?) throws -> Stored? {
    if let known = entries[index] { return known }
    guard let stored = try read(index) else { return nil }
    if entries.count >= PolicyCache.most { entries.removeAll() }
    entries[index] = stored
    return stored
  }
}
