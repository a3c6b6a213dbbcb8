import Ledger

/// What the deploy gate looks at and what is asked of it: a service with two environments, one
/// image that a job built, and GitHub's and people's words about it. Seconds after `start`.
public struct DeployEntries: Sendable {
  public static let repository = ChainEntries.repository
  public static let commit = ChainEntries.commit
  public static let head = Derived.commit("head of the chain")
  public static let digest = ChainEntries.digest
  public static let author: Int64 = 7_001

  public let start: Instant

  public init(start: Instant) { self.start = start }

  public static let kinds: [Kind] = [
    .push, .pullRequestReview, .protectionRuleRequest, .deployAsked, .deployVerdict, .ruleAnswered,
    .attestationRecorded,
  ]

  public static let catalog: Catalog = {
    var service = Catalog.Service(name: "api")
    service.repositories = ["acme/api"]
    return Catalog(
      environments: [.init(name: "staging"), .init(name: "prod", aliases: ["production"])],
      services: [service])
  }()

  public static let job = Source.workflow(job(key: "job/1"))

  /// - Parameter ref: of the workflow.
  public static func job(key: String, ref: String = "refs/heads/main") -> WorkflowSource {
    WorkflowSource(
      repositoryID: repository, runID: ChainEntries.run, attempt: 1,
      workflow: "acme/api/.github/workflows/build.yml@\(ref)", environment: nil, actorID: author,
      key: key)
  }

  public func at(_ second: Int64) -> JSON {
    .string(start.adding(seconds: Double(second)).description)
  }

  /// - Parameter source: as it would come from, when `nil`.
  public func entry(
    _ kind: Kind, _ other: [String: JSON] = [:], at second: Int64 = 0, source: Source? = nil
  ) throws -> Entry {
    let at = start.adding(seconds: Double(second))
    return try Entry(
      kind: kind, at: at, received: at, source: source ?? Self.source(kind, second),
      data: .object(data(of: kind).merging(other) { $1 }))
  }

  private static func source(_ kind: Kind, _ second: Int64) -> Source {
    switch kind {
    case .attestationRecorded: .workflow(job(key: "job/attest/\(second)"))
    case .deployAsked: .token("ci")
    case .ruleAnswered: .githubAPI
    case .deployVerdict: .ledger
    default: .github(event: kind.name, delivery: "\(kind)/\(second)", hook: 7)
    }
  }

  public func data(of kind: Kind) -> [String: JSON] {
    switch kind {
    case .attestationRecorded: attestation
    case .deployAsked: asked
    case .ruleAnswered:
      rule.merging([
        "state": nil, "comment": "…", "request": 0, "verdict": 1, "note": nil,
      ]) { $1 }.filter { !Self.onlyAsked.contains($0.key) }
    case .deployVerdict: verdict
    default: delivered(kind)
    }
  }

  private static let onlyAsked = [
    "action", "repository", "sender", "event", "ref", "deployment_id", "installation_id", "pulls",
  ]

  private var delivery: [String: JSON] {
    [
      "action": nil, "repository_id": .int(Self.repository), "repository": "acme/api",
      "sender": .int(Self.author),
    ]
  }

  private func delivered(_ kind: Kind) -> [String: JSON] {
    switch kind {
    case .push:
      delivery.merging([
        "ref": "refs/heads/main", "before": .string(Derived.commit("base")),
        "after": .string(Self.commit), "created": false, "deleted": false, "forced": false,
      ]) { $1 }
    case .pullRequestReview:
      delivery.merging([
        "action": "submitted", "review_id": 31, "pull": 7, "state": "approved",
        "commit_id": .string(Self.head), "author": 7_002, "author_type": "User",
        "author_association": "MEMBER", "submitted_at": at(0), "head_sha": .string(Self.head),
        "base_ref": "main",
      ]) { $1 }
    default: rule
    }
  }

  private var rule: [String: JSON] {
    delivery.merging([
      "action": "requested", "environment": "production", "event": "push",
      "sha": .string(Self.commit), "ref": "refs/heads/main", "run_id": .int(ChainEntries.run),
      "deployment_id": nil, "installation_id": 1, "pulls": [7],
    ]) { $1 }
  }

  private var asked: [String: JSON] {
    [
      "service": "api", "environment": "prod", "digest": .string(Self.digest), "commit": nil,
      "repository_id": nil, "replicas": nil, "rollback": nil, "ask": "api", "request": nil,
      "refusal": nil,
    ]
  }

  private var verdict: [String: JSON] {
    [
      "ask": 0, "service": "api", "environment": "prod", "digest": .string(Self.digest),
      "commit": .string(Self.commit), "repository_id": .int(Self.repository), "variant": "",
      "state": "allow", "summary": "1 of 1 passed", "is_temporary": false, "policy": nil,
      "findings": [], "override": nil, "replaces": nil, "post": nil,
    ]
  }

  private var attestation: [String: JSON] {
    [
      "service": "api", "repository_id": .int(Self.repository), "repository": "acme/api",
      "actor": .int(Self.author), "run_id": .int(ChainEntries.run), "run_attempt": 1, "url": nil,
      "digest": .string(Self.digest), "predicate_type": "https://slsa.dev/provenance/v1",
      "builder": nil, "commit": .string(Self.commit), "invocation": nil,
      "subjects": [.string(Self.digest)], "bundle": nil, "verification": "vouched",
      "attested_at": nil,
    ]
  }

  /// The image of the chain, as a job reports it.
  public func image(
    _ other: [String: JSON] = [:], key: String = "image", ref: String = "refs/heads/main"
  ) throws -> Entry {
    try ChainEntries(start: start).entry(
      .imageRecorded, other, at: 0, source: .workflow(Self.job(key: key, ref: ref)))
  }

  /// The pull request that led to the commit, merged.
  public func merged(at second: Int64) throws -> Entry {
    try Entry(
      kind: .pullRequest, at: start, received: start,
      source: .github(event: "pull_request", delivery: "merge", hook: 7),
      data: .object(
        delivery.merging([
          "action": "closed", "number": 7, "id": 700, "head_sha": .string(Self.head),
          "head_repository_id": .int(Self.repository), "base_ref": "main",
          "base_sha": .string(Derived.commit("base")), "state": "closed", "draft": false,
          "author": .int(Self.author), "updated_at": at(second), "merged_at": at(second),
          "merged_by": 7_003, "merge_sha": .string(Self.commit),
        ]) { $1 }))
  }

  /// A deployment of GitHub's that succeeded.
  public func succeeded(
    in environment: String, at second: Int64, sha: String = DeployEntries.commit,
    digest: String? = DeployEntries.digest, id: Int64 = 70
  ) throws -> Entry {
    try Entry(
      kind: .deploymentStatus, at: start.adding(seconds: Double(second)),
      received: start.adding(seconds: Double(second)),
      source: .github(event: "deployment_status", delivery: "status \(id) \(second)", hook: 7),
      data: .object(
        delivery.merging([
          "deployment_id": .int(id), "sha": .string(sha), "environment": .string(environment),
          "task": "deploy", "production": nil, "digest": .optional(digest),
          "creator": .int(Self.author), "created_at": at(second - 10), "status_id": .int(id * 10),
          "state": "success", "status_created_at": at(second), "run_id": nil,
        ]) { $1 }))
  }
}
