import Gates
import GitHubAPI
import Ledger
import Service

/// Owns the connections to the issuer of workflow tokens, also while the policy is replaced.
actor RecordingKeeper {
  nonisolated let inForce = RecordingInForce()
  private var tokens: ActionsTokens?
  private var terms: TokenTerms?

  /// What cannot be asked is refused before anything of its file is in force.
  static func check(_ recording: RecordingPolicy?) throws {
    guard let recording, !ActionsTokens.canAsk(recording.issuer) else { return }
    throw unaskable(recording)
  }

  private static func unaskable(_ recording: RecordingPolicy) -> Failure {
    .usage(
      "recording.issuer \(recording.issuer) cannot be asked",
      hint: "Such as \(RecordingPolicy.defaultIssuer)")
  }

  /// Requests that are being answered keep what they began with.
  func enforce(_ recording: RecordingPolicy?) async throws {
    let old = tokens
    let isKept = recording?.terms == terms
    if !isKept {
      tokens = try recording.map(RecordingKeeper.tokens)
      terms = recording?.terms
    }
    inForce.replace(tokens: tokens, policy: recording)
    if !isKept { try await old?.shutdown() }
  }

  private static func tokens(_ recording: RecordingPolicy) throws -> ActionsTokens {
    guard
      let tokens = ActionsTokens(
        issuer: recording.issuer, audience: recording.audience, now: currentInstant)
    else { throw unaskable(recording) }
    return tokens
  }

  func close() async throws { try await enforce(nil) }
}
