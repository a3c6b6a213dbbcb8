import Ledger
import LedgerTesting
import Testing

@testable import Webhooks

@Suite("Events of EventBridge")
struct EventBridgeTests {
  private typealias Samples = EventBridgeSamples

  @Test("every event that is read is among the samples")
  func coverage() { #expect(Samples.all.map(\.kind) == EventBridge.all.map { $0.kind }) }

  static let said: [(JSON, Instant?, JSON)] = [
    (
      EventBridgeSamples.deployment, Instant("2026-11-20T10:02:59.5Z"),
      [
        "cluster": "prod", "service": "api", "deployment": "ecs-svc/7", "state": "COMPLETED",
        "rollback_to": nil, "reason": "done", "updated_at": "2026-11-20T10:02:59.500000Z",
      ]
    ),
    (
      EventBridgeSamples.task, Instant("2026-11-20T10:02:30Z"),
      [
        "cluster": "prod", "service": "api",
        "task": "arn:aws:ecs:eu-west-1:210987654321:task/prod/0a1b", "family": "api",
        "revision": 42, "started_by": "ecs-svc/7", "last_status": "STOPPED",
        "desired_status": "STOPPED", "version": 5, "launch_type": "FARGATE", "cpu": "256",
        "memory": "512", "stop_code": "EssentialContainerExited", "stopped_reason": "it fell",
        "created_at": "2026-11-20T10:00:00.250000Z", "started_at": "2026-11-20T10:01:00Z",
        "stopped_at": "2026-11-20T10:02:00Z", "updated_at": "2026-11-20T10:02:30Z",
        "containers": [
          [
            "name": "app", "image": "ghcr.io/acme/api:1.2",
            "digest": .string(EventBridgeSamples.digest), "status": "STOPPED", "exit_code": 137,
          ],
          [
            "name": "proxy", "image": .string("envoy@\(EventBridgeSamples.digest)"),
            "digest": .string(EventBridgeSamples.digest), "status": "RUNNING", "exit_code": nil,
          ],
        ],
      ]
    ),
    (
      EventBridgeSamples.action, Instant("2026-11-20T10:02:00Z"),
      [
        "cluster": "prod", "service": "api", "type": "WARN",
        "name": "SERVICE_TASK_START_IMPAIRED", "reason": "RESOURCE:CPU",
        "created_at": "2026-11-20T10:02:00Z",
      ]
    ),
    (
      EventBridgeSamples.image, Instant("2026-11-20T10:03:00Z"),
      [
        "repository": "acme/api", "digest": .string(EventBridgeSamples.digest), "tag": "1.2",
        "image": "210987654321.dkr.ecr.eu-west-1.amazonaws.com/acme/api", "action": "PUSH",
        "result": "SUCCESS", "occurred_at": "2026-11-20T10:03:00Z",
      ]
    ),
    (
      EventBridgeSamples.scan, Instant("2026-11-20T10:03:00Z"),
      [
        "repository": "acme/api", "digest": .string(EventBridgeSamples.digest),
        "image": "210987654321.dkr.ecr.eu-west-1.amazonaws.com/acme/api",
        "tags": ["1.2", "latest"], "status": "COMPLETE", "critical": 1, "high": 2, "medium": 0,
        "low": 4, "unknown": 5, "scanned_at": "2026-11-20T10:03:00Z", "by_teller": true,
      ]
    ),
  ]

  @Test("say what the event says", arguments: said)
  func facts(_ event: JSON, _ at: Instant?, _ expected: JSON) throws {
    let entry = try Samples.entry(event)
    let common: [String: JSON] = [
      "event_id": "6f1e7a52-9a0b-4e6c-8a57-1d2c3b4a5f60", "account": "210987654321",
      "region": "eu-west-1",
    ]
    #expect(entry.data == .object((expected.object ?? [:]).merging(common) { $1 }))
    #expect(entry.at == at)
    #expect(entry.received == received)
    #expect(
      entry.source == .token("relay", key: "aws/6f1e7a52-9a0b-4e6c-8a57-1d2c3b4a5f60"))
  }

  @Test("fit the schema of their kind")
  func schema() throws {
    for (kind, event) in Samples.all {
      let entry = try Samples.entry(event)
      #expect(entry.kind == kind)
      #expect(try EntrySchema.faults(of: entry) == [])
    }
  }

  @Test("keep the body as evidence: one event as it came, of a list each by itself")
  func evidence() throws {
    let body = Array(" \(Samples.task.canonicalString)\n".utf8)
    let one = try Samples.submissions(body)[0]
    #expect(one.evidence?.bytes == body)
    #expect(one.entry.evidence == one.evidence?.reference)
    let list = try Samples.submissions([Samples.task, Samples.image])
    #expect(list.map(\.entry.kind) == [.ecsTask, .ecrImage])
    #expect(
      list.map { $0.evidence?.bytes }
        == [Samples.task.canonicalBytes, Samples.image.canonicalBytes])
  }

  // MARK: what may be missing

  /// Without one of these there is nothing to say.
  static let essential: [(JSON, [[String]])] = [
    (
      EventBridgeSamples.deployment,
      [["detail", "deploymentId"], ["detail", "eventName"], ["resources"]]
    ),
    (EventBridgeSamples.task, [["detail", "taskArn"]]),
    (EventBridgeSamples.action, [["detail", "eventName"], ["resources"]]),
    (
      EventBridgeSamples.image,
      [["detail", "repository-name"], ["detail", "image-digest"], ["detail", "action-type"]]
    ),
    (EventBridgeSamples.scan, [["detail", "repository-name"], ["detail", "image-digest"]]),
  ]

  @Test(
    "without an essential field they are kept, undecoded; without another they are read",
    arguments: essential)
  func missing(_ event: JSON, _ essential: [[String]]) throws {
    let kind = try Samples.entry(event).kind
    for path in event.paths where !["id", "source", "time", "detail-type"].contains(path[0]) {
      guard path != ["detail"] else { continue }
      let entry = try Samples.entry(event.replacing(path, with: nil))
      #expect(entry.kind == (essential.contains(path) ? .awsUndecoded : kind), "\(path)")
      #expect(try EntrySchema.faults(of: entry) == [], "\(path)")
    }
  }

  @Test("with another type or a null in any field they are kept all the same")
  func otherTypes() throws {
    for (_, event) in Samples.all {
      for path in event.paths where path[0] == "detail" && path.count > 1 {
        for value: JSON in [nil, 7, -1, "x", [], [:], true, ["x"], .number("1.5"), "a\u{0}b"] {
          let entry = try Samples.entry(event.replacing(path, with: value))
          #expect(try EntrySchema.faults(of: entry) == [], "\(path) \(value)")
        }
      }
    }
  }

  @Test("unknown fields are no errors")
  func unknown() throws {
    for (kind, event) in Samples.all {
      let more = event.replacing(["detail", "brandNew"], with: [1]).replacing(["new"], with: 1)
      let entry = try Samples.entry(more)
      #expect(entry.kind == kind)
      #expect(try entry.data == Samples.entry(event).data)
    }
  }

  @Test(
    "an unknown detail-type is kept, undecoded",
    arguments: [
      ("aws.ecs", "ECS Container Instance State Change"),
      ("aws.ecr", "ECR Pull Through Cache Action"),
      ("aws.ecs", "ECS task state change"),
      // Anybody may put an event with this detail-type on a bus, but none whose source is AWS's.
      ("my.app", "ECS Task State Change"), ("aws.ecr", "ECS Task State Change"),
    ])
  func undecoded(_ source: String, _ type: String) throws {
    let event = Samples.task.replacing(["source"], with: .string(source))
      .replacing(["detail-type"], with: .string(type))
    let submission = try Samples.submissions(event)[0]
    #expect(submission.entry.kind == .awsUndecoded)
    #expect(
      submission.entry.data == [
        "event_id": "6f1e7a52-9a0b-4e6c-8a57-1d2c3b4a5f60", "detail_type": .string(type),
      ])
    #expect(submission.entry.at == Instant("2026-11-20T10:03:00Z"))
    #expect(submission.evidence?.bytes == event.canonicalBytes)
    #expect(try EntrySchema.faults(of: submission.entry) == [])
  }

  @Test("a reason that no entry can hold leaves the event undecoded")
  func tooLong() throws {
    let long = String(repeating: "x", count: Entry.maximumSize)
    let event = Samples.deployment.replacing(["detail", "reason"], with: .string(long))
    #expect(try Samples.entry(event).kind == .awsUndecoded)
  }

  @Test("counts whose sum is no number leave the scan undecoded")
  func counts() throws {
    let counts: JSON = ["UNDEFINED": .int(.max), "UNTRIAGED": 1]
    let event = Samples.scan.replacing(["detail", "finding-severity-counts"], with: counts)
    #expect(try Samples.entry(event).kind == .awsUndecoded)
  }

  @Test("the emulator's envelope has no account")
  func noAccount() throws {
    let data = try Samples.entry(Samples.image.replacing(["account"], with: nil)).data
    #expect(data["account"] == .null && data["image"] == .null && data["region"] == "eu-west-1")
  }

  // MARK: single fields

  @Test(
    "a rollback names the deployment that ECS goes back to",
    arguments: [
      (
        "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1000000001.",
        "ecs-svc/1000000001"
      ),
      ("ECS deployment circuit breaker: tasks failed to start.", nil),
      ("ECS deployment ecs-svc/12 in progress.", nil), ("rolling back to deploymentId x", nil),
    ] as [(String, String?)])
  func rollback(_ reason: String, _ target: String?) throws {
    let event = Samples.deployment.replacing(["detail", "reason"], with: .string(reason))
    #expect(try Samples.entry(event).data["rollback_to"] == .optional(target))
  }

  @Test(
    "the state of a deployment is the end of the event's name",
    arguments: [
      ("SERVICE_DEPLOYMENT_IN_PROGRESS", "IN_PROGRESS"), ("SERVICE_DEPLOYMENT_FAILED", "FAILED"),
      ("SERVICE_DEPLOYMENT_PAUSED", "PAUSED"), ("SERVICE_STEADY_STATE", nil),
    ] as [(String, String?)])
  func state(_ name: String, _ state: String?) throws {
    let event = Samples.deployment.replacing(["detail", "eventName"], with: .string(name))
    #expect(try Samples.entry(event).data["state"]?.string == state)
  }

  @Test(
    "names of services and clusters, from new ARNs and old ones",
    arguments: [
      (["arn:aws:ecs:eu-west-1:1:service/prod/api"], "api", "prod"),
      (["arn:aws:ecs:eu-west-1:1:service/api"], "api", nil),
      (
        ["arn:aws-cn:ecs:cn-north-1:1:cluster/x", "arn:aws:ecs:a:1:service/prod/api"], "api", "prod"
      ),
      (["arn:aws:ecs:eu-west-1:1:service"], nil, nil), (["service/prod/api"], nil, nil),
      ([], nil, nil),
    ] as [([String], String?, String?)])
  func resources(_ arns: [String], _ name: String?, _ cluster: String?) throws {
    let event = Samples.deployment.replacing(
      ["resources"], with: .array(arns.map(JSON.string)))
    let data = try Samples.entry(event).data
    #expect(data["service"]?.string == name)
    #expect(data["cluster"]?.string == cluster)
  }

  @Test(
    "a task that no service started has none",
    arguments: [
      ("service:api", "api"), ("family:api", nil), ("", nil),
    ] as [(String, String?)])
  func group(_ group: String, _ service: String?) throws {
    let event = Samples.task.replacing(["detail", "group"], with: .string(group))
    #expect(try Samples.entry(event).data["service"] == .optional(service))
  }

  @Test(
    "a revision is a family and a number",
    arguments: [
      ("arn:aws:ecs:a:1:task-definition/api:42", "api", 42),
      ("arn:aws:ecs:a:1:task-definition/api", nil, nil),
      ("arn:aws:ecs:a:1:task-definition/api:new", nil, nil), ("api:42", nil, nil),
    ] as [(String, String?, Int64?)])
  func revision(_ arn: String, _ family: String?, _ revision: Int64?) throws {
    let event = Samples.task.replacing(["detail", "taskDefinitionArn"], with: .string(arn))
    let data = try Samples.entry(event).data
    #expect(data["family"] == .optional(family) && data["revision"] == .optional(revision))
  }

  @Test(
    "a tag is no digest",
    arguments: [
      "latest", "sha256:", "SHA256:" + EventBridgeSamples.digest.dropFirst(7),
      EventBridgeSamples.digest + "0", "sha512:" + EventBridgeSamples.digest.dropFirst(7),
    ])
  func digest(_ wrong: String) throws {
    let containers: JSON = [["name": "a", "image": "a:1", "imageDigest": .string(wrong)]]
    let task = Samples.task.replacing(["detail", "containers"], with: containers)
    #expect(try Samples.entry(task).data["containers"]?.array?.first?["digest"] == .null)
    for event in [Samples.image, Samples.scan] {
      let event = event.replacing(["detail", "image-digest"], with: .string(wrong))
      #expect(try Samples.entry(event).kind == .awsUndecoded)
    }
  }

  // MARK: what is no event

  static let envelopes: [(JSON?, [String], String)] = [
    (nil, ["id"], "id is missing"), ("", ["id"], "id must be 1 to 253 letters, digits and -_.:"),
    ("a/b", ["id"], "id must be 1 to 253 letters, digits and -_.:"),
    (7, ["id"], "id must be 1 to 253 letters, digits and -_.:"),
    (nil, ["detail-type"], "detail-type is missing"), (nil, ["source"], "source is missing"),
    (nil, ["time"], "time is missing"),
    ("yesterday", ["time"], "time must be a time such as 2026-11-20T23:41:07Z"),
    (nil, ["detail"], "detail is missing"), ([], ["detail"], "detail must be an object"),
    (7, ["account"], "account must be a text"), ("x", ["resources"], "resources must be a list"),
    ([1], ["resources"], "resources[0] must be a text"),
  ]

  @Test("what is no envelope is refused, and named", arguments: envelopes)
  func notAnEnvelope(_ value: JSON?, _ path: [String], _ fault: String) throws {
    let event = Samples.task.replacing(path, with: value)
    #expect(try faults { _ = try Samples.submissions(event) } == [fault])
    let list: JSON = [Samples.image, event]
    #expect(try faults { _ = try Samples.submissions(list) } == ["[1]." + fault])
  }

  @Test("all faults are named at once")
  func allFaults() throws {
    #expect(
      try faults { _ = try Samples.submissions([[:], 7]) } == [
        "[0].detail is missing", "[0].detail-type is missing", "[0].id is missing",
        "[0].source is missing", "[0].time is missing", "[1] must be an object",
      ])
  }

  @Test(
    "a list has 1 to 1,000 events",
    arguments: [(0, false), (1, true), (1_000, true), (1_001, false)])
  func count(_ count: Int, _ isTaken: Bool) throws {
    let events = (0..<count).map { Samples.image.replacing(["id"], with: .string("e\($0)")) }
    let refused = try faults {
      let taken = try Samples.submissions(.array(events)).count
      #expect(taken == count)
    }
    #expect((refused == nil) == isTaken)
  }

  @Test("anything else is no body", arguments: ["", "null", "7", "\"x\"", "{", "{}{}"])
  func noBody(_ text: String) {
    #expect { try Samples.submissions(Array(text.utf8)) } throws: { error in
      if case PlatformRefusal.body = error { true } else { false }
    }
  }
}

@Suite(
  "Documented events",
  .enabled(if: SharedFiles.eventBridge != nil, SharedFiles.lack("infra/eventbridge")))
struct DocumentedEventTests {
  static let files = SharedFiles.json(in: SharedFiles.eventBridge)

  @Test("are all read", arguments: files)
  func read(_ file: SharedFile) throws {
    var body = try file.bytes
    if let message = try file.json["Messages"]?.array?.first {
      body = Array((message["Body"]?.string ?? "").utf8)
    }
    let entry = try EventBridgeSamples.submissions(body)[0].entry
    #expect(entry.kind != .awsUndecoded)
    #expect(try EntrySchema.faults(of: entry) == [])
  }

  @Test("one story: a deployment, its tasks with their digest, and the way back")
  func story() throws {
    let folder = try #require(SharedFiles.eventBridge)
    func data(_ name: String) throws -> JSON {
      let file = SharedFile(url: folder.appending(path: name + ".json"))
      return try EventBridgeSamples.submissions(try file.bytes)[0].entry.data
    }
    let task = try data("ecs-task-running-1")
    #expect(try task["started_by"] == data("ecs-deployment-completed")["deployment"])
    #expect(
      try task["containers"]?.array?.first?["digest"] == data("ecr-image-action-push")["digest"])
    #expect(
      try data("ecs-deployment-rollback")["rollback_to"]
        == data("ecs-deployment-completed")["deployment"])
    #expect(try data("ecs-deployment-failed")["state"] == "FAILED")
    #expect(try data("ecs-task-stopped")["stop_code"] == "TaskFailedToStart")
    #expect(try data("ecr-image-scan")["medium"] == 2)
  }
}
