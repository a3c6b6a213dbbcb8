import Ledger
import Synchronization

/// The policies of a log, each read once: a policy is named by its hash and never changes.
public final class Policies: Sendable {
  private let known = Mutex<[String: Policy]>([:])

  public init() {}

  /// The one in force.
  public func current(_ tables: any LedgerReader) throws -> Policy? {
    try tables.currentPolicy().flatMap { try named($0, tables) }
  }

  /// `nil` when the log has no such policy.
  public func named(_ hash: String, _ tables: any LedgerReader) throws -> Policy? {
    if let policy = known.withLock({ $0[hash] }) { return policy }
    guard let stored = try tables.policy(hash: hash) else { return nil }
    let policy = try Policy(stored)
    known.withLock { $0[hash] = policy }
    return policy
  }
}
