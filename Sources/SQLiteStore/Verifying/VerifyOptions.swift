import Merkle

/// What the verifier is given from outside the file.
public struct VerifyOptions: Sendable {
  /// Heads that somebody kept elsewhere: the log has to lead to each of them.
  public var against: [SignedNote] = []
  /// What to call each of them; none for `the checkpoint that was kept`.
  public var names: [String] = []
  /// Keys that are known by another way than from the log. Without any the log's first is believed.
  public var trusted: [NoteVerifier] = []
  /// What the pages of the file were.
  public var pages: PageDigest?

  /// Whether a secret of the webhook made this signature of this body; `nil` without one.
  public var signatures: (@Sendable (_ signature: [UInt8], _ body: [UInt8]) -> Bool)?

  public init() {}
}

/// How far the verifier is.
public struct VerifyProgress: Sendable {
  public enum Stage: String, Sendable {
    case copying, hashing, replaying, comparing
  }

  public let stage: Stage
  public let done: Int64
  public let total: Int64
}
