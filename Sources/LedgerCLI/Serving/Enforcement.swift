import Gates
import Ledger
import Logging
import SQLiteStore

/// Puts what the policy file says in force: it is part of the log, because a verdict names the
/// policy that it rests on.
struct Enforcement: Sendable {
  let store: SQLiteLedger
  let logger: Logger

  /// - Parameter hash: SHA-256 of the file; `nil` without one.
  func enforce(_ file: LedgerFile, hash: String?) async throws {
    try await enforce(file.policy, hash)
    try await enforce(file.catalog)
    try await enforce(file.witnesses)
  }

  /// Also that nobody is asked any more.
  private func enforce(_ witnesses: LogWitnesses) async throws {
    guard try await store.read({ try $0.witnesses() }) != witnesses else { return }
    _ = try await store.append([Submission(entry: witnesses.entry(received: currentInstant()))])
    logger.info("witnesses in force", metadata: ["count": "\(witnesses.members.count)"])
  }

  /// The same meaning in other words is no news, unless a file was refused in between.
  private func enforce(_ policy: Policy, _ file: String?) async throws {
    let (current, refused) = try await store.read {
      (try $0.currentPolicy(), try $0.refusedPolicy())
    }
    let isNews =
      current != policy.hash && (current != nil || !policy.isEmpty)
    guard isNews || refused != nil else { return }
    let entry = try policy.entry(received: currentInstant(), file: file, previous: current)
    _ = try await store.append([Submission(entry: entry)])
    logger.info("policy in force", metadata: ["hash": "\(policy.hash)"])
  }

  /// Also one that says nothing any more. Answers that were given cite no catalog, so that a new
  /// one changes no verdict.
  private func enforce(_ catalog: Catalog) async throws {
    guard try await store.read({ try $0.catalog() }).hash != catalog.hash else { return }
    _ = try await store.append([Submission(entry: catalog.entry(received: currentInstant()))])
    logger.info("catalog in force", metadata: ["hash": "\(catalog.hash)"])
  }

  func refuse(_ policy: RefusedPolicy) async throws {
    let entry = try await store.read {
      try policy.entry(reading: $0, received: currentInstant())
    }
    guard let entry else { return }
    _ = try await store.append([Submission(entry: entry)])
  }
}
