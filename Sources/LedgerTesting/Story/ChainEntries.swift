import Ledger

/// One of each kind that reports and platforms make: the way of one commit to two tasks, and the
/// same image in a cluster. All members are there, as the kinds' schemas want them.
public struct ChainEntries: Sendable {
  public static let repository: Int64 = 640_100_200
  public static let commit = Derived.commit("chain")
  public static let digest = Derived.digest("image of the chain")
  public static let run: Int64 = 9_912_345_678
  public static let rollout = "ecs-svc/8812345678901234567"
  public static let task =
    "arn:aws:ecs:eu-central-1:123456789012:task/prod-1/00000000000000000000000000000001"

  public let start: Instant

  public init(start: Instant) { self.start = start }

  /// In the order in which it happened.
  public func all() throws -> [Entry] { try Self.kinds.map { try entry($0) } }

  public static let kinds: [Kind] = [
    .catalog, .buildRecorded, .testResultsRecorded, .imageRecorded, .ecrImage, .scanRecorded,
    .ecrScan, .taskDefinitionRecorded, .deploymentRecorded, .ecsDeployment, .ecsTask,
    .ecsServiceAction, .rolloutObserved, .argoSync, .cdEvent, .resourceRecorded, .noteRecorded,
    .awsUndecoded, .resourceSnapshot, .teardownReported,
  ]

  /// - Parameter other: members that differ.
  public func entry(
    _ kind: Kind, _ other: [String: JSON] = [:], key: String? = nil, at seconds: Int64? = nil,
    source: Source? = nil
  ) throws -> Entry {
    let at = start.adding(seconds: Double(seconds ?? Self.second(of: kind)))
    let data = (Self.isReport(kind) ? common : [:]).merging(data(of: kind)) { $1 }
      .merging(other) { $1 }
    return try Entry(
      kind: kind, at: at, received: at,
      source: source ?? (kind == .catalog ? .ledger : .token("ci", key: key)),
      data: .object(data))
  }

  private static func isReport(_ kind: Kind) -> Bool {
    kind.name.contains(".recorded.") || [.resourceSnapshot, .teardownReported].contains(kind)
  }

  private static func second(of kind: Kind) -> Int64 {
    Int64(kinds.firstIndex(of: kind) ?? 0) * 30
  }

  private var common: [String: JSON] {
    [
      "service": "api", "repository_id": .int(Self.repository), "repository": "acme/api",
      "actor": 7_001, "run_id": .int(Self.run), "run_attempt": 1,
      "url": .string("https://github.com/acme/api/actions/runs/\(Self.run)"),
    ]
  }

  private func time(_ kind: Kind) -> JSON {
    .string(start.adding(seconds: Double(Self.second(of: kind))).description)
  }

  private var containers: JSON {
    [["name": "app", "image": "registry.example/api", "digest": .string(Self.digest)]]
  }

  private static let counts: [String: JSON] = [
    "critical": 0, "high": 1, "medium": 2, "low": 0, "unknown": 0,
  ]

  private static let aws: [String: JSON] = [
    "event_id": "00000000-0000-4000-8000-000000000001", "account": "123456789012",
    "region": "eu-central-1",
  ]

  private func data(of kind: Kind) -> [String: JSON] {
    switch kind {
    case .catalog, .noteRecorded, .resourceRecorded, .awsUndecoded: small(kind)
    case .resourceSnapshot, .teardownReported: teardown(kind)
    case .buildRecorded, .imageRecorded, .taskDefinitionRecorded, .deploymentRecorded:
      pipeline(kind)
    case .scanRecorded, .testResultsRecorded: findings(kind)
    case .rolloutObserved, .argoSync, .cdEvent: cluster(kind)
    default: Self.aws.merging(amazon(kind)) { $1 }
    }
  }

  private func small(_ kind: Kind) -> [String: JSON] {
    switch kind {
    case .catalog: ["hash": .string(Derived.commit("catalog")), "catalog": Catalog().json]
    case .noteRecorded:
      ["text": "load test", "about": "api@prod", "environment": "prod", "occurred_at": time(kind)]
    case .resourceRecorded:
      [
        "type": "aws_cloudwatch_log_group", "name": "api", "id": "/ecs/api", "environment": "prod",
        "region": "eu-central-1", "state": "created", "occurred_at": time(kind),
      ]
    default: ["event_id": "00000000-0000-4000-8000-000000000002", "detail_type": "Other"]
    }
  }

  private func teardown(_ kind: Kind) -> [String: JSON] {
    let hash = JSON.string(String(Self.digest.dropFirst("sha256:".count)))
    guard kind == .resourceSnapshot else {
      return [
        "environment": "prod", "report": hash, "as_of": time(kind), "outcome": "left",
        "counts": ["gone": 28, "left": 2, "kept": 1, "unexplained": 0, "unknown": 0],
        "calls": 31, "unanswered": 0,
      ]
    }
    return [
      "environment": "prod", "stack": "main", "form": "state", "tool": "terraform 1.11.4",
      "taken_at": time(kind), "snapshot": hash, "part": 1, "parts": 1, "count": 1,
      "resources": [
        [
          "address": "module.network.aws_vpc.this", "type": "aws_vpc", "name": "api",
          "id": "vpc-28a7a94314ec9d31b",
          "arn": "arn:aws:ec2:eu-central-1:123456789012:vpc/vpc-28a7a94314ec9d31b",
          "tags": ["Environment=prod", "Project=ledger"], "action": nil,
        ]
      ],
    ]
  }

  private func pipeline(_ kind: Kind) -> [String: JSON] {
    let commit = JSON.string(Self.commit)
    let digest = JSON.string(Self.digest)
    return switch kind {
    case .buildRecorded:
      [
        "id": .string("\(Self.run)/1"), "name": "ci", "commit": commit, "ref": "refs/heads/main",
        "outcome": "success", "started_at": time(.catalog), "finished_at": time(kind),
      ]
    case .imageRecorded:
      [
        "digest": digest, "image": "registry.example/api", "tag": "v1.2.0", "commit": commit,
        "build": .string("\(Self.run)/1"), "platform": "linux/amd64", "size": 41_000_000,
        "pushed_at": time(kind),
      ]
    case .taskDefinitionRecorded:
      [
        "family": "api", "revision": 57, "arn": nil, "commit": commit, "containers": containers,
        "registered_at": time(kind),
      ]
    default:
      [
        "id": .string("\(Self.run)/1/api/prod"), "phase": "start", "environment": "prod",
        "commit": commit, "digest": digest, "revision": "api:57", "rollout": .string(Self.rollout),
        "github_deployment": nil, "outcome": nil, "reason": nil, "occurred_at": time(kind),
      ]
    }
  }

  private func findings(_ kind: Kind) -> [String: JSON] {
    kind == .scanRecorded
      ? Self.counts.merging([
        "digest": .string(Self.digest), "commit": .string(Self.commit), "scanner": "trivy",
        "format": "trivy", "report": nil, "scanned_at": time(kind),
      ]) { $1 }
      : [
        "commit": .string(Self.commit), "digest": nil, "suite": "unit", "tests": 120,
        "failures": 0, "errors": 0, "skipped": 2, "milliseconds": 41_000, "report": nil,
        "finished_at": time(kind),
      ]
  }

  private func cluster(_ kind: Kind) -> [String: JSON] {
    switch kind {
    case .rolloutObserved:
      [
        "cluster": "k1", "namespace": "prod", "workload": "Deployment/api", "revision": 4,
        "outcome": "success", "reason": nil, "desired": 1, "ready": 1, "containers": containers,
        "instances": [
          [
            "id": "0f8c", "name": "api-1", "status": "Running",
            "digests": [.string(Self.digest)], "started_at": time(.argoSync),
          ]
        ], "started_at": time(.ecsServiceAction), "observed_at": time(kind),
      ]
    case .argoSync:
      [
        "application": "api-prod", "project": "default", "namespace": "prod", "cluster": "k1",
        "revision": .string(Derived.commit("manifests")), "phase": "Succeeded",
        "health": "Healthy",
        "images": [["image": "registry.example/api", "digest": .string(Self.digest)]],
        "message": nil, "started_at": time(.rolloutObserved), "finished_at": time(kind),
      ]
    default:
      [
        "id": "271069a8", "event_source": "/pipelines/deploy", "type": "service.deployed",
        "version": "0.3.0", "spec": "0.5.1", "subject": "api", "subject_source": nil,
        "environment": "prod", "artifact": nil, "image": "registry.example/api",
        "digest": .string(Self.digest), "commit": nil, "outcome": nil, "chain": nil,
        "occurred_at": time(kind),
      ]
    }
  }

  private func amazon(_ kind: Kind) -> [String: JSON] {
    let image: [String: JSON] = [
      "repository": "api", "image": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api",
      "digest": .string(Self.digest),
    ]
    let service: [String: JSON] = ["cluster": "prod-1", "service": "api"]
    return switch kind {
    case .ecrImage:
      image.merging([
        "tag": "v1.2.0", "action": "PUSH", "result": "SUCCESS", "occurred_at": time(kind),
      ]) { $1 }
    case .ecrScan:
      image.merging(Self.counts) { $1 }.merging([
        "tags": ["v1.2.0"], "status": "COMPLETE", "scanned_at": time(kind), "by_teller": true,
      ]) { $1 }
    case .ecsDeployment:
      service.merging([
        "deployment": .string(Self.rollout), "state": "COMPLETED", "rollback_to": nil,
        "reason": nil, "updated_at": time(kind),
      ]) { $1 }
    case .ecsTask: service.merging(ecsTask(kind)) { $1 }
    default:
      service.merging([
        "type": "INFO", "name": "SERVICE_STEADY_STATE", "reason": nil, "created_at": time(kind),
      ]) { $1 }
    }
  }

  private func ecsTask(_ kind: Kind) -> [String: JSON] {
    [
      "task": .string(Self.task), "family": "api", "revision": 57,
      "started_by": .string(Self.rollout), "last_status": "RUNNING", "desired_status": "RUNNING",
      "version": 4, "launch_type": "FARGATE", "cpu": "256", "memory": "512",
      "containers": [
        [
          "name": "app", "image": "registry.example/api", "digest": .string(Self.digest),
          "status": "RUNNING", "exit_code": nil,
        ]
      ], "stop_code": nil, "stopped_reason": nil, "created_at": time(.deploymentRecorded),
      "started_at": time(kind), "stopped_at": nil, "updated_at": time(kind),
    ]
  }
}
