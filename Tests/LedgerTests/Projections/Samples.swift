import Ledger
import LedgerTesting
import Merkle

/// Entries of every kind that a projection reads, with all members.
enum Samples {
  static let sha = String(repeating: "a", count: 40)
  static let otherSHA = String(repeating: "b", count: 40)
  static let digest = "sha256:" + String(repeating: "c", count: 64)

  /// Seconds after 2026-10-03T04:00:00Z, as GitHub would write them.
  static func at(_ seconds: Int64) -> JSON {
    .string(Instant(seconds: 1_791_000_000 + seconds).description)
  }

  /// - Parameter data: members beside the repository's.
  static func entry(
    _ kind: Kind, _ data: [String: JSON], delivery: String = "d", at: Int64 = 0,
    received: Int64 = 60, repository: Int64 = 1
  ) throws -> Entry {
    let members = data.merging([
      "repository_id": .int(repository), "repository": "octo/hello",
    ]) { own, _ in own }
    return try Entry(
      kind: kind, at: Instant(seconds: 1_791_000_000 + at),
      received: Instant(seconds: 1_791_000_000 + received),
      source: source(of: kind, delivery),
      data: .object(members),
      evidence: Evidence(Array((kind.name + delivery).utf8)).reference)
  }

  private static func source(of kind: Kind, _ delivery: String) -> Source {
    if kind == .policy { return .ledger }
    return ChainEntries.kinds.contains(kind) || kind == .attestationRecorded
      ? .token("ci", key: delivery) : .github(event: kind.name, delivery: delivery, hook: 7)
  }

  static func pull(
    _ action: String, updated: Int64, head: String = sha, merged: Int64? = nil
  ) -> [String: JSON] {
    [
      "action": .string(action), "number": 5, "id": 500, "head_sha": .string(head),
      "head_repository_id": 1, "base_ref": "main", "base_sha": .string(otherSHA),
      "state": action == "closed" ? "closed" : "open", "draft": false, "author": 11,
      "updated_at": at(updated), "merged_at": merged.map(at) ?? .null,
      "merged_by": merged == nil ? .null : 12,
      "merge_sha": merged == nil ? .null : .string(otherSHA),
    ]
  }

  static func checkRun(
    _ status: String, _ conclusion: String? = nil, started: Int64, completed: Int64? = nil,
    id: Int64 = 40
  ) -> [String: JSON] {
    [
      "action": "completed", "id": .int(id), "head_sha": .string(sha), "name": "test",
      "app_id": 15368, "app": "github-actions", "suite_id": 41, "status": .string(status),
      "conclusion": .optional(conclusion), "started_at": at(started),
      "completed_at": completed.map(at) ?? .null,
    ]
  }

  static func deployment() -> [String: JSON] {
    [
      "deployment_id": 70, "environment": "production", "sha": .string(sha),
      "digest": .string(digest), "creator": 13, "created_at": at(0),
    ]
  }

  static func deploymentStatus(_ state: String, id: Int64, created: Int64) -> [String: JSON] {
    deployment().merging([
      "state": .string(state), "status_id": .int(id), "status_created_at": at(created),
    ]) { _, new in new }
  }

  static func workflowRun(
    _ status: String, _ conclusion: String? = nil, updated: Int64
  ) -> [String: JSON] {
    [
      "id": 90, "attempt": 1, "name": "CI", "path": ".github/workflows/ci.yml", "event": "push",
      "head_sha": .string(sha), "status": .string(status), "conclusion": .optional(conclusion),
      "suite_id": 41, "actor": 11, "started_at": at(1), "updated_at": at(updated),
    ]
  }

  static func release(_ action: String) -> [String: JSON] {
    [
      "action": .string(action), "id": 80, "tag": "v1.0.0", "author": 11, "created_at": at(0),
      "published_at": at(5),
    ]
  }

  static let verdict: [String: JSON] = [
    "pull": 5, "head_sha": .string(sha), "state": "allow", "summary": "1 of 1 passed",
    "confirming": false, "policy": "p1",
    "post": [
      "context": "ledger/merge-gate", "state": "success", "description": "1 of 1 passed",
    ],
  ]

  /// The data of an entry of every kind that changes a table.
  static func one(of kind: Kind) throws -> [String: JSON]? {
    if ChainEntries.kinds.contains(kind) {
      return try ChainEntries(start: Instant(seconds: 1_791_000_000)).entry(kind).data.object
    }
    if DeployEntries.kinds.contains(kind) {
      return DeployEntries(start: Instant(seconds: 1_791_000_000)).data(of: kind)
    }
    return delivered(kind)
  }

  private static func delivered(_ kind: Kind) -> [String: JSON]? {
    switch kind {
    case .pullRequest: pull("closed", updated: 9, merged: 9)
    case .pullRead:
      pull("closed", updated: 9, merged: 9).merging(["action": .null, "sender": .null]) { $1 }
    case .deliveriesRead:
      [
        "hook": "480", "from": at(0), "after": at(-9), "to": at(9), "listed": 3, "present": 1,
        "missing": [["guid": "g1", "event": "push", "at": at(1)]], "is_cut": false,
        "asked": ["g1"], "lost": [["guid": "g2", "event": "status", "at": at(2)]],
      ]
    case .checkRun: checkRun("completed", "success", started: 1, completed: 2)
    case .status:
      [
        "id": 60, "head_sha": .string(sha), "context": "ci/legacy", "creator": 14,
        "state": "success", "created_at": at(3),
      ]
    case .checksRead:
      [
        "head_sha": .string(sha),
        "check_runs": [.object(checkRun("completed", "success", started: 1, completed: 2))],
        "statuses": [], "runs": [.object(workflowRun("completed", "success", updated: 4))],
        "base": ["ref": "main", "sha": .string(otherSHA), "behind_by": 1],
      ]
    case .workflowRun: workflowRun("completed", "success", updated: 4)
    case .deployment: deployment()
    case .deploymentStatus: deploymentStatus("success", id: 71, created: 6)
    case .package:
      [
        "digest": .string(digest), "created_at": at(2), "revision": .string(sha), "author": 11,
        "tag": "latest",
      ]
    case .release: release("published")
    case .policy: ["hash": "p1"]
    case .verdict: verdict
    case .push:
      [
        "ref": "refs/heads/main", "before": .string(sha), "after": .string(otherSHA),
        "created": false, "deleted": false, "forced": false,
      ]
    case .mergeGroup:
      [
        "action": "destroyed", "head_sha": .string(sha), "reason": "merged", "pull": 5,
        "head_ref": .string("gh-readonly-queue/main/pr-5-\(otherSHA)"), "base_ref": "main",
        "base_sha": .string(otherSHA),
      ]
    case .statusOverwritten:
      [
        "head_sha": .string(sha), "context": "ledger/merge-gate", "source": "status", "run": 61,
        "reporter": 15, "state": "success", "seen": 3,
      ]
    case .bypass, .verified, .undetermined:
      ["pull": 5, "summary": "lint was missing", "policy": "p1", "merged_at": at(9)]
    case .statusPosted:
      [
        "head_sha": .string(sha), "context": "ledger/merge-gate", "state": "success",
        "description": "1 of 1 passed", "status_id": 62, "form": "status", "reporter": 16,
      ]
    case .override:
      [
        "gate": "merge", "decision": 4, "pull": 5, "head_sha": .string(sha), "base_ref": "main",
        "reason": "hotfix", "by": "ci", "expires_at": at(90),
      ]
    case .overrideEnded:
      [
        "gate": "merge", "override": 3, "pull": 5, "head_sha": .string(sha), "base_ref": "main",
        "reason": "hotfix", "why": "expired",
      ]
    case .push, .landingRead, .protectionRead, .errandDone, .undetermined,
      .branchProtectionRule, .branchProtection, .ruleset, .installation,
      .installationRepositories:
      ofBranches(kind)
    case .evidencePruned:
      [
        "reason": "retention", "keep": "400d", "before": at(5), "count": 1, "bytes": 12_000,
        "hashes": [.string(String(repeating: "b", count: 64))],
      ]
    case .personForgotten:
      [
        "person": 11, "reason": "on request", "searched": 40, "count": 1, "bytes": 12_000,
        "hashes": [.string(String(repeating: "c", count: 64))],
      ]
    case .admissionAsked: AdmissionReviews.asked("ghcr.io/acme/api:1")
    case .admissionDecided:
      [
        "ask": 4, "cluster": "k1", "namespace": "team-a", "environment": "prod", "service": "api",
        "subject": .string(String(repeating: "d", count: 64)), "state": "allow",
        "summary": "1 of 1 may run in team-a (prod)", "policy": nil, "findings": [],
        "replaces": nil,
      ]
    case .tokenCreated: ["hash": "h1", "name": "ci", "scope": "read"]
    case .tokenRevoked: ["hash": "h1"]
    default: nil
    }
  }
}
