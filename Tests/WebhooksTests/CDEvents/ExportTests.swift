import Foundation
import Ledger
import LedgerTesting
import Testing

@testable import Webhooks

private let sha = Derived.commit("head")
private let digest = Derived.digest("image")

/// Entries as they are in a log, and what is said of them.
private struct Exported: Sendable, CustomTestStringConvertible {
  let kind: Kind
  let data: JSON
  /// Without `dev.cdevents.`; `nil` when nothing is said.
  let type: String?
  var subject = ""
  var content: JSON = [:]
  var source = Source.token("ci")

  var testDescription: String { "\(kind) \(type ?? "-") \(subject)" }

  var stored: Stored {
    get throws {
      Stored(
        index: 7,
        entry: try Entry(
          kind: kind, at: Instant("2026-11-20T10:03:00.5Z"), received: received, source: source,
          data: data))
    }
  }

  func changed(_ changes: JSON, to type: String?, _ subject: String? = nil, _ content: JSON? = nil)
    -> Exported
  {
    let data = (data.object ?? [:]).merging(changes.object ?? [:]) { $1 }
    return Exported(
      kind: kind, data: .object(data), type: type, subject: subject ?? self.subject,
      content: content ?? self.content, source: source)
  }
}

extension Exported {
  static let run = Exported(
    kind: .workflowRun,
    data: [
      "id": 90, "attempt": 2, "name": "CI", "path": ".github/workflows/ci.yml",
      "status": "completed", "conclusion": "success", "head_sha": .string(sha),
      "repository": "acme/api", "repository_id": 1,
    ], type: "pipelinerun.finished.0.3.0", subject: "90/2",
    content: [
      "pipelineName": "CI", "uri": "https://github.com/acme/api/actions/runs/90/attempts/2",
      "outcome": "success",
    ])
  static let runContent: JSON = [
    "pipelineName": "CI", "uri": "https://github.com/acme/api/actions/runs/90/attempts/2",
  ]

  static let pull = Exported(
    kind: .pullRequest,
    data: [
      "action": "opened", "number": 42, "head_sha": .string(sha), "merged_at": nil,
      "merge_sha": nil, "repository": "acme/api", "repository_id": 1,
    ], type: "change.created.0.4.0", subject: "acme/api#42",
    content: ["repository": ["id": "acme/api", "source": "https://github.com"]])

  static let package = Exported(
    kind: .package,
    data: [
      "name": "api", "digest": .string(digest), "tag": "1.2", "repository": "acme/api",
      "repository_id": 1,
    ], type: "artifact.published.0.3.0",
    subject: "pkg:oci/api@sha256%3A\(digest.dropFirst(7))?tag=1.2")

  static let status = Exported(
    kind: .deploymentStatus,
    data: [
      "state": "success", "environment": "production", "digest": .string(digest),
      "sha": .string(sha), "repository": "acme/api", "repository_id": 1,
    ], type: "service.deployed.0.3.0", subject: "acme/api",
    content: [
      "environment": ["id": "production"],
      "artifactId": .string("pkg:oci/api@sha256%3A\(digest.dropFirst(7))"),
    ])

  static let build = Exported(
    kind: .buildRecorded,
    data: ["id": "90/2", "outcome": nil, "commit": .string(sha), "repository": nil],
    type: "build.started.0.3.0", subject: "90/2")

  static let image = Exported(
    kind: .imageRecorded,
    data: [
      "digest": .string(digest), "image": "ghcr.io/acme/api", "tag": nil, "repository": "acme/api",
    ], type: "artifact.published.0.3.0",
    subject: "pkg:oci/api@sha256%3A\(digest.dropFirst(7))?repository_url=ghcr.io/acme/api")

  static let ecr = Exported(
    kind: .ecrImage,
    data: [
      "digest": .string(digest), "repository": "acme/api", "tag": "1", "action": "PUSH",
      "image": "1.dkr.ecr.eu-west-1.amazonaws.com/acme/api", "result": "SUCCESS",
    ], type: "artifact.published.0.3.0",
    subject: "pkg:oci/api@sha256%3A\(digest.dropFirst(7))"
      + "?repository_url=1.dkr.ecr.eu-west-1.amazonaws.com/acme/api&tag=1")

  static let deployment = Exported(
    kind: .deploymentRecorded,
    data: [
      "id": "d-1", "phase": "finish", "outcome": "success", "environment": "production",
      "digest": .string(digest), "service": "api", "commit": nil, "repository": "acme/api",
    ], type: "service.deployed.0.3.0", subject: "api",
    content: [
      "environment": ["id": "production"],
      "artifactId": .string("pkg:oci/api@sha256%3A\(digest.dropFirst(7))"),
    ])

  /// What the vocabulary has no word for.
  private static func own(_ changes: [String: JSON], _ predicate: String) -> Exported {
    let content: [String: JSON] = [
      "service": "api", "environment": "production", "outcome": "success", "reason": nil,
      "digest": .string(digest), "revision": nil,
    ]
    return deployment.changed(
      .object(changes), to: "ledger-deployment.\(predicate).0.1.0", "d-1",
      .object(content.merging(changes.filter { content[$0.key] != nil }) { $1 }))
  }

  static let rollout = Exported(
    kind: .ecsDeployment,
    data: [
      "deployment": "ecs-svc/7", "service": "api", "cluster": "prod", "state": "COMPLETED",
      "account": "1", "region": "eu-west-1", "reason": nil,
    ], type: "ledger-rollout.finished.0.1.0", subject: "ecs-svc/7",
    content: [
      "platform": "ecs", "outcome": "success", "cluster": "prod", "service": "api",
      "account": "1", "region": "eu-west-1", "reason": nil,
    ])

  static let tests = Exported(
    kind: .testResultsRecorded,
    data: ["suite": "unit", "tests": 9, "failures": 0, "errors": 0, "commit": .string(sha)],
    type: "testsuiterun.finished.0.3.0", subject: "unit/LEAF",
    content: [
      "outcome": "success", "environment": ["id": "ci"],
      "testSuite": ["id": "unit", "name": "unit"],
    ])

  static let verdict = Exported(
    kind: .verdict,
    data: [
      "gate": "merge", "repository_id": 1, "pull": 42, "head_sha": .string(sha), "state": "deny",
      "summary": "test failed",
      "findings": [["check": "test", "required": true, "result": "fail", "entries": [4]]],
    ], type: "ledger-verdict.decided.0.1.0", subject: "1/pull/42/\(sha)",
    content: [
      "gate": "merge", "verdict": "deny", "repository_id": 1, "pull": 42,
      "head_sha": .string(sha), "summary": "test failed", "reason": nil,
      "findings": [["check": "test", "required": true, "result": "fail"]],
    ])

  static let all: [Exported] =
    runs + [
      pull, pull.changed(["action": "closed"], to: nil),
      pull.changed(
        ["action": "closed", "merged_at": "2026-11-20T10:00:00Z"], to: "change.merged.0.3.0"),
      pull.changed(["action": "edited"], to: nil), pull.changed(["repository": nil], to: nil),
      package, package.changed(["digest": nil], to: nil), build,
      build.changed(["outcome": "failure"], to: "build.finished.0.3.0"), image,
      image.changed(
        ["image": nil, "service": "api"], to: image.type,
        "pkg:oci/api@sha256%3A\(digest.dropFirst(7))"),
      ecr, ecr.changed(["action": "DELETE"], to: nil), ecr.changed(["result": "FAILURE"], to: nil),
      verdict,
      Exported(
        kind: .bypass, data: verdict.data.replacing(["reason"], with: "failed"),
        type: verdict.type, subject: verdict.subject,
        content: verdict.content.replacing(["verdict"], with: "bypass")
          .replacing(["reason"], with: "failed")),
      Exported(kind: .push, data: ["ref": "refs/heads/main"], type: nil),
      Exported(kind: .cdEvent, data: ["type": "service.deployed"], type: nil),
    ] + deployments + results

  private static let runs =
    [
      run,
      run.changed(
        ["status": "in_progress", "conclusion": nil], to: "pipelinerun.started.0.3.0", nil,
        runContent),
      run.changed(["status": "queued"], to: nil), run.changed(["repository": nil], to: nil),
      run.changed(["conclusion": "skipped"], to: run.type, nil, runContent),
    ]
    + [
      ("failure", "failure"), ("cancelled", "cancel"), ("timed_out", "error"),
      ("startup_failure", "error"),
    ].map { word, outcome in
      run.changed(
        ["conclusion": .string(word)], to: run.type, nil,
        runContent.replacing(["outcome"], with: .string(outcome)))
    }

  private static let deployments = [
    status, status.changed(["state": "failure"], to: nil),
    // What was deployed is known all the same: the commit.
    status.changed(
      ["digest": nil], to: status.type, nil,
      status.content.replacing(["artifactId"], with: .string("pkg:github/acme/api@\(sha)"))),
    deployment, deployment.changed(["outcome": "rolled-back"], to: "service.rolledback.0.3.0"),
    own(["phase": "start", "outcome": nil], "started"),
    own(["phase": "fail", "outcome": "failure"], "finished"),
    own(["environment": nil], "finished"), own(["digest": nil, "repository": nil], "finished"),
    rollout, rollout.changed(["state": "IN_PROGRESS"], to: nil),
    rollout.changed(
      ["state": "FAILED"], to: rollout.type, nil,
      rollout.content.replacing(["outcome"], with: "failure")),
  ]

  private static let job = Source.workflow(
    WorkflowSource(
      repositoryID: 1, runID: 90, attempt: 1, workflow: "w", environment: "staging", actorID: nil,
      key: "job/1"))
  private static let results = [
    tests,
    tests.changed(
      ["failures": 1, "errors": 1], to: tests.type, nil,
      tests.content.replacing(["outcome"], with: "failure")),
    tests.changed(
      ["errors": 2], to: tests.type, nil, tests.content.replacing(["outcome"], with: "error")),
    Exported(
      kind: .testResultsRecorded, data: tests.data, type: tests.type, subject: tests.subject,
      content: tests.content.replacing(["environment", "id"], with: "staging"), source: job),
  ]
}

@Suite("Export as CDEvents")
struct ExportTests {
  /// What a foreign implementation can judge nothing without.
  private static let lack = SharedFiles.lack("cdevents") ?? Python.lack("validate_cdevents.py")

  @Test("says what the entry says", arguments: Exported.all)
  private func event(_ sample: Exported) throws {
    let stored = try sample.stored
    let event = CDEventExport.event(for: stored, source: "https://ledger.example")
    guard let type = sample.type else {
      #expect(event == nil)
      return
    }
    let name = type.hasPrefix("ledger-") ? "dev.cdeventsx.\(type)" : "dev.cdevents.\(type)"
    #expect(
      event?["context"] == [
        "specversion": "0.5.1", "id": .string(stored.leaf.hex), "type": .string(name),
        "source": "https://ledger.example", "timestamp": "2026-11-20T10:03:00.500000Z",
      ])
    let subject = sample.subject.replacing("LEAF", with: stored.leaf.hex)
    #expect(event?.at("subject", "id") == .string(subject))
    #expect(event?.at("subject", "content") == sample.content)
    let isOfGitHub = sample.kind != .ecrImage && sample.data["repository"] == "acme/api"
    #expect(
      event?.at("subject", "source")
        == (isOfGitHub ? JSON.string("https://github.com/acme/api") : JSON?.none))
    #expect(event?.at("customData", "kind") == .string(sample.kind.name))
    #expect(event?.at("customData", "index") == 7)
  }

  @Test("a repetition is the same; another entry is another event")
  func stable() throws {
    let run = try Exported.run.stored
    #expect(
      CDEventExport.event(for: run, source: "/a") == CDEventExport.event(for: run, source: "/a"))
    let other = try Exported.run.changed(["attempt": 3], to: nil).stored
    #expect(
      CDEventExport.event(for: run, source: "/a")?.at("context", "id")
        != CDEventExport.event(for: other, source: "/a")?.at("context", "id"))
  }

  @Test("another host of GitHub, and names that need quoting")
  func web() throws {
    let stored = try Exported.run.changed(["repository": "acme/a b"], to: nil).stored
    let event = CDEventExport.event(
      for: stored, source: "/a", web: "https://git.acme.example")
    #expect(event?.at("subject", "source") == "https://git.acme.example/acme/a%20b")
    #expect(
      event?.at("subject", "content", "uri")
        == "https://git.acme.example/acme/a%20b/actions/runs/90/attempts/2")
  }

  @Test(
    "another ledger accepts each of them, and finds artifact and commit", arguments: Exported.all)
  private func readBack(_ sample: Exported) throws {
    // Of the others nothing is said.
    guard sample.type != nil else { return }
    let event = try #require(CDEventExport.event(for: sample.stored, source: "/ledger"))
    #expect(try CDEventSamples.faults(of: event) == nil)
    let data = try CDEventSamples.submission(event).entry.data
    if sample.kind == .ecrImage {
      #expect(data["image"] == "1.dkr.ecr.eu-west-1.amazonaws.com/acme/api")
      #expect(data["digest"] == .string(digest))
    }
    if sample.kind == .workflowRun { #expect(data["commit"] == .string(sha)) }
  }

  /// The deliveries of every event, too: their data are not made for this test.
  private var events: [JSON] {
    get throws {
      let stored =
        try Exported.all.map { try $0.stored }
        + SampleTests.samples.map { Stored(index: 1, entry: try submission($0).entry) }
      return stored.compactMap { CDEventExport.event(for: $0, source: "https://ledger.example") }
    }
  }

  @Test(
    "each is valid by CDEvents' own schemas, judged by a foreign implementation",
    .enabled(if: lack == nil, lack))
  func foreign() throws {
    let events = try events
    #expect(events.count > 30)
    try expect(events, 0)
  }

  @Test(
    "the control: that implementation refuses what is wrong",
    .enabled(if: lack == nil, lack),
    arguments: [
      (["context", "timestamp"], "today"), (["subject", "content", "artifactId"], nil),
      (["subject", "content", "more"], 1), (["context", "type"], "dev.cdevents.x.y.0.1.0"),
    ] as [([String], JSON?)])
  func control(_ path: [String], _ value: JSON?) throws {
    let event = try #require(
      CDEventExport.event(for: Exported.status.stored, source: "/ledger"))
    try expect([event, event.replacing(path, with: value)], 1)
  }

  private func expect(_ events: [JSON], _ expected: Int32) throws {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "cdevents-\(UUID().uuidString).ndjson")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(events.map { $0.canonicalString + "\n" }.joined().utf8).write(to: file)
    let folder = try #require(SharedFiles.cdEvents)
    let (status, output) = try Python.run("validate_cdevents.py", [folder.path, file.path])
    #expect(status == expected, "\(output)")
  }
}
