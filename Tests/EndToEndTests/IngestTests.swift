import Foundation
import Ledger
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("Events from a queue", .serialized, .timeLimit(.minutes(3)))
struct IngestTests {
  private static let queue = "https://sqs.eu-west-1.amazonaws.com/210987654321/ledger"
  private static let variables = ["LEDGER_GITHUB_TOKEN": ""]

  private static func event(_ id: String) -> String {
    let event: JSON = [
      "version": "0", "id": .string(id), "detail-type": "ECR Image Action", "source": "aws.ecr",
      "account": "210987654321", "time": "2026-11-20T10:03:00Z", "region": "eu-west-1",
      "resources": [],
      "detail": [
        "result": "SUCCESS", "repository-name": "acme/api", "action-type": "PUSH",
        "image-digest": .string(Derived.digest(id)), "image-tag": "1.2",
      ],
    ]
    return event.canonicalString
  }

  /// Everything that a test needs, with a token of this scope.
  private struct Stage {
    let bench: Bench
    let aws: FakeAWS
    let token: String

    init(scope: String = "record") async throws {
      bench = try await Bench()
      aws = try FakeAWS(in: bench)
      token = try await bench.ledger.run(["token", "create", "--name", "relay", "--scope", scope])
        .output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func ingest(
      _ server: String, _ more: [String] = ["--once"], path: String? = nil
    ) throws -> Child {
      // Only where to write what was covered is passed on.
      let profile = ProcessInfo.processInfo.environment.filter { $0.key == "LLVM_PROFILE_FILE" }
      let variables = [
        "PATH": path ?? "\(aws.directory.path):/usr/bin:/bin", "LEDGER_TOKEN": token,
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
      ]
      return try Child(
        bench.ledger.executable,
        ["ingest", "aws", "--sqs-url", IngestTests.queue, "--server", server] + more,
        environment: variables.merging(profile) { own, _ in own }, in: bench.directory,
        name: "ingest-\(UUID().uuidString)")
    }

    func ended(
      _ child: Child
    ) async throws -> (status: Int32, output: String, errors: String) {
      let status = try await child.exit()
      return (
        status, try String(contentsOf: child.output, encoding: .utf8),
        try String(contentsOf: child.errors, encoding: .utf8)
      )
    }

    /// The ids of the events in the log.
    var events: [String] {
      get async throws {
        try await bench.ledger.run(["entries", "--kind", "aws.ecr_image.v1", "-o", "ndjson"])
          .output.split(separator: "\n").compactMap {
            try JSON.parse(Array($0.utf8)).at("data", "event_id")?.string
          }
      }
    }
  }

  @Test("what the server acknowledged is deleted, what it refused is named and stays")
  func once() async throws {
    let stage = try await Stage()
    let server = try await stage.bench.start(Self.variables)
    for id in ["a1", "a3"] { try stage.aws.put(id, Self.event(id)) }
    try stage.aws.put("a2", #"{"Type":"Notification"}"#)
    try stage.aws.put("a4", "no JSON\u{1B}[31m")
    let result = try await stage.ended(
      stage.ingest(server.url, ["--once", "--region", "eu-west-1", "--wait", "3"]))
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output == "acknowledged 2, refused 2\n")
    #expect(try stage.aws.left == ["a2", "a4"])
    #expect(result.errors.contains("message a2 was refused: detail is missing; detail-type is"))
    #expect(result.errors.contains("message a4 was refused: The body is not JSON"))
    #expect(!result.errors.contains("\u{1B}"))
    #expect(try await stage.events == ["a1", "a3"])
    let calls = try stage.aws.lines("calls")
    let receive =
      "sqs receive-message --queue-url \(Self.queue) --output json --region eu-west-1 "
      + "--endpoint-url http://127.0.0.1:4566 --max-number-of-messages 10 --wait-time-seconds 3"
    #expect(calls.count == 3 && calls[0] == receive && calls[2] == receive)
    #expect(
      calls[1] == "sqs delete-message-batch --queue-url \(Self.queue) --output json "
        + "--region eu-west-1 --endpoint-url http://127.0.0.1:4566 --entries "
        + #"[{"Id":"0","ReceiptHandle":"receipt of a1"},"#
        + #"{"Id":"1","ReceiptHandle":"receipt of a3"}]"#
    )
    #expect(Set(try stage.aws.lines("endpoints")) == ["http://127.0.0.1:4566"])
    #expect(try stage.aws.lines("leaked") == [], "the token is none of the aws command's business")
    #expect(await server.stop() == 0)
    try await stage.bench.ended()
  }

  @Test("what the server refuses hides nothing that waits behind it")
  func behindRefusals() async throws {
    let stage = try await Stage()
    let server = try await stage.bench.start(Self.variables)
    let bad = (10..<20).map { "bad\($0)" }
    for id in bad { try stage.aws.put(id, "no JSON") }
    try stage.aws.put("good", Self.event("good"))
    let result = try await stage.ended(stage.ingest(server.url))
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output == "acknowledged 1, refused 10\n")
    #expect(try stage.aws.left == bad)
    #expect(try await stage.events == ["good"])
    #expect(await server.stop() == 0)
    try await stage.bench.ended()
  }

  @Test("it ends when only messages come that it saw before")
  func nothingNew() async throws {
    let stage = try await Stage()
    let server = try await stage.bench.start(Self.variables)
    try stage.aws.put("bad", "no JSON")
    try stage.aws.hideNothing()
    let result = try await stage.ended(stage.ingest(server.url))
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output == "acknowledged 0, refused 2\n")
    #expect(await server.stop() == 0)
    try await stage.bench.ended()
  }

  @Test("a message that comes again is a duplicate, and is deleted")
  func again() async throws {
    let stage = try await Stage()
    let server = try await stage.bench.start(Self.variables)
    for _ in 0..<2 {
      try stage.aws.put("a1", Self.event("a1"))
      try stage.aws.showAgain()
      #expect(
        try await stage.ended(stage.ingest(server.url)).output == "acknowledged 1, refused 0\n")
      #expect(try stage.aws.left == [])
    }
    #expect(try await stage.events == ["a1"])
    #expect(await server.stop() == 0)
    try await stage.bench.ended()
  }

  @Test("nothing is deleted when nobody is there")
  func unreachable() async throws {
    let stage = try await Stage()
    try stage.aws.put("a1", Self.event("a1"))
    let result = try await stage.ended(stage.ingest("http://127.0.0.1:9"))
    #expect(result.status == 1)
    #expect(result.errors.contains("cannot reach http://127.0.0.1:9"), "\(result.errors)")
    #expect(try stage.aws.left == ["a1"])
    #expect(try stage.aws.lines("calls").allSatisfy { !$0.contains("delete") })
    try await stage.bench.ended()
  }

  /// The fake GitHub stands for a server that does not take the second message.
  @Test(
    "only what was taken before is deleted when the server cannot take more",
    arguments: [
      (500, "{}", 1), (502, "<html>", 1), (503, "{}", 1), (429, "{}", 1), (408, "{}", 1),
      (404, "{}", 1), (401, "{}", 4), (403, "{}", 4),
    ] as [(Int, String, Int32)])
  func notTaken(_ status: Int, _ body: String, _ code: Int32) async throws {
    let stage = try await Stage()
    for id in ["a1", "a2", "a3"] { try stage.aws.put(id, Self.event(id)) }
    stage.bench.gitHub.fail(with: .answer(status: 201, headers: [:], body: "{}"))
    stage.bench.gitHub.fail(
      next: 100, with: .answer(status: status, headers: [:], body: body))
    let result = try await stage.ended(stage.ingest(stage.bench.gitHub.baseURL))
    #expect(result.status == code, "\(result.errors)")
    #expect(result.errors.hasPrefix("ledger: "))
    #expect(try stage.aws.left == ["a2", "a3"])
    try await stage.bench.ended()
  }

  @Test("a token that may not record ends it")
  func scope() async throws {
    let stage = try await Stage(scope: "read")
    let server = try await stage.bench.start(Self.variables)
    try stage.aws.put("a1", Self.event("a1"))
    let result = try await stage.ended(stage.ingest(server.url, []))
    #expect(result.status == 4, "\(result.errors)")
    #expect(try stage.aws.left == ["a1"])
    #expect(await server.stop() == 0)
    try await stage.bench.ended()
  }

  @Test("it goes on when the server comes back")
  func forever() async throws {
    let stage = try await Stage()
    let server = try await stage.bench.start(Self.variables)
    let port = try #require(URL(string: server.url)?.port)
    try stage.aws.put("a1", Self.event("a1"))
    let child = try stage.ingest(server.url, ["--wait", "0"])
    try await eventually("the first message is deleted", within: .seconds(30)) {
      try stage.aws.left == []
    }
    #expect(await server.stop() == 0)
    try stage.aws.put("a2", Self.event("a2"))
    try await eventually("it says that it waits", within: .seconds(30)) {
      try String(contentsOf: child.errors, encoding: .utf8).contains("; again in 1 s")
    }
    #expect(child.status == nil)
    #expect(try stage.aws.left == ["a2"])
    try stage.aws.showAgain()
    let back = try stage.bench.ledger.serve(
      on: port,
      ["LEDGER_WEBHOOK_SECRET": Bench.secret, "LEDGER_GITHUB_TOKEN": ""])
    try await eventually("the second message is deleted", within: .seconds(30)) {
      // It may be handed out while nobody takes it.
      try stage.aws.showAgain()
      return try stage.aws.left == []
    }
    #expect(await child.stop(patience: .seconds(5)) == 128 + 15)
    #expect(await back.stop(patience: .seconds(10)) == 0)
    #expect(try await stage.events == ["a1", "a2"])
    try await stage.bench.ended()
  }

  @Test(
    "what is wrong with the aws command is said",
    arguments: [
      (
        "\nAn error occurred (AccessDenied) when calling the ReceiveMessage operation: denied\n",
        "(AccessDenied) when calling", "sqs:ReceiveMessage"
      ),
      (
        "\nAn error occurred (AWS.SimpleQueueService.NonExistentQueue) when calling it: none\n",
        "NonExistentQueue", "--sqs-url"
      ),
      ("\nUnable to locate credentials. You can configure them.\n", "credentials", "sts"),
      ("", "it said nothing", ""),
    ])
  func complaints(_ complaint: String, _ words: String, _ hint: String) async throws {
    let stage = try await Stage()
    try stage.aws.complain(complaint)
    for mode in [["--once"], []] {
      let result = try await stage.ended(stage.ingest("http://127.0.0.1:9", mode))
      #expect(result.status == 1)
      #expect(result.errors.contains("aws sqs receive-message failed: "))
      #expect(result.errors.contains(words), "\(result.errors)")
      #expect(hint.isEmpty || result.errors.contains(hint), "\(result.errors)")
    }
    try await stage.bench.ended()
  }

  @Test("without an aws command it says so")
  func notInstalled() async throws {
    let stage = try await Stage()
    let empty = stage.bench.directory.appending(path: "empty")
    try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
    let result = try await stage.ended(stage.ingest("http://127.0.0.1:9", path: empty.path))
    #expect(result.status == 1)
    #expect(result.errors.contains("there is no aws command on the PATH"), "\(result.errors)")
    try await stage.bench.ended()
  }

  @Test(
    "wrong usage",
    arguments: [
      ["ingest", "aws", "--sqs-url", "ledger", "--server", "http://127.0.0.1:9"],
      ["ingest", "aws", "--sqs-url", queue, "--server", "http://127.0.0.1:9", "--wait", "21"],
      ["ingest", "aws", "--sqs-url", queue], ["ingest", "aws", "--server", "http://127.0.0.1:9"],
    ])
  func usage(_ arguments: [String]) async throws {
    let bench = try await Bench()
    let child = try Child(
      bench.ledger.executable, arguments, environment: [:], in: bench.directory, name: "usage")
    #expect(try await child.exit() == 2)
    try await bench.ended()
  }
}
