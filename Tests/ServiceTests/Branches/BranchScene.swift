import Gates
import Ledger
import LedgerTesting

@testable import Service

/// Pushes to `main` of acme/api, and a policy that reacts to bypasses.
enum BranchScene {
  static let sha = Derived.commit("pushed")

  static func push(
    _ sha: String = sha, isForced: Bool = false, at seconds: Double = 0
  ) -> WebhookDelivery {
    Scene.acme.push(
      Deliveries.Push(
        ref: "refs/heads/main", before: Derived.commit("before"), after: sha, commits: [],
        isForced: isForced, at: noon.adding(seconds: seconds)), by: Scene.mia)
  }

  static func policy(_ reactions: BypassReactions) throws -> Submission {
    var gate = Scene.policy
    gate.onBypass = reactions
    return Submission(
      entry: try Policy(merge: gate, confirmation: .github).entry(received: noon))
  }

  static func effects(_ parts: Parts, _ host: BranchHost) -> BranchEffects {
    BranchEffects(
      store: parts.store, repositories: host, errands: host,
      publicURL: "https://ledger.example", now: { parts.clock.now })
  }
}

extension Parts {
  func due(_ effects: BranchEffects) async throws -> [Effect] {
    try await store.read { try effects.due($0, limit: 100) }
  }

  /// Works off all that is due, once.
  func work(_ effects: BranchEffects) async throws {
    for effect in try await due(effects) {
      do { _ = try await effects.carryOut(effect) } catch is CodeHostError {}
    }
  }

  func entries(_ kind: Kind) async throws -> [Stored] {
    try await store.read { try $0.entries(from: 0, limit: 0, kind: kind) }
  }
}
