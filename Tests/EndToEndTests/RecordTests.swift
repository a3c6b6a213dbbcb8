import Foundation
import Ledger
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("Recording", .serialized, .timeLimit(.minutes(3)))
struct RecordTests {
  private static let digest = "sha256:" + String(repeating: "6c", count: 32)

  /// A job of GitHub Actions, as far as its variables go.
  private static func job(_ bench: Bench) -> [String: String] {
    [
      "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/api",
      "GITHUB_REPOSITORY_ID": "640100200",
      "GITHUB_SHA": String(repeating: "9f", count: 20), "GITHUB_REF": "refs/heads/main",
      "GITHUB_RUN_ID": "17", "GITHUB_RUN_ATTEMPT": "1", "GITHUB_ACTOR": "mia",
      "GITHUB_ACTOR_ID": "7001", "GITHUB_WORKFLOW": "ci", "GITHUB_SERVER_URL": "https://github.com",
      "GITHUB_EVENT_NAME": "push",
      "GITHUB_OUTPUT": bench.directory.appending(path: "output").path,
    ]
  }

  private func start(
    _ bench: Bench, _ arguments: [String], _ variables: [String: String]
  ) throws -> Child {
    let profile = ProcessInfo.processInfo.environment.filter { $0.key == "LLVM_PROFILE_FILE" }
    return try Child(
      bench.ledger.executable, ["record"] + arguments,
      environment: variables.merging(profile) { own, _ in own }, in: bench.directory,
      name: UUID().uuidString)
  }

  private func run(
    _ bench: Bench, _ arguments: [String], _ variables: [String: String] = [:]
  ) async throws -> LedgerBinary.Result {
    let child = try start(bench, arguments, variables)
    let status = try await child.exit()
    return LedgerBinary.Result(
      status: status, output: try String(contentsOf: child.output, encoding: .utf8),
      errors: try String(contentsOf: child.errors, encoding: .utf8))
  }

  private func token(_ bench: Bench) async throws -> String {
    try await bench.ledger.run(["token", "create", "--name", "ci", "--scope", "record"])
      .output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func entries(_ bench: Bench, _ kind: Kind) async throws -> [JSON] {
    try await bench.ledger.run(["entries", "--kind", kind.name, "-o", "ndjson"]).output
      .split(separator: "\n").map { try JSON.parse($0.utf8) }
      .filter { $0["kind"]?.string == kind.name }
  }

  @Test("a job records an image and a deployment on a server, filled in from its variables")
  func job() async throws {
    let bench = try await Bench()
    let token = try await token(bench)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    var job = Self.job(bench)
    job["LEDGER_TOKEN"] = token
    job["LEDGER_URL"] = server.url
    let image = ["image", "--digest", Self.digest, "-s", "api", "--idempotency-key", "k"]
    let first = try await run(bench, image, job)
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output.contains(#/^recorded image sha256:6c6c6c6c6c6c… as entry \d+\n$/#))
    let again = try await run(bench, image, job)
    #expect(again.output == first.output.replacing("\n", with: " (was there before)\n"))
    let data = try #require(try await entries(bench, .imageRecorded).first?["data"])
    #expect(data["build"] == "17/1" && data["commit"] == .optional(job["GITHUB_SHA"]))
    #expect(data["repository_id"] == 640_100_200 && data["actor"] == 7_001)
    #expect(try await entries(bench, .imageRecorded).count == 1)
    let deployment = ["-s", "api", "-e", "production", "--json"]
    try Data("before=1\n".utf8).write(to: URL(filePath: job["GITHUB_OUTPUT"] ?? ""))
    let start = try await run(bench, ["deployment", "start"] + deployment, job)
    #expect(try JSON.parse(start.output.utf8)["id"] == "17/1/api/production")
    #expect(
      try String(contentsOfFile: job["GITHUB_OUTPUT"] ?? "", encoding: .utf8)
        == "before=1\nid=17/1/api/production\n")
    let end = try await run(bench, ["deployment", "finish"] + deployment, job)
    #expect(end.status == 0, "\(end.errors)")
    #expect(
      try await entries(bench, .deploymentRecorded).map { $0.at("data", "id")?.string }
        == ["17/1/api/production", "17/1/api/production"])
    #expect(await server.stop() == 0)
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    try await bench.ended()
  }

  @Test("the identity token is masked on standard error: what is printed may be kept in a file")
  func masked() async throws {
    let (bench, issuer) = (try await Bench(), try await FakeIssuer.start())
    var job = Self.job(bench)
    job["ACTIONS_ID_TOKEN_REQUEST_URL"] = issuer.address + FakeIssuer.requestPath + "?x=1"
    job["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "token-of-the-request"
    let note = ["note", "hello", "--server", "http://127.0.0.1:9", "--retry-for", "0s"]
    for arguments in [note, note + ["--json"]] {
      let answer = try await run(bench, arguments, job)
      #expect(answer.status == 1 && answer.output.isEmpty, "\(answer.output)")
      #expect(answer.errors.hasPrefix("::add-mask::\(FakeIssuer.requested)\n"), "\(answer.errors)")
    }
    await issuer.stop()
    try await bench.ended()
  }

  @Test("a deployment of an image does not claim the commit of the job")
  func deployedLater() async throws {
    let bench = try await Bench()
    _ = try await token(bench)
    var job = Self.job(bench)
    job["GITHUB_OUTPUT"] = nil
    for (number, named) in [[], ["--digest", Self.digest], ["--revision", "api:57"]].enumerated() {
      let start = try await run(
        bench,
        ["deployment", "start", "-s", "api", "-e", "prod", "--id", "\(number)"] + named
          + ["--db", bench.ledger.database], job)
      #expect(start.status == 0, "\(start.errors)")
    }
    let commits = try await entries(bench, .deploymentRecorded).map { $0.at("data", "commit") }
    #expect(commits.map { $0?.string } == [job["GITHUB_SHA"], nil, nil])
    try await bench.ended()
  }

  @Test("what is refused says why, field by field, and is not tried again")
  func refused() async throws {
    let bench = try await Bench()
    let token = try await token(bench)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    let wrong = ["image", "--digest", "1.4.0", "--commit", "9f3c2ab", "--server", server.url]
    let answer = try await run(bench, wrong, ["LEDGER_TOKEN": token])
    #expect(answer.status == 1 && answer.output.isEmpty)
    #expect(answer.errors.contains("\n  digest: is a tag, not a digest: 1.4.0"))
    #expect(answer.errors.contains("\n  commit: is 7 characters, not 40\n"))
    #expect(!answer.errors.contains("trying again"))
    let note = ["note", "hello", "--server", server.url]
    for variables in [[:], ["LEDGER_TOKEN": "ledger_unknown"]] {
      let answer = try await run(bench, note, variables)
      #expect(answer.status == 4 && answer.output.isEmpty, "\(answer.errors)")
    }
    // The server has the file.
    let locked = try await run(bench, ["note", "hello", "--db", bench.ledger.database])
    #expect(locked.status == 1 && locked.errors.contains("is in use by another ledger"))
    #expect(await server.stop() == 0)
    #expect(try await entries(bench, .noteRecorded).isEmpty)
    try await bench.ended()
  }

  @Test("a server that is away is tried again until the time is over; then it is a failure")
  func away() async throws {
    let bench = try await Bench()
    let url = "http://127.0.0.1:\(try FreePort.preferring(0))"
    let answer = try await run(
      bench, ["note", "hello", "--server", url, "--retry-for", "1s"], ["LEDGER_TOKEN": "x"])
    #expect(answer.status == 1 && answer.output.isEmpty)
    #expect(answer.errors.components(separatedBy: "trying again in").count > 2)
    #expect(answer.errors.contains("hint: ") && answer.errors.contains("--idempotency-key"))
    let once = try await run(
      bench, ["note", "hello", "--server", url], ["LEDGER_TOKEN": "x", "LEDGER_RETRY_FOR": "0s"])
    #expect(once.status == 1 && !once.errors.contains("trying again"))
    #expect(once.errors.contains("(tried once)"))
    try await bench.ended()
  }

  @Test("a server that comes back in time records it, once")
  func comesBack() async throws {
    let bench = try await Bench()
    let token = try await token(bench)
    let port = try FreePort.preferring(0)
    let child = try start(
      bench, ["note", "hello", "--server", "http://127.0.0.1:\(port)"], ["LEDGER_TOKEN": token])
    try await eventually("it is tried again", within: .seconds(30)) {
      try String(contentsOf: child.errors, encoding: .utf8).contains("trying again")
    }
    let server = try bench.ledger.serve(
      on: port, ["LEDGER_WEBHOOK_SECRET": Bench.secret, "LEDGER_GITHUB_TOKEN": ""])
    #expect(try await child.exit() == 0)
    #expect(
      try String(contentsOf: child.output, encoding: .utf8)
        .contains(#/^recorded the note as entry \d+\n$/#))
    #expect(await server.stop(patience: .seconds(10)) == 0)
    #expect(try await entries(bench, .noteRecorded).count == 1)
    try await bench.ended()
  }

  @Test("without a server it goes into the file; a file that is not there is no success")
  func file() async throws {
    let bench = try await Bench()
    for command in [["record", "note", "hello"], ["reconcile"]] {
      let none = try await bench.ledger.run(command)
      #expect(none.status == 1 && none.errors.contains("there is no ledger at"))
    }
    _ = try await token(bench)
    let junit = bench.directory.appending(path: "junit.xml")
    try Data(#"<testsuite name="unit"><testcase/></testsuite>"#.utf8).write(to: junit)
    let dry = try await bench.ledger.run(
      ["record", "test-results", "--from", junit.path, "--dry-run"])
    #expect(dry.status == 0 && dry.output.contains(#""suite":"unit""#))
    #expect(try await entries(bench, .testResultsRecorded).isEmpty)
    let made = try await bench.ledger.run(["record", "test-results", "--from", junit.path])
    #expect(made.output == "recorded test results of unit as entry 1\n", "\(made.errors)")
    let entry = try #require(try await entries(bench, .testResultsRecorded).first)
    #expect(entry.at("source", "name") == "cli" && entry.at("data", "tests") == 1)
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    try await bench.ended()
  }
}
