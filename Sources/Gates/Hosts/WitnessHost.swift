import Merkle

/// Carries a checkpoint to a witness (C2SP tlog-witness, `add-checkpoint`).
public protocol WitnessHost: Sendable {
  /// Whatever the witness says is an answer. Redirects are not followed, and an answer is bounded in
  /// size and time.
  ///
  /// - Parameter url: the witness's submission prefix, without a slash at its end.
  func add(
    _ request: WitnessRequest, to url: String
  ) async throws(WitnessUnreachable) -> (status: Int, body: String)
}

/// There is no answer; the witness may have cosigned all the same.
public struct WitnessUnreachable: Error, Hashable, Sendable {
  public let reason: String

  public init(_ reason: String) { self.reason = reason }
}
