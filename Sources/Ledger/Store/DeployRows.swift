/// A commit that a ref was made to point to.
public struct PushRow: Hashable, Sendable {
  /// `refs/heads/main`
  public let ref: String
  public let at: Instant
  public let entry: Int64

  public init(ref: String, at: Instant, entry: Int64) {
    (self.ref, self.at, self.entry) = (ref, at, entry)
  }
}

/// A claim that an image was built of a commit.
public struct ImageSourceRow: Hashable, Sendable {
  public let digest: String
  public let repository: Int64
  public let commit: String
  /// `workflow`, or `token:` and the token's name.
  public let toldBy: String
  public let image: String?
  public let entry: Int64

  public init(
    digest: String, repository: Int64, commit: String, toldBy: String, image: String?, entry: Int64
  ) {
    (self.digest, self.repository, self.commit) = (digest, repository, commit)
    (self.toldBy, self.image, self.entry) = (toldBy, image, entry)
  }
}

public struct AttestationRow: Hashable, Sendable {
  public let repository: Int64
  public let commit: String
  public let predicateType: String
  /// As in `ImageSourceRow`.
  public let toldBy: String
  /// `verified`, `vouched` or `failed`.
  public let verification: String
  /// The first one that said so, and the last.
  public let entry: Int64
  public let newest: Int64

  public init(
    repository: Int64, commit: String, predicateType: String, toldBy: String,
    verification: String, entry: Int64, newest: Int64
  ) {
    (self.repository, self.commit, self.predicateType) = (repository, commit, predicateType)
    (self.toldBy, self.verification) = (toldBy, verification)
    (self.entry, self.newest) = (entry, newest)
  }
}

/// The newest scan by one tool that one teller reported of one repository.
public struct ScanRow: Hashable, Sendable {
  /// In lower case.
  public let tool: String
  /// 0 when none was named.
  public let repository: Int64
  public let scannedAt: Instant
  /// Findings by severity: critical, high, medium, low; `nil` when it was not counted.
  public let counts: [Int64?]
  public let entry: Int64
  /// As in `ImageSourceRow`; for a registry's own `platform:` and that, or `platform` alone in what
  /// older versions recorded.
  public let toldBy: String

  public init(
    tool: String, repository: Int64, scannedAt: Instant, counts: [Int64?], entry: Int64,
    toldBy: String
  ) {
    (self.tool, self.repository, self.scannedAt) = (tool, repository, scannedAt)
    (self.counts, self.entry, self.toldBy) = (counts, entry, toldBy)
  }
}

public struct ReviewRow: Hashable, Sendable {
  public let author: Int64?
  /// `approved`, `changes_requested`, `commented`, `dismissed`.
  public let state: String
  public let commit: String?
  public let submittedAt: Instant?
  public let standing: ReviewerStanding
  public let entry: Int64

  public init(
    author: Int64?, state: String, commit: String?, submittedAt: Instant?,
    standing: ReviewerStanding, entry: Int64
  ) {
    (self.author, self.state, self.commit) = (author, state, commit)
    (self.submittedAt, self.standing, self.entry) = (submittedAt, standing, entry)
  }
}

/// What is seen of a place as a whole.
public struct SnapshotRow: Hashable, Sendable {
  public let at: Instant
  public let desired: Int64?
  public let ready: Int64?
  public let entry: Int64

  public init(at: Instant, desired: Int64?, ready: Int64?, entry: Int64) {
    (self.at, self.desired, self.ready, self.entry) = (at, desired, ready, entry)
  }
}

/// What one answer of the deploy gate is about. Answers that agree in all of it replace each other.
public struct DeployKey: Hashable, Sendable {
  /// Several services of one repository are joined by commas.
  public let service: String
  public let environment: String
  /// The digest, or the commit where no digest was named.
  public let subject: String
  public let variant: String

  public init(service: String, environment: String, subject: String, variant: String) {
    (self.service, self.environment) = (service, environment)
    (self.subject, self.variant) = (subject, variant)
  }
}

public struct DeployVerdictRow: Hashable, Sendable {
  public let key: DeployKey
  public let digest: String?
  public let commit: String?
  /// `allow` or `deny`.
  public let state: String
  public let isTemporary: Bool
  public let policy: String?
  public let ask: Int64
  public let decidedAt: Instant
  public let entry: Int64

  public init(
    key: DeployKey, digest: String?, commit: String?, state: String, isTemporary: Bool,
    policy: String?, ask: Int64, decidedAt: Instant, entry: Int64
  ) {
    (self.key, self.digest, self.commit, self.state) = (key, digest, commit, state)
    (self.isTemporary, self.policy, self.ask) = (isTemporary, policy, ask)
    (self.decidedAt, self.entry) = (decidedAt, entry)
  }
}

/// What GitHub shall be told about a job that waits for an environment.
public struct DueRuleAnswer: Hashable, Sendable {
  public let repository: RepositoryRow
  public let run: Int64
  public let environment: String
  public let sha: String
  /// `approved`, `rejected`, or `nil` for a note of progress.
  public let state: String?
  public let comment: String
  public let verdict: Int64
  /// The delivery that asked last.
  public let request: Int64

  public init(
    repository: RepositoryRow, run: Int64, environment: String, sha: String, state: String?,
    comment: String, verdict: Int64, request: Int64
  ) {
    (self.repository, self.run, self.environment) = (repository, run, environment)
    (self.sha, self.state, self.comment) = (sha, state, comment)
    (self.verdict, self.request) = (verdict, request)
  }
}

/// A request of GitHub's that still waits for its answer.
public struct OpenRuleRequest: Hashable, Sendable {
  public let repository: Int64
  public let request: Int64
  /// What was asked last: the request itself, or a later ask that cites it.
  public let ask: Int64
  public let askedAt: Instant

  public init(repository: Int64, request: Int64, ask: Int64, askedAt: Instant) {
    (self.repository, self.request) = (repository, request)
    (self.ask, self.askedAt) = (ask, askedAt)
  }
}

/// What the deploy gate asks of the tables.
public protocol DeployReader {
  func pushes(_ repository: Int64, sha: String) throws -> [PushRow]
  /// Pull requests that made this commit when they were merged.
  func pulls(_ repository: Int64, mergedAs sha: String) throws -> [PullRow]
  func imageSources(of digest: String) throws -> [ImageSourceRow]
  func imageSources(_ repository: Int64, commit: String) throws -> [ImageSourceRow]
  func attestations(of digest: String) throws -> [AttestationRow]
  func scans(of digest: String) throws -> [ScanRow]
  func reviews(_ repository: Int64, pull: Int64) throws -> [ReviewRow]
  /// `nil` when the platform never told of the place as a whole.
  func snapshot(_ origin: Origin) throws -> SnapshotRow?
  func deployVerdict(_ key: DeployKey) throws -> DeployVerdictRow?
  func deployVerdict(at entry: Int64) throws -> DeployVerdictRow?
  /// All about a place that were decided until an instant, newest first, at most `limit`.
  func deployVerdicts(
    _ service: String, _ environment: String, until: Instant, limit: Int
  ) throws -> [DeployVerdictRow]
  /// How often the gate told about one run that it still waits.
  func noteCount(_ key: DeployKey) throws -> Int
  func deployBypass(_ node: Node) throws -> Int64?
  func dueRuleAnswers(limit: Int) throws -> [DueRuleAnswer]
  /// Of one repository, or of all.
  func openRuleRequests(_ repository: Int64?) throws -> [OpenRuleRequest]
}
