import Gates
import Ledger
import LedgerTesting
import Synchronization
import Testing

@testable import Service

/// What the tests of the deploy gate share.
enum DeployScene {
  static let entries = DeployEntries(start: noon)

  static func policy(_ rules: any DeployRule..., trustsTokens: Bool = false) -> Policy {
    Policy(
      merge: Scene.policy,
      deploy: DeployPolicy(environments: [
        EnvironmentRules(environment: "prod", trustsTokens: trustsTokens, rules: rules)
      ]), confirmation: .webhooks)
  }

  static let path = "/v1/gates/deploy"
  static let body = #"{"service":"api","environment":"prod","digest":"\#(DeployEntries.digest)"}"#

  /// Catalog, policy, and a push that names the repository.
  static func begin(_ policy: Policy, in store: any LedgerStore) async throws {
    try await tell(store, DeployEntries.catalog.entry(received: noon))
    try await tell(store, policy.entry(received: noon))
    try await tell(store, entries.entry(.push))
  }

  @discardableResult
  static func tell(_ store: any LedgerStore, _ entries: Entry...) async throws -> [Receipt] {
    try await store.append(entries.map { Submission(entry: $0) })
  }
}

extension TestService {
  func ask(
    _ body: String = DeployScene.body, token: String? = nil
  ) async throws -> Answer {
    let bearer = if let token { token } else { try await self.token(.record) }
    return try await send(
      .post, DeployScene.path, token: bearer, headers: [("Content-Type", "application/json")],
      body: Array(body.utf8))
  }
}

extension TestService {
  func all(_ kind: Ledger.Kind) async throws -> [Stored] {
    try await store.read { try $0.entries(from: 0, limit: 0, kind: kind) }
  }
}

/// Lets so many reads pass; after that they fail.
final class Countdown: Sendable {
  private let left: Mutex<Int>

  init(_ count: Int) { left = Mutex(count) }

  func tick(_ error: any Error) throws {
    let isOver = left.withLock { left in
      left -= 1
      return left < 0
    }
    if isOver { throw error }
  }
}
