import Ledger

/// Who may record what, as `recording` in `ledger.yaml` says it.
public struct RecordingPolicy: Hashable, Sendable {
  /// github.com's.
  public static let defaultIssuer = "https://token.actions.githubusercontent.com"

  public static let maximumRules = 100

  /// What a token must have been made for: this ledger's address.
  public var audience: String
  /// Who must have made it, without a slash at the end.
  public var issuer: String
  /// One that allows is enough.
  public var workflows: [WorkflowRule]
  /// Names of the API tokens whose bearers alone may say what a platform showed; `nil` where all may
  /// whose token is bound to no repository.
  public var platformTokens: [String]?

  public init(
    audience: String, issuer: String = RecordingPolicy.defaultIssuer, workflows: [WorkflowRule],
    platformTokens: [String]? = nil
  ) {
    self.audience = audience
    self.issuer = issuer
    self.workflows = workflows
    self.platformTokens = platformTokens
  }

  /// Platforms sign nothing: that one said something is the word of whoever brings it.
  public func believesPlatform(toldBy token: String) -> Bool {
    platformTokens?.contains { $0.isExactly(token) } ?? true
  }

  public var terms: TokenTerms { TokenTerms(issuer: issuer, audience: audience) }
}

/// What runs of one repository must be like. An empty list allows any, but for `events`.
public struct WorkflowRule: Hashable, Sendable {
  /// Runs with the rights of the base repository on code that a fork may have brought.
  public static let guardedEvent = "pull_request_target"

  public var repositoryID: Int64
  /// A repository that was transferred is refused until someone looks at it.
  public var ownerID: Int64
  /// Exact, with case.
  public var environments: [String]
  public var refs: [BranchPattern]
  /// Of the workflow that was started.
  public var workflows: [WorkflowPattern]
  /// Of the reusable workflow that the job stands in.
  public var jobWorkflows: [WorkflowPattern]
  /// Empty allows any but `pull_request_target`.
  public var events: [String]

  public init(
    repositoryID: Int64, ownerID: Int64, environments: [String] = [], refs: [BranchPattern] = [],
    workflows: [WorkflowPattern] = [], jobWorkflows: [WorkflowPattern] = [], events: [String] = []
  ) {
    self.repositoryID = repositoryID
    self.ownerID = ownerID
    self.environments = environments
    self.refs = refs
    self.workflows = workflows
    self.jobWorkflows = jobWorkflows
    self.events = events
  }
}

/// `acme/api/.github/workflows/deploy.yml@refs/heads/main`, in which `*` stands for any run of
/// characters but `/`, and `**` for any at all.
///
/// File and ref are matched apart, from the first `@` on: a branch may be called
/// `x@refs/heads/main`, and must not pass for `main` where the file is `**`.
public struct WorkflowPattern: Hashable, Sendable {
  public let file: BranchPattern
  public let ref: BranchPattern

  /// `nil` without an `@`.
  public init?(_ text: String) {
    guard let parts = WorkflowPattern.parts(text) else { return nil }
    (file, ref) = (BranchPattern(parts.file), BranchPattern(parts.ref))
  }

  public var text: String { "\(file.text)@\(ref.text)" }

  public func matches(_ workflow: String) -> Bool {
    guard let parts = WorkflowPattern.parts(workflow) else { return false }
    return file.matches(parts.file) && ref.matches(parts.ref)
  }

  private static func parts(_ text: String) -> (file: String, ref: String)? {
    guard let at = text.utf8.firstIndex(of: UInt8(ascii: "@")) else { return nil }
    return (String(text[..<at]), String(text[text.utf8.index(after: at)...]))
  }
}
