import Foundation
import Gates
import Ledger
import LedgerTesting
import Testing
import Yams

@testable import Service

private let image: JSON = [
  "version": "0", "id": "6f1e7a52", "detail-type": "ECR Image Action", "source": "aws.ecr",
  "account": "210987654321", "time": "2026-11-20T10:03:00Z", "region": "eu-west-1",
  "resources": [],
  "detail": [
    "result": "SUCCESS", "repository-name": "acme/api", "action-type": "PUSH",
    "image-digest": .string(Derived.digest("image")), "image-tag": "1.2",
  ],
]

private let sync: JSON = [
  "application": "api", "application_namespace": "argocd", "phase": "Running",
  "started_at": "2026-11-20T10:00:00Z",
]

private let deployed: JSON = [
  "context": [
    "specversion": "0.5.1", "id": "271069a8", "source": "/ci/acme",
    "type": "dev.cdevents.service.deployed.0.3.0", "timestamp": "2026-11-20T10:03:00Z",
  ],
  "subject": [
    "id": "api",
    "content": [
      "environment": ["id": "production"],
      "artifactId": .string("pkg:oci/api@\(Derived.digest("image"))"),
    ],
  ],
]

private let seen: JSON = [
  "cluster": "k1", "namespace": "prod", "workload": "Deployment/api", "revision": 4,
  "outcome": "success", "desired": 1, "ready": 1, "started_at": "2026-11-20T10:00:00Z",
  "observed_at": "2026-11-20T10:03:00Z",
  "containers": [
    [
      "name": "app", "image": "registry.example/api", "digest": .string(Derived.digest("image")),
    ]
  ], "instances": [],
]

private let counted: JSON = [
  "scanner": "ECR", "digest": .string(Derived.digest("image")), "critical": 0, "high": 0,
  "medium": 0, "low": 0, "unknown": 0, "scanned_at": "2026-11-20T10:03:00Z",
]

/// A route, a body that it takes, and another body under the same key.
private struct Sender: Sendable, CustomTestStringConvertible {
  let path: String
  let body: JSON
  let other: JSON
  let kind: Kind

  var testDescription: String { path }

  static let aws = Sender(
    path: "/webhooks/aws", body: image,
    other: with(image, "detail", ["repository-name": "acme/web"]), kind: .ecrImage)
  static let argo = Sender(
    path: "/webhooks/argocd", body: sync, other: with(sync, "project", "shop"), kind: .argoSync)
  static let cdEvents = Sender(
    path: "/webhooks/cdevents", body: deployed,
    other: with(deployed, "context", with(deployed["context"] ?? [:], "chainId", "c")),
    kind: .cdEvent)
  static let all = [aws, argo, cdEvents]
  static let rollout = Sender(
    path: "/v1/rollouts", body: seen, other: seen, kind: .rolloutObserved)
  static let scan = Sender(
    path: "/v1/scans", body: counted, other: counted, kind: .scanRecorded)
  static let batch = Sender(
    path: "/v1/entries", body: with(seen, "kind", .string(Kind.rolloutObserved.name)), other: seen,
    kind: .rolloutObserved)

  static func with(_ json: JSON, _ key: String, _ value: JSON) -> JSON {
    .object((json.object ?? [:]).merging([key: value]) { $1 })
  }

  /// The receipt of an answer, which for AWS is one of a list.
  func receipt(_ answer: Answer) throws -> JSON? {
    let json = try answer.json
    return path == "/webhooks/aws" ? json["receipts"]?.array?.first : json
  }
}

extension TestService {
  fileprivate func post(
    _ path: String, _ body: JSON, token: String? = nil, headers: [(String, String)] = []
  ) async throws -> Answer {
    try await post(path, body.canonicalBytes, token: token, headers: headers)
  }

  fileprivate func post(
    _ path: String, _ body: [UInt8], token: String? = nil, headers: [(String, String)] = []
  ) async throws -> Answer {
    let json =
      headers.contains { $0.0 == "Content-Type" }
      ? headers : headers + [("Content-Type", "application/json")]
    return try await send(.post, path, token: token, headers: json, body: body)
  }

  fileprivate func entries(_ kind: Kind) async throws -> [Stored] {
    try await store.read { try $0.entries(from: 0, limit: 2_000, kind: kind) }
  }
}

extension ServiceTests {
  @Suite struct PlatformWebhookTests {
    @Test(arguments: Sender.all)
    private func oneEventIsOneEntry(_ sender: Sender) async throws {
      try await withService { service in
        service.clock.advance(seconds: 6_000_000)
        let token = try await service.token(.record)
        let first = try await service.post(sender.path, sender.body, token: token)
        #expect(first.status == 201)
        let entry = try #require(try await service.entries(sender.kind).first)
        let receipt = try sender.receipt(first)
        #expect(receipt?["index"] == .int(entry.index))
        #expect(receipt?["leaf"] == .string(entry.leaf.hex))
        #expect(receipt?["duplicate"] == false)
        let evidence = try await service.store.read { reader in
          try entry.entry.evidence.flatMap { try reader.evidence($0.hash) }
        }
        #expect(evidence == sender.body.canonicalBytes)
        let again = try await service.post(sender.path, sender.body, token: token)
        #expect(again.status == 200)
        #expect(try sender.receipt(again)?["duplicate"] == true)
        #expect(try sender.receipt(again)?["index"] == .int(entry.index))
        #expect(try await service.entries(sender.kind).count == 1)
        let shown = try await service.get("/v1/entries/\(entry.index)", token: token)
        #expect(try shown.json.at("source", "name") == "record for a test")
      }
    }

    @Test(arguments: Sender.all)
    private func theSameKeyForSomethingElseIsRefused(_ sender: Sender) async throws {
      try await withService { service in
        service.clock.advance(seconds: 6_000_000)
        let token = try await service.token(.record)
        _ = try await service.post(sender.path, sender.body, token: token)
        let size = try await service.store.read { try $0.size() }
        let answer = try await service.post(sender.path, sender.other, token: token)
        #expect(try answer.problem(409) == "contradiction")
        #expect(try await service.store.read { try $0.size() } == size)
      }
    }

    @Test(arguments: Sender.all)
    private func onlyWhoMayRecord(_ sender: Sender) async throws {
      try await withService { service in
        service.clock.advance(seconds: 6_000_000)
        let nobody = try await service.post(sender.path, sender.body)
        #expect(try nobody.problem(401) == "token_missing")
        let stranger = try await service.post(sender.path, sender.body, token: "ledger_x")
        #expect(try stranger.problem(401) == "token_unknown")
        let reader = try await service.token(.read)
        #expect(
          try await service.post(sender.path, sender.body, token: reader).problem(403) == "scope")
        #expect(try await service.entries(sender.kind).isEmpty)
        let key = try await service.token(.admin)
        let answer = try await service.post(
          sender.path, sender.body, headers: [("X-API-Key", key)])
        #expect(answer.status == 201)
      }
    }

    @Test(arguments: Sender.all)
    private func aTokenOfSomeRepositoriesMayNot(_ sender: Sender) async throws {
      try await withService { service in
        service.clock.advance(seconds: 6_000_000)
        let token = NewToken(name: "bound", scope: .record)
        let made = try token.entry(received: noon)
        let data = Sender.with(made.data, "repositories", [1])
        let bound = try Entry(
          kind: made.kind, at: made.at, received: noon, source: .ledger, data: data)
        _ = try await service.store.append([Submission(entry: bound)])
        let answer = try await service.post(sender.path, sender.body, token: token.secret)
        #expect(try answer.problem(403) == "repository")
        #expect(try await service.entries(sender.kind).isEmpty)
      }
    }

    /// Whoever has a token can say what a platform said, unless the file names who does.
    @Test(
      arguments: Sender.all + [.rollout, .batch, .scan],
      [(nil, 201), (["aws", "record for a test"], 201), (["aws"], 403)] as [([String]?, Int)])
    private func theFileNamesWhoSpeaksForPlatforms(
      _ sender: Sender, _ answer: ([String]?, Int)
    ) async throws {
      let (names, status) = answer
      let recording = RecordingPolicy(
        audience: "https://ledger.test", workflows: [WorkflowRule(repositoryID: 1, ownerID: 2)],
        platformTokens: names)
      try await withService(Setup(recording: recording)) { service in
        service.clock.advance(seconds: 6_000_000)
        let token = try await service.token(.record)
        let type = sender.path == Sender.batch.path ? "application/x-ndjson" : "application/json"
        let answer = try await service.post(
          sender.path, sender.body, token: token, headers: [("Content-Type", type)])
        if status == 403 { #expect(try answer.problem(403) == "platform") }
        #expect(answer.status == status)
        #expect(try await service.entries(sender.kind).count == (status == 201 ? 1 : 0))
      }
    }

    @Test(arguments: Sender.all)
    private func whatIsNoEventIsRefused(_ sender: Sender) async throws {
      try await withService { service in
        service.clock.advance(seconds: 6_000_000)
        let token = try await service.token(.record)
        for body in ["", "{", "7", "null"] {
          let answer = try await service.post(sender.path, Array(body.utf8), token: token)
          #expect([400, 422].contains(answer.status), "\(body)")
          #expect(["body", "fields"].contains(try answer.problem(answer.status)))
        }
        let empty = try await service.post(sender.path, [:], token: token)
        #expect(try empty.problem(422) == "fields")
        #expect(try empty.detail.contains(" is missing; "))
        #expect(try await service.entries(sender.kind).isEmpty)
      }
    }

    @Test(arguments: [
      (Sender.aws, 4_194_304), (Sender.argo, 1_048_576), (Sender.cdEvents, 1_048_576),
    ])
    private func tooLarge(_ sender: Sender, _ limit: Int) async throws {
      try await withService { service in
        service.clock.advance(seconds: 6_000_000)
        let token = try await service.token(.record)
        let body = sender.body.canonicalBytes
        let space = [UInt8](repeating: 0x20, count: limit - body.count)
        #expect(try await service.post(sender.path, body + space, token: token).status == 201)
        let answer = try await service.post(sender.path, body + space + [0x20], token: token)
        #expect(try answer.problem(413) == "too_large")
      }
    }

    @Test func manyEventsTogether() async throws {
      try await withService { service in
        service.clock.advance(seconds: 6_000_000)
        let token = try await service.token(.record)
        let events = (0..<1_000).map { Sender.with(image, "id", .string("e\($0)")) }
        let answer = try await service.post("/webhooks/aws", .array(events), token: token)
        #expect(answer.status == 201)
        let receipts = try #require(try answer.json["receipts"]?.array)
        #expect(receipts.count == 1_000)
        let entries = try await service.entries(.ecrImage)
        #expect(entries.map { $0.entry.data["event_id"]?.string } == (0..<1_000).map { "e\($0)" })
        #expect(receipts.compactMap { $0["index"]?.int } == entries.map(\.index))
      }
    }

    @Test func ofAListAllAreStoredOrNone() async throws {
      try await withService { service in
        service.clock.advance(seconds: 6_000_000)
        let token = try await service.token(.record)
        let fresh = Sender.with(image, "id", "fresh")
        let wrong = try await service.post("/webhooks/aws", [fresh, [:]], token: token)
        #expect(try wrong.problem(422) == "fields")
        #expect(try wrong.detail.hasPrefix("[1].detail is missing; [1].detail-type is missing; "))
        #expect(try await service.entries(.ecrImage).isEmpty)
        let twice = try await service.post("/webhooks/aws", [fresh, fresh, image], token: token)
        #expect(twice.status == 201)
        #expect(
          try twice.json["receipts"]?.array?.map { $0["duplicate"] } == [false, true, false])
      }
    }

    @Test func aThousandFaultsAreNotAllShown() async throws {
      try await withService { service in
        service.clock.advance(seconds: 6_000_000)
        let token = try await service.token(.record)
        let long = String(repeating: "x", count: 10_000)
        let body = JSON.array([JSON](repeating: [:], count: 300))
        let many = try await service.post("/webhooks/aws", body, token: token)
        #expect(try many.detail.hasSuffix("; and 1480 more."))
        let name = try await service.post(
          "/webhooks/argocd", Sender.with(sync, long, 1), token: token)
        #expect(try name.problem(422) == "fields")
        #expect(name.body.count < 1_000)
      }
    }

    @Test func anEventThatIsNotReadIsKept() async throws {
      try await withService { service in
        service.clock.advance(seconds: 6_000_000)
        let token = try await service.token(.record)
        let event = Sender.with(image, "detail-type", "ECR Referrer Action")
        #expect(try await service.post("/webhooks/aws", event, token: token).status == 201)
        #expect(
          try await service.entries(.awsUndecoded).first?.entry.data["detail_type"]
            == "ECR Referrer Action")
      }
    }

    @Test func cloudEventsInBothModes() async throws {
      try await withService { service in
        service.clock.advance(seconds: 6_000_000)
        let token = try await service.token(.record)
        let type = "dev.cdevents.service.deployed.0.3.0"
        let headers = [
          ("ce-specversion", "1.0"), ("ce-id", "271069a8"), ("ce-source", "/ci/acme"),
          ("ce-type", type),
        ]
        let path = "/webhooks/cdevents"
        let binary = try await service.post(path, deployed, token: token, headers: headers)
        #expect(binary.status == 201)
        let wrong = headers.map { ($0.0, $0.0 == "ce-source" ? "/ci/evil" : $0.1) }
        let refused = try await service.post(path, deployed, token: token, headers: wrong)
        #expect(try refused.problem(422) == "fields")
        #expect(try refused.detail == "ce-source is not context.source.")
        let envelope: JSON = [
          "specversion": "1.0", "id": "271069a8", "source": "/ci/acme", "type": .string(type),
          "data": deployed,
        ]
        let structured = try await service.post(
          path, envelope, token: token,
          headers: [("Content-Type", "application/cloudevents+json; charset=utf-8")])
        #expect(structured.status == 200)
        let text = try await service.post(
          path, deployed, token: token, headers: [("Content-Type", "text/plain")])
        #expect(try text.problem(415) == "content_type")
      }
    }

    // MARK: Argo CD's own part

    /// What an Application makes of each action of the template.
    private static let rendered: [(String, JSON)] = [
      (".app.metadata.namespace", "argocd"), (".app.metadata.name", "api"),
      (".app.spec.project", "shop"), (#""destination" "namespace""#, "api"),
      (#""destination" "name""#, "in-cluster"), (#""syncResult" "revision""#, "9f3c2ab"),
      (".operationState.phase", "Succeeded"), (#""health" "status""#, "Healthy"),
      (#""summary" "images""#, .null), (#""operationState" "message""#, "said \"so\"\nand more"),
      (".operationState.startedAt", "2026-11-20T10:00:00Z"),
      (#""operationState" "finishedAt""#, "2026-11-20T10:00:09Z"),
    ]

    private func notifications() throws -> Yams.Node.Mapping {
      let file = Package.root.appending(path: "infra/argocd/notifications.yaml")
      let root = try #require(
        try Yams.compose(yaml: String(contentsOf: file, encoding: .utf8))?.mapping)
      return try #require(root["data"]?.mapping)
    }

    private func part(_ name: String) throws -> Yams.Node {
      let data = try notifications()
      let text = try #require(data[Node(name)]?.string)
      return try #require(try Yams.compose(yaml: text))
    }

    /// The form alone: Argo CD's templates are Go's.
    @Test func theTemplateMakesABodyThatIsTaken() async throws {
      let template = try part("template.ledger-sync")
      let body = try #require(template["webhook"]?["ledger"]?["body"]?.string)
      let lines = try body.split(separator: "\n").map { line in
        guard let start = line.range(of: "{{"), let end = line.range(of: "}}") else { return line }
        let action = line[start.upperBound..<end.lowerBound]
        #expect(action.hasSuffix("| toJson "), "\(action)")
        let value = try #require(Self.rendered.first { action.contains($0.0) }, "\(action)").1
        return line.replacing(line[start.lowerBound..<end.upperBound], with: value.canonicalString)
      }
      try await withService { service in
        service.clock.advance(seconds: 6_000_000)
        let token = try await service.token(.record)
        let answer = try await service.post(
          "/webhooks/argocd", Array(lines.joined(separator: "\n").utf8), token: token)
        #expect(answer.status == 201, "\(answer.text)")
        let data = try #require(try await service.entries(.argoSync).first).entry.data
        #expect(
          data == [
            "application": "api", "project": "shop", "namespace": "api",
            "cluster": "in-cluster", "revision": "9f3c2ab", "phase": "Succeeded",
            "health": "Healthy", "images": [], "message": "said \"so\"\nand more",
            "started_at": "2026-11-20T10:00:00Z", "finished_at": "2026-11-20T10:00:09Z",
          ])
      }
    }

    @Test func itsTriggersSendTheTemplateOncePerOperation() throws {
      let subscriptions = try part("subscriptions")
      let names = try #require(subscriptions.sequence?.first?["triggers"]?.sequence)
      let subscribed = names.compactMap(\.string)
      #expect(subscribed.sorted() == ["on-deployed", "on-sync-failed", "on-sync-running"])
      for name in subscribed {
        let triggers = try part("trigger.\(name)")
        let trigger = try #require(triggers.sequence?.first)
        #expect(trigger["send"]?.sequence?.compactMap(\.string) == ["ledger-sync"])
        #expect(trigger["oncePer"]?.string?.hasPrefix("app.status.operationState.") == true)
      }
      let webhook = try part("service.webhook.ledger")
      let headers = try #require(webhook["headers"]?.sequence)
      #expect(headers.contains { $0["value"]?.string == "Bearer $ledger-token" })
    }
  }
}
