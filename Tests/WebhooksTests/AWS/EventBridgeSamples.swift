import Ledger
import LedgerTesting

@testable import Webhooks

/// Events of EventBridge, by the field lists of AWS's documentation.
enum EventBridgeSamples {
  static let digest = Derived.digest("image")
  static let account = "210987654321"
  static let service = "arn:aws:ecs:eu-west-1:210987654321:service/prod/api"

  static func envelope(
    _ type: String, _ detail: JSON, source: String = "aws.ecs", resources: [String] = [service],
    id: String = "6f1e7a52-9a0b-4e6c-8a57-1d2c3b4a5f60"
  ) -> JSON {
    [
      "version": "0", "id": .string(id), "detail-type": .string(type), "source": .string(source),
      "account": .string(account), "time": "2026-11-20T10:03:00Z", "region": "eu-west-1",
      "resources": .array(resources.map(JSON.string)), "detail": detail,
    ]
  }

  static let deployment = envelope(
    "ECS Deployment State Change",
    [
      "eventType": "INFO", "eventName": "SERVICE_DEPLOYMENT_COMPLETED",
      "deploymentId": "ecs-svc/7", "updatedAt": "2026-11-20T10:02:59.5Z", "reason": "done",
    ])

  static let task = envelope(
    "ECS Task State Change",
    [
      "clusterArn": "arn:aws:ecs:eu-west-1:210987654321:cluster/prod",
      "containers": [
        [
          "name": "app", "image": "ghcr.io/acme/api:1.2", "imageDigest": .string(digest),
          "lastStatus": "STOPPED", "exitCode": 137,
        ],
        ["name": "proxy", "image": .string("envoy@\(digest)"), "lastStatus": "RUNNING"],
      ],
      "createdAt": "2026-11-20T10:00:00.25Z", "startedAt": "2026-11-20T10:01:00Z",
      "stoppedAt": "2026-11-20T10:02:00Z", "updatedAt": "2026-11-20T10:02:30Z", "cpu": "256",
      "memory": "512", "desiredStatus": "STOPPED", "lastStatus": "STOPPED",
      "group": "service:api", "launchType": "FARGATE", "startedBy": "ecs-svc/7",
      "taskArn": "arn:aws:ecs:eu-west-1:210987654321:task/prod/0a1b",
      "taskDefinitionArn": "arn:aws:ecs:eu-west-1:210987654321:task-definition/api:42",
      "version": 5, "stopCode": "EssentialContainerExited", "stoppedReason": "it fell",
      "attachments": [],
    ], resources: ["arn:aws:ecs:eu-west-1:210987654321:task/prod/0a1b"])

  static let action = envelope(
    "ECS Service Action",
    [
      "eventType": "WARN", "eventName": "SERVICE_TASK_START_IMPAIRED", "reason": "RESOURCE:CPU",
      "clusterArn": "arn:aws:ecs:eu-west-1:210987654321:cluster/prod",
      "createdAt": "2026-11-20T10:02:00Z",
    ])

  static let image = envelope(
    "ECR Image Action",
    [
      "result": "SUCCESS", "repository-name": "acme/api", "image-digest": .string(digest),
      "action-type": "PUSH", "image-tag": "1.2",
    ], source: "aws.ecr", resources: [])

  static let scan = envelope(
    "ECR Image Scan",
    [
      "scan-status": "COMPLETE", "repository-name": "acme/api", "image-digest": .string(digest),
      "image-tags": ["1.2", "latest"],
      "finding-severity-counts": [
        "CRITICAL": 1, "HIGH": 2, "LOW": 4, "UNDEFINED": 5, "INFORMATIONAL": 6,
      ],
    ], source: "aws.ecr", resources: [])

  static let all: [(kind: Kind, event: JSON)] = [
    (.ecsDeployment, deployment), (.ecsTask, task), (.ecsServiceAction, action),
    (.ecrImage, image), (.ecrScan, scan),
  ]

  static func submissions(_ json: JSON) throws -> [Submission] {
    try submissions(json.canonicalBytes)
  }

  static func submissions(_ body: [UInt8]) throws -> [Submission] {
    try EventBridge.submissions(
      body: body, received: received, source: { .token("relay", key: $0) })
  }

  /// What the one event of a body becomes.
  static func entry(_ event: JSON) throws -> Entry { try submissions(event)[0].entry }
}
