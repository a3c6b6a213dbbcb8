import Foundation
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("The merge gate, over real HTTP", .serialized, .timeLimit(.minutes(3)))
struct GateTests {
  @Test("pending, allow after one read, and back to failure when a check turns red")
  func redAfterGreen() async throws {
    let bench = try await Bench(recordTo: "requests.ndjson")
    let server = try await bench.start()
    let pull = TestPull(7)
    let (test, lint) = (pull.run("test", "success"), pull.run("lint", "success"))
    try await server.send(pull.opened)
    try await server.send(pull.triggered())
    try await server.send(pull.check(test))
    try await server.send(pull.check(pull.run("bandit", "failure")))
    bench.gitHub.show([test, lint], of: pull)
    try await server.send(pull.check(lint))
    try await bench.gitHub.wait { $0.texts(of: pull).last?.hasPrefix("success") == true }
    #expect(bench.gitHub.count(of: .listCheckRuns) == 1)

    let red = pull.run("test", "failure", run: 2, from: 300, to: 360)
    bench.gitHub.show([red, lint], of: pull)
    try await server.send(pull.check(red))
    try await bench.gitHub.wait { $0.texts(of: pull).last?.hasPrefix("failure") == true }

    let texts = bench.gitHub.texts(of: pull)
    #expect(texts.first == "pending waiting for test, lint")
    #expect(texts.contains { $0.hasPrefix("success 2 of 2 passed at \(pull.sha.prefix(7))") })
    #expect(texts.last == "failure test failed; bandit failed (advisory)")
    let statuses = bench.gitHub.statuses(of: pull.sha, in: Bench.repository)
    #expect(statuses.allSatisfy { $0.context == "ledger/merge-gate" })
    #expect(
      statuses.allSatisfy { $0.targetURL == "https://ledger.example/ledger/acme/api/pull/7" })
    #expect(await server.stop() == 0)
    try await bench.gitHub.stop()
    try GitHubRequests.validate(bench.directory.appending(path: "requests.ndjson"))
    try FileManager.default.removeItem(at: bench.directory)
  }

  @Test("a merge with red tests is a bypass, and stays one although they pass later")
  func bypass() async throws {
    let bench = try await Bench()
    let server = try await bench.start()
    let pull = TestPull(8)
    try await server.send(pull.opened)
    try await server.send(pull.triggered())
    try await server.send(pull.check(pull.run("lint", "success")))
    try await server.send(pull.check(pull.run("test", "failure")))
    try await server.send(pull.merged(at: 200))
    let late = pull.run("test", "success", run: 2, from: 300, to: 360)
    try await server.send(pull.check(late))
    #expect(await server.stop() == 0)

    let history = try await bench.ledger.run(["history", "--kind", "merge"])
    #expect(history.output.contains("\tbypass\t"))
    #expect(history.output.contains("\ttest failed\t"))
    let gate = try await bench.ledger.run(["gate", "merge", "--pr", "acme/api#8"])
    #expect(gate.status == 10)
    #expect(gate.output.hasPrefix("BYPASSED"))
    let entries = try await bench.ledger.run([
      "entries", "--kind", "gate.bypass.v1", "-o", "ndjson",
    ])
    #expect(entries.output.contains(#""merged_by":102"#))
    #expect(entries.output.split(separator: "\n").count == 1)
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    try await bench.ended()
  }

  @Test("without GitHub credentials it says so, decides on webhooks alone, and posts nothing")
  func noCredentials() async throws {
    let bench = try await Bench()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    #expect(server.log.contains("verdicts rest on webhooks alone"))
    let pull = TestPull(9)
    try await server.send(pull.opened)
    try await server.send(pull.triggered())
    #expect(try await bench.ledger.run(["gate", "merge", "--pr", "acme/api#9"]).status == 8)
    try await server.send(pull.check(pull.run("test", "success")))
    try await server.send(pull.check(pull.run("lint", "success")))
    #expect(try await bench.ledger.run(["gate", "merge", "--pr", "acme/api#9"]).status == 0)
    #expect(try await bench.ledger.run(["gate", "merge", "--pr", "acme/api#10"]).status == 10)
    #expect(await server.stop() == 0)
    #expect(bench.gitHub.count() == 0)
    try await bench.ended()
  }

  @Test("while GitHub cannot be read the gate stays pending, then it opens")
  func gitHubDown() async throws {
    let bench = try await Bench()
    let server = try await bench.start()
    let pull = TestPull(11)
    let runs = [pull.run("test", "success"), pull.run("lint", "success")]
    bench.gitHub.fail(next: 2, on: .listCheckRuns, with: .status(502))
    bench.gitHub.show(runs, of: pull)
    try await server.send(pull.opened)
    try await server.send(pull.triggered())
    for run in runs { try await server.send(pull.check(run)) }
    try await bench.gitHub.wait { $0.count(of: .listCheckRuns) >= 1 }
    #expect(!bench.gitHub.texts(of: pull).contains { $0.hasPrefix("success") })
    try await bench.gitHub.wait { $0.texts(of: pull).last?.hasPrefix("success") == true }
    #expect(bench.gitHub.count(of: .listCheckRuns) == 3)
    #expect(await server.stop() == 0)
    try await bench.ended()
  }
}
