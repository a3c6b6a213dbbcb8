import Ledger

/// What is asked of the deploy gate.
public struct DeployRequest: Hashable, Sendable {
  /// One, or all that share a repository.
  public var services: [String]
  /// In the catalog's words.
  public var environment: String
  public var digest: String?
  public var commit: String?
  /// The repository that is meant where the service has several.
  public var repository: Int64?
  public var replicas: Int64?
  /// An older version is wanted; somebody with the right to it said so.
  public var isRollback = false
  /// Why it may not even be asked.
  public var refusal: String?
  /// The run of Actions that waits for the answer.
  public var run: Int64?
  /// What GitHub calls the environment; it has to be told so.
  public var ruleEnvironment: String?
  public var sha: String?

  public init(services: [String], environment: String, digest: String?, commit: String?) {
    self.services = services
    self.environment = environment
    self.digest = digest
    self.commit = commit
  }

  var service: String { services.joined(separator: ",") }

  /// What tells two requests about one thing apart.
  var variant: String {
    var parts: [String] = []
    if let replicas { parts.append("replicas=\(replicas)") }
    if isRollback { parts.append("rollback") }
    if let repository { parts.append("repository=\(repository)") }
    if digest != nil, let commit { parts.append("commit=\(commit)") }
    if let run { parts.append("run=\(run)") }
    if refusal != nil { parts.append("refused") }
    return parts.joined(separator: ";")
  }
}

/// All that the rules may look at.
public struct DeployCase: Sendable {
  /// A claim that the image was built of a commit.
  public struct Link: Hashable, Sendable {
    public var repository: Int64
    public var commit: String
    /// Whether whoever says so is believed: a job of that repository, by its identity token.
    public var isTrusted: Bool
    public var entry: Int64
  }

  /// Provenance, and what became of its signature.
  public struct Attestation: Hashable, Sendable {
    public var repository: Int64
    public var commit: String
    /// `verified`, `vouched` or `failed`.
    public var verification: String
    /// Whether its signature, or whoever vouches for it, is believed.
    public var isTrusted: Bool
    public var entry: Int64
    /// The last entry that says the same.
    public var newest: Int64
    /// Why it failed.
    public var reason: String?

    var link: Link {
      Link(repository: repository, commit: commit, isTrusted: isTrusted, entry: entry)
    }
  }

  public struct Pull: Hashable, Sendable {
    public var number: Int64
    public var author: Int64?
    public var headSHA: String
    /// `nil` while it is open, or was closed.
    public var mergedAt: Instant?
    /// `verified` or `bypass`; `nil` while nobody judged it.
    public var audit: String?
    /// Of a live override of the merge gate for this head.
    public var override: Int64?
    public var entries: [Int64]
    public var reviews: [ReviewRow]
  }

  /// A time in which something ran in an environment; `until` is `nil` while it does.
  public struct Stay: Hashable, Sendable {
    public var from: Instant
    public var until: Instant?
    public var entry: Int64
  }

  public struct Landing: Hashable, Sendable {
    public var at: Instant
    public var entry: Int64
  }

  /// What runs in the place now.
  public struct Running: Hashable, Sendable {
    public var digest: String?
    public var commit: String?
    /// When its commit landed; `nil` when nobody knows.
    public var landing: Landing?
    public var entry: Int64
  }

  public struct Replicas: Hashable, Sendable {
    public var count: Int64
    public var entries: [Int64]
  }

  public var request: DeployRequest
  public var now: Instant
  public var zones: any TimeZones
  /// Of the service, by the catalog.
  public var repositories: Set<Int64>
  public var digest: String?
  public var links: [Link] = []
  /// What is deployed, as far as it can be believed.
  public var commit: String?
  public var pulls: [Pull] = []
  public var pushes: [PushRow] = []
  public var checks: [CheckRow] = []
  /// Of these repositories, or of none.
  public var scans: [ScanRow] = []
  public var attestations: [Attestation] = []
  /// By environment.
  public var stays: [String: [Stay]] = [:]
  public var landing: Landing?
  public var running: Running?
  /// `nil` when nothing was ever seen there.
  public var replicas: Replicas?

  public init(
    request: DeployRequest, now: Instant, repositories: Set<Int64>,
    zones: any TimeZones = OnlyUTC()
  ) {
    self.request = request
    self.now = now
    self.repositories = repositories
    self.zones = zones
    digest = request.digest
  }
}

/// What one rule found.
public struct DeployFinding: Hashable, Sendable {
  public var rule: String
  public var result: LocalResult
  /// A sentence without a full stop.
  public var detail: String
  public var isRequired: Bool
  public var entries: [Int64]
  /// When it is worth asking again.
  public var until: Instant?

  public init(
    _ rule: String, _ result: LocalResult, _ detail: String, required: Bool = true,
    entries: [Int64] = [], until: Instant? = nil
  ) {
    self.rule = rule
    self.result = result
    self.detail = String(detail.prefix(DeployFinding.longestDetail))
    isRequired = required
    self.entries = Array(Set(entries).sorted().prefix(DeployFinding.mostEntries))
    self.until = until
  }

  /// A verdict has to fit into an entry.
  private static let longestDetail = 300
  private static let mostEntries = 20

  var isBlocking: Bool { isRequired && result != .pass }

  /// Whether it may pass by waiting alone.
  var isPending: Bool { if case .pending = result { true } else { false } }

  public var json: JSON {
    [
      "rule": .string(rule), "result": .string(result.name),
      "word": .string(String(result.word.prefix(64))), "detail": .string(detail),
      "required": .bool(isRequired), "entries": .array(entries.map(JSON.int)),
      "until": .optional(until),
    ]
  }
}
