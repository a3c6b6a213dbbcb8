import Ledger

@testable import Webhooks

/// A report of every kind with all of its members.
enum RecordSamples {
  static let digest = "sha256:" + String(repeating: "6c", count: 32)
  static let commit = String(repeating: "9f", count: 20)
  static let hash = String(repeating: "ab", count: 32)
  static let at = "2026-11-18T09:00:00Z"

  private static let common: [String: JSON] = [
    "service": "api", "repository_id": 640_100_200, "repository": "acme/api", "actor": 7_001,
    "run_id": 17, "run_attempt": 2, "url": "https://github.com/acme/api/actions/runs/17",
  ]

  private static let containers: JSON = [
    [
      "name": "app", "image": .string("registry.example.com/api@\(digest)"),
      "digest": .string(digest),
    ],
    ["name": "proxy", "image": "proxy:1.2"],
  ]

  static func body(_ kind: Kind) -> [String: JSON] {
    own(kind).merging(kind == .rolloutObserved ? [:] : common) { $1 }
  }

  private static func own(_ kind: Kind) -> [String: JSON] {
    switch kind {
    case .buildRecorded:
      [
        "id": "17/2", "name": "ci", "commit": .string(commit), "ref": "refs/heads/main",
        "outcome": "success", "started_at": "2026-11-18T08:50:00Z", "finished_at": .string(at),
      ]
    case .attestationRecorded:
      [
        "digest": .string(digest), "predicate_type": "https://slsa.dev/provenance/v1",
        "builder": "https://github.com/acme/api/.github/workflows/build.yml@refs/heads/main",
        "commit": .string(commit), "subjects": [.string(digest)], "bundle": .string(hash),
        "invocation": "https://github.com/acme/api/actions/runs/17/attempts/2",
        "verification": "vouched", "attested_at": .string(at),
      ]
    case .imageRecorded:
      [
        "digest": .string(digest), "image": "localhost:5000/acme/api", "tag": "1.4.0",
        "commit": .string(commit), "build": "17/2", "platform": "linux/arm64", "size": 1_024,
        "pushed_at": .string(at),
      ]
    case .taskDefinitionRecorded:
      [
        "family": "api", "revision": 57, "arn": "arn:aws:ecs:eu-west-1:1:task-definition/api:57",
        "commit": .string(commit), "containers": containers, "registered_at": .string(at),
      ]
    case .deploymentRecorded:
      [
        "id": "17/2/api/production", "phase": "fail", "environment": "production",
        "commit": .string(commit), "digest": .string(digest), "revision": "api:57",
        "rollout": "ecs-svc/88", "github_deployment": 3, "outcome": "cancelled",
        "reason": "stopped by hand", "occurred_at": .string(at),
      ]
    default: others(kind)
    }
  }

  private static func others(_ kind: Kind) -> [String: JSON] {
    switch kind {
    case .scanRecorded:
      [
        "digest": .string(digest), "commit": .string(commit), "scanner": "trivy",
        "format": "trivy", "critical": 0, "high": 1, "medium": 2, "low": 3, "unknown": 4,
        "report": .string(hash), "scanned_at": .string(at),
      ]
    case .testResultsRecorded:
      [
        "commit": .string(commit), "digest": .string(digest), "suite": "unit", "tests": 10,
        "failures": 1, "errors": 0, "skipped": 2, "milliseconds": 1_500, "report": .string(hash),
        "finished_at": .string(at),
      ]
    case .rolloutObserved:
      [
        "cluster": "prod", "namespace": "default", "workload": "Deployment/api", "revision": 3,
        "outcome": "in_progress", "reason": "1 of 2 updated", "desired": 2, "ready": 1,
        "containers": containers,
        "instances": [
          [
            "id": "u1", "name": "api-1", "status": "Running", "digests": [.string(digest)],
            "started_at": "2026-11-18T08:59:00Z",
          ],
          ["id": "u2"],
        ],
        "started_at": "2026-11-18T08:58:00Z", "observed_at": .string(at),
      ]
    case .resourceRecorded:
      [
        "type": "aws_db_instance", "name": "api-test", "id": "arn:aws:rds:1", "state": "created",
        "environment": "test", "region": "eu-west-1", "occurred_at": .string(at),
      ]
    case .noteRecorded:
      [
        "text": "Load test until 15:00", "about": "acme/api#7", "environment": "staging",
        "occurred_at": .string(at),
      ]
    default: [:]
    }
  }

  static func context(_ environments: [String]? = nil) -> RecordContext {
    RecordContext(
      received: received, source: .token("ci", key: "request/ci/1"), environments: environments)
  }

  static func submission(
    _ kind: Kind, _ body: [String: JSON], environments: [String]? = nil
  ) throws -> Submission {
    try Record.submission(kind: kind, body: .object(body), context: context(environments))
  }

  /// `path reason` of everything that is wrong; empty when nothing is.
  static func problems(
    _ kind: Kind, _ body: [String: JSON], environments: [String]? = nil
  ) -> [String] {
    do throws(RecordRefusal) {
      _ = try Record.submission(kind: kind, body: .object(body), context: context(environments))
      return []
    } catch { return error.problems.map { "\($0.path) \($0.reason)" } }
  }

  /// The sample with one member replaced, or removed by `nil`.
  static func problems(
    _ kind: Kind, _ member: String, _ value: JSON?, environments: [String]? = nil
  ) -> [String] {
    var body = body(kind)
    body[member] = value
    return problems(kind, body, environments: environments)
  }
}
