/// One field that is wrong, and why.
public struct FieldProblem: Hashable, Sendable {
  /// `digest`, `containers[2].digest`.
  public let path: String
  /// Continues the path: `is a tag, not a digest: v1.2`.
  public let reason: String

  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}

/// Why a report is refused: all of its fields that are wrong, at least one.
public struct RecordRefusal: Error, Hashable, Sendable {
  public let problems: [FieldProblem]

  public init(_ problems: [FieldProblem]) { self.problems = problems }
}
