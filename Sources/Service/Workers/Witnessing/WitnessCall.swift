import Gates
import Ledger
import Merkle

/// Brings one head to one witness and keeps what it says.
public struct WitnessCall: Sendable {
  public enum Result: Sendable, Hashable {
    case cosigned
    case failed(reason: String)
    case refused(reason: String)
    /// - Parameter size: what the witness has, as far as that is known.
    case contradicted(status: Int, size: Int?)

    var name: String {
      switch self {
      case .cosigned: "cosigned"
      case .failed: "failed"
      case .refused: "refused"
      case .contradicted: "contradicted"
      }
    }
  }

  /// Once from the size that we know, once from the one that the witness names, and once more when
  /// it moved in between.
  private static let tries = 3

  private let store: any WitnessedStore
  private let host: any WitnessHost
  private let now: @Sendable () -> Instant

  public init(
    store: any WitnessedStore, host: any WitnessHost, now: @escaping @Sendable () -> Instant
  ) {
    self.store = store
    self.host = host
    self.now = now
  }

  /// - Parameters:
  ///   - head: one that is kept (`WitnessedStore.keepCheckpoint`).
  ///   - size: what the witness has, as we believe.
  public func carry(
    _ head: StoredCheckpoint, to member: LogWitnesses.Member, from size: Int
  ) async throws -> Result {
    var old = size
    for _ in 0..<WitnessCall.tries {
      let request = try await request(head, from: old)
      let answer: (status: Int, body: String)
      do throws(WitnessUnreachable) {
        answer = try await host.add(request, to: member.url)
      } catch { return .failed(reason: error.reason) }
      let log = try await store.read { try $0.checkpoint()?.size ?? 0 }
      switch WitnessReply(
        status: answer.status, body: answer.body, to: request, witness: member.verifier,
        head: Int(log))
      {
      case .cosigned(let lines):
        try await store.cosign(head.size, lines, at: now())
        return .cosigned
      case .from(let size) where size <= head.size: old = size
      case .from: return .failed(reason: "it has a newer head of ours already")
      case .contradicted(let size): return .contradicted(status: answer.status, size: size)
      case .refused(let reason): return .refused(reason: reason)
      case .failed(let reason): return .failed(reason: reason)
      }
    }
    return .failed(reason: "it names another size each time")
  }

  private func request(_ head: StoredCheckpoint, from old: Int) async throws -> WitnessRequest {
    let proof = try await store.read { tables in
      try Proof.consistency(from: old, to: Int(head.size)) { try tables.node(at: $0) }
    }
    return WitnessRequest(old: old, proof: proof, note: try SignedNote(head.note))
  }
}
