import Foundation
import Ledger
import LedgerTesting

/// One change on its way from a pull request to two places where it runs, told by everyone who knows
/// a part of it, over all ways in.
struct ChainMessages {
  enum Message {
    case webhook(WebhookDelivery)
    /// A body for a route of the API.
    case post(String, type: String = "application/json", key: String? = nil, JSON)
    /// `ledger record …`; a second text is written to the file that `--from FILE` names.
    case record([String], file: String? = nil)
  }

  static let policy =
    Story.policy + """
      environments:
        - staging
        - {name: prod, aliases: [production]}
      services:
        - name: api
          repositories: [acme/api]
          ecs: [{cluster: prod-1, service: api, environment: prod}]
          kubernetes: [{cluster: k1, namespace: staging, workload: Deployment/api, environment: staging}]
          argocd: [{application: api-staging, environment: staging}]

      """

  static let run: Int64 = 9_900_000_017
  static let rollout = "ecs-svc/1000000000000000007"
  static let digest = Derived.digest("image of the change")

  let pull = TestPull(17)
  var merge: String { Derived.commit("merge 17") }

  func time(_ seconds: Double) -> String { TestPull.start.adding(seconds: seconds).description }

  /// The variables of the job that reports.
  var job: [String: String] {
    [
      "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": Bench.repository,
      "GITHUB_REPOSITORY_ID": "4711", "GITHUB_SHA": merge, "GITHUB_REF": "refs/heads/main",
      "GITHUB_RUN_ID": String(Self.run), "GITHUB_RUN_ATTEMPT": "1", "GITHUB_ACTOR": "jon",
      "GITHUB_ACTOR_ID": "102", "GITHUB_WORKFLOW": "deploy", "GITHUB_EVENT_NAME": "push",
      "GITHUB_SERVER_URL": "https://github.com",
    ]
  }

  /// In the order in which it happened.
  var all: [Message] { gitHub + pipeline + amazon + cluster + vendorNeutral }

  private var gitHub: [Message] {
    let head = Deliveries.Commit(
      sha: merge, message: "Change 17", author: TestPull.jon, at: TestPull.start)
    let begun = Deliveries.WorkflowRun(
      id: Self.run, workflow: .init(id: 1, name: "deploy", path: ".github/workflows/deploy.yml"),
      head: head, suiteID: 9_001, actor: TestPull.jon,
      startedAt: TestPull.start.adding(seconds: 210))
    return [
      .webhook(pull.opened), .webhook(pull.triggered()),
      .webhook(pull.check(pull.run("test", "success"))),
      .webhook(pull.check(pull.run("lint", "success"))), .webhook(pull.merged(at: 200)),
      .webhook(
        pull.deliveries.workflowRun(
          "completed",
          begun.completed("success", at: TestPull.start.adding(seconds: 300)))),
    ]
  }

  private var pipeline: [Message] {
    let junit = #"<testsuite name="unit"><testcase name="a" time="0.1"/></testsuite>"#
    return [
      .record(
        ["build", "--outcome", "success", "--started-at", time(210), "--finished-at", time(300)]),
      .record(["test-results", "--from", "FILE", "--finished-at", time(230)], file: junit),
      .record(
        [
          "image", "--digest", Self.digest, "--image", "registry.example/api", "--tag", "v17",
          "--pushed-at", time(290), "-s", "api",
        ]),
      .record(
        [
          "task-definition", "--family", "api", "--revision", "57", "--container",
          "app=registry.example/api@\(Self.digest)", "--registered-at", time(310), "-s", "api",
        ]),
      .record(
        [
          "deployment", "start", "-s", "api", "-e", "production", "--revision", "api:57",
          "--digest", Self.digest, "--rollout", Self.rollout, "--occurred-at", time(320),
        ]),
      .record(
        [
          "deployment", "finish", "-s", "api", "-e", "production", "--occurred-at", time(420),
        ]),
      .post(
        "/v1/scans", key: "scan-17",
        [
          "digest": .string(Self.digest), "scanner": "trivy", "critical": 0, "high": 0,
          "medium": 1, "low": 3, "unknown": 0, "scanned_at": .string(time(295)),
        ]),
    ]
  }

  private func event(_ id: String, _ type: String, _ seconds: Double, _ detail: JSON) -> JSON {
    [
      "version": "0", "id": .string(id), "detail-type": .string(type), "source": "aws.ecs",
      "account": "123456789012", "time": .string(time(seconds)), "region": "eu-central-1",
      "resources": ["arn:aws:ecs:eu-central-1:123456789012:service/prod-1/api"],
      "detail": detail,
    ]
  }

  private func deployment(_ state: String, _ seconds: Double) -> JSON {
    event(
      "deployment-\(state)", "ECS Deployment State Change", seconds,
      [
        "eventType": "INFO", "eventName": .string("SERVICE_DEPLOYMENT_\(state)"),
        "deploymentId": .string(Self.rollout), "updatedAt": .string(time(seconds)),
        "reason": .string("ECS deployment \(Self.rollout) \(state)."),
      ])
  }

  private func task(_ status: String, version: Int64, _ seconds: Double) -> JSON {
    let arn = "arn:aws:ecs:eu-central-1:123456789012"
    return event(
      "task-\(version)", "ECS Task State Change", seconds,
      [
        "clusterArn": .string("\(arn):cluster/prod-1"), "group": "service:api",
        "taskArn": .string("\(arn):task/prod-1/0000000000000017"),
        "taskDefinitionArn": .string("\(arn):task-definition/api:57"),
        "startedBy": .string(Self.rollout), "lastStatus": .string(status),
        "desiredStatus": "RUNNING", "version": .int(version), "launchType": "FARGATE",
        "createdAt": .string(time(330)), "updatedAt": .string(time(seconds)),
        "startedAt": .string(time(seconds)), "cpu": "256", "memory": "512",
        "containers": [
          [
            "name": "app", "image": "registry.example/api:v17", "lastStatus": .string(status),
            "imageDigest": .string(Self.digest),
          ]
        ],
      ])
  }

  private var amazon: [Message] {
    [
      .post("/webhooks/aws", deployment("IN_PROGRESS", 325)),
      .post(
        "/webhooks/aws", [task("PENDING", version: 1, 335), task("RUNNING", version: 3, 400)]),
      .post("/webhooks/aws", deployment("COMPLETED", 410)),
    ]
  }

  private var cluster: [Message] {
    [
      .record(
        ["rollout", "--cluster", "k1", "--from", "FILE", "--observed-at", time(900)],
        file: Self.kubectl),
      .post(
        "/webhooks/argocd",
        [
          "application": "api-staging", "application_namespace": "argocd", "project": "default",
          "namespace": "staging", "cluster": "k1", "revision": .string(Derived.commit("manifests")),
          "phase": "Succeeded", "health": "Healthy",
          "images": [.string("registry.example/api@\(Self.digest)")],
          "started_at": .string(time(800)), "finished_at": .string(time(850)),
        ]),
    ]
  }

  /// What `kubectl get deployment,replicaset,pods -o json` prints, as far as it is read.
  private static let kubectl = """
    {"apiVersion":"v1","kind":"List","items":[
     {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"api","namespace":"staging",
       "uid":"d1","generation":4,"creationTimestamp":"2026-09-01T00:00:00Z",
       "annotations":{"deployment.kubernetes.io/revision":"4"}},
      "spec":{"replicas":1,"template":{"spec":{"containers":[
        {"name":"app","image":"registry.example/api@\(digest)"}]}}},
      "status":{"observedGeneration":4,"replicas":1,"updatedReplicas":1,"readyReplicas":1,
        "availableReplicas":1,"conditions":[{"type":"Available","status":"True"}]}},
     {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"api-7","namespace":"staging",
       "uid":"r1","creationTimestamp":"2026-09-21T14:30:00Z",
       "annotations":{"deployment.kubernetes.io/revision":"4"},
       "ownerReferences":[{"kind":"Deployment","name":"api","uid":"d1","controller":true}]},
      "spec":{"replicas":1},"status":{"replicas":1}},
     {"apiVersion":"v1","kind":"Pod","metadata":{"name":"api-7-x","namespace":"staging","uid":"p1",
       "ownerReferences":[{"kind":"ReplicaSet","name":"api-7","uid":"r1","controller":true}]},
      "spec":{"containers":[{"name":"app","image":"registry.example/api@\(digest)"}]},
      "status":{"phase":"Running","startTime":"2026-09-21T14:30:00Z","containerStatuses":[
        {"name":"app","image":"registry.example/api","imageID":"registry.example/api@\(digest)",
         "ready":true}]}}]}
    """

  private var vendorNeutral: [Message] {
    let digest = Self.digest.replacing(":", with: "%3A")
    return [
      .post(
        "/webhooks/cdevents",
        [
          "context": [
            "specversion": "0.5.1", "id": "e-17", "source": "/pipelines/deploy",
            "type": "dev.cdevents.service.deployed.0.3.0", "timestamp": .string(time(700)),
          ],
          "subject": [
            "id": "api",
            "content": [
              "environment": ["id": "staging"],
              "artifactId": .string("pkg:oci/api@\(digest)?repository_url=registry.example/api"),
            ],
          ],
        ])
    ]
  }
}
