import Foundation
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("Starting and stopping", .serialized, .timeLimit(.minutes(3)))
struct StartTests {
  struct Refusal: CustomTestStringConvertible, Sendable {
    let testDescription: String
    var variables: [String: String] = [:]
    var policy: String?
    let says: String
  }

  static let refusals = [
    Refusal(
      testDescription: "no secret", variables: ["LEDGER_WEBHOOK_SECRET": ""],
      says: "there is no webhook secret"),
    Refusal(
      testDescription: "blank secret", variables: ["LEDGER_WEBHOOK_SECRET": "   \n "],
      says: "there is no webhook secret"),
    Refusal(
      testDescription: "short secret", variables: ["LEDGER_WEBHOOK_SECRET": "0123456789"],
      says: "has 10 bytes, fewer than 32"),
    Refusal(
      testDescription: "three secrets",
      variables: [
        "LEDGER_WEBHOOK_SECRET": Array(repeating: Bench.secret, count: 3).joined(separator: "\n")
      ],
      says: "3 webhook secrets"),
    Refusal(
      testDescription: "policy with an unpinned check",
      policy: """
        version: 1
        gates:
          merge:
            branches: [main]
            checks:
              - {name: test}
        """, says: "ledger.yaml:6: gates.merge.checks[0].app"),
    Refusal(testDescription: "policy that is no YAML", policy: "gates: [", says: "ledger.yaml:"),
    Refusal(
      testDescription: "address of GitHub", variables: ["LEDGER_GITHUB_API_URL": "nonsense"],
      says: "is no URL"),
  ]

  @Test("A2 is refused with the reason and what to do", arguments: refusals)
  func refused(_ refusal: Refusal) async throws {
    let bench = try await Bench()
    if let policy = refusal.policy {
      try policy.write(toFile: bench.ledger.policy, atomically: true, encoding: .utf8)
    }
    let child = try bench.ledger.serve(
      on: FreePort.preferring(0),
      [
        "LEDGER_WEBHOOK_SECRET": Bench.secret, "LEDGER_GITHUB_TOKEN": Bench.token,
        "LEDGER_GITHUB_API_URL": bench.gitHub.baseURL,
      ].merging(refusal.variables) { $1 })
    let status = try await child.exit()
    let text = try String(contentsOf: child.errors, encoding: .utf8)
    #expect(status != 0)
    #expect(text.contains(refusal.says), "\(text)")
    #expect(text.contains("hint: "), "\(text)")
    #expect(!text.contains(Bench.secret) && !text.contains(Bench.token))
    try await bench.ended()
  }

  @Test("a second server on the same file is refused while the first goes on")
  func locked() async throws {
    let bench = try await Bench()
    let first = try await bench.start()
    let second = try bench.ledger.serve(
      on: FreePort.preferring(0), ["LEDGER_WEBHOOK_SECRET": Bench.secret])
    #expect(try await second.exit() == 1)
    let text = try String(contentsOf: second.errors, encoding: .utf8)
    #expect(text.contains("is in use by another ledger (process "))
    #expect(try await first.get("/health").status == 200)
    #expect(try await bench.ledger.run(["history"]).status == 0)
    #expect(await first.stop() == 0)
    try await bench.ended()
  }

  @Test("LEDGER_DEV=1 allows a short secret, and says so")
  func development() async throws {
    let bench = try await Bench()
    let server = try await bench.start([
      "LEDGER_WEBHOOK_SECRET": "short", "LEDGER_DEV": "1",
    ])
    #expect(server.log.contains("LEDGER_DEV allows it"))
    #expect(await server.stop() == 0)
    try await bench.ended()
  }

  @Test("G44 two secrets are valid while one is being replaced")
  func rotation() async throws {
    let bench = try await Bench()
    let next = String(repeating: "n", count: 40)
    let server = try await bench.start(["LEDGER_WEBHOOK_SECRET": "\(next),\(Bench.secret)"])
    var sender = server.sender
    #expect(try await sender.send(TestPull(1).opened).status == 202)
    sender.secret = next
    #expect(try await sender.send(TestPull(2).opened).status == 202)
    sender.secret = "\(next),\(Bench.secret)"
    #expect(try await sender.send(TestPull(3).opened).status == 401)
    #expect(await server.stop() == 0)
    try await bench.ended()
  }

  @Test("SIGTERM lets a request end, keeps what was acknowledged, and takes less than 5 s")
  func graceful() async throws {
    let bench = try await Bench()
    let server = try await bench.start()
    try await server.send(TestPull(1).opened)
    let slow = Task { try await server.get("/demo/hello?delay=1500") }
    try await eventually("the request is being answered", within: .seconds(5)) {
      try await server.get("/metrics").body.contains("\nhttp_server_requests_in_flight 2\n")
    }
    let start = ContinuousClock.now
    let status = await server.stop()
    #expect(status == 0)
    #expect(ContinuousClock.now - start < .seconds(5))
    let answer = try await slow.value
    #expect(answer.body == "hello, world!\n")
    let entries = try await bench.ledger.run(["entries", "--kind", "github.pull_request.v1"])
    #expect(entries.output.split(separator: "\n").count == 1)
    try await bench.ended()
  }
}
