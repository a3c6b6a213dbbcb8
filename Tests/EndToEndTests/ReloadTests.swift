import Foundation
import Ledger
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("The policy file, read again on SIGHUP", .serialized, .timeLimit(.minutes(3)))
struct ReloadTests {
  /// Requires one check of this name.
  private func policy(_ check: String, _ more: String = "") -> String {
    """
    version: 1
    gates:
      merge:
        branches: [main]
        checks:
          - {name: \(check), app: github-actions}
    \(more)
    """
  }

  private func write(_ text: String, _ bench: Bench) throws {
    try text.write(toFile: bench.ledger.policy, atomically: true, encoding: .utf8)
  }

  private func shown(_ bench: Bench) async throws -> JSON {
    let answer = try await bench.ledger.run(["policy", "show", "--json"])
    return try JSON.parse(Array(answer.output.utf8))
  }

  private func entries(_ kind: String, _ bench: Bench) async throws -> Int {
    let answer = try await bench.ledger.run(["entries", "--kind", kind, "-o", "ndjson"])
    return answer.output.split(separator: "\n").count { $0.contains("\"kind\":") }
  }

  @Test("good, bad, good again")
  func goodBadGood() async throws {
    let bench = try await Bench()
    try write(policy("test"), bench)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    let pull = TestPull(7)
    try await server.send(pull.opened)
    try await server.send(pull.triggered())
    try await server.send(pull.check(pull.run("test", "success")))
    let gate = { try await bench.ledger.run(["gate", "merge", "--pr", "acme/api#7"]).status }
    #expect(try await gate() == 0)
    let first = try await shown(bench)
    #expect(first["file"]?.string?.count == 64 && first["previous"] == .null)

    try write(policy("lint"), bench)
    server.child.signal(SIGHUP)
    try await eventually("the second one is in force", within: .seconds(20)) {
      try await shown(bench)["previous"] == first["hash"]
    }
    #expect(try await gate() == 8)
    let second = try await shown(bench)

    try write(policy("test", "gates: []\nnonsense: 1"), bench)
    for _ in 0..<2 { server.child.signal(SIGHUP) }
    try await eventually("the third one is refused", within: .seconds(20)) {
      try await shown(bench)["refused"] != .null
    }
    #expect(try await shown(bench)["hash"] == second["hash"])
    #expect(try await gate() == 8)
    let doctor = try await bench.ledger.run(["doctor"])
    #expect(doctor.status == 1)
    #expect(doctor.output.contains("the policy file on disk is refused since "))
    #expect(!doctor.output.contains(bench.directory.path))
    #expect(try await server.get("/health").body.contains("stays in force"))
    #expect(server.log.contains("the policy file is refused"))

    // The same meaning in other words: what stood is in force, and nothing is wrong any more.
    try write(policy("lint") + "\n# a remark", bench)
    server.child.signal(SIGHUP)
    try await eventually("the file is good again", within: .seconds(20)) {
      try await shown(bench)["refused"] == .null
    }
    #expect(try await shown(bench)["hash"] == second["hash"])
    #expect(try await shown(bench)["file"] != second["file"])
    #expect(try await bench.ledger.run(["doctor"]).output.contains("is in force since"))
    #expect(try await entries("policy.v1", bench) == 3)
    #expect(try await entries("policy.refused.v1", bench) == 1)
    #expect(await server.stop() == 0)
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    try await bench.ended()
  }

  @Test("what services and recording say is replaced, too")
  func beside() async throws {
    let bench = try await Bench()
    try write(policy("test"), bench)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    let job = [("Authorization", "Bearer e30.e30.e30"), ("Content-Type", "application/json")]
    #expect(try await server.post("/v1/notes", "{}", job).body.contains("is not configured"))
    let recording = """
      recording:
        audience: https://ledger.example
        issuer: http://127.0.0.1:9
        workflows: [{repository-id: 1, owner-id: 2}]
      services: [{name: api, repositories: [acme/api]}]
      """
    try write(policy("test", recording), bench)
    server.child.signal(SIGHUP)
    try await eventually("jobs are let in, if they prove who they are", within: .seconds(20)) {
      let body = try await server.post("/v1/notes", "{}", job).body
      return !body.contains("is not configured")
    }
    #expect(try await entries("catalog.v1", bench) == 1)
    #expect(try await entries("policy.v1", bench) == 1)
    try write(policy("test", recording.replacing("http://127.0.0.1:9", with: "ftp://x")), bench)
    server.child.signal(SIGHUP)
    try await eventually("an issuer that cannot be asked is refused", within: .seconds(20)) {
      try await shown(bench)["refused"] != .null
    }
    #expect(await server.stop() == 0)
    try await bench.ended()
  }

  @Test("a storm of signals ends with the last file in force, and the server lives")
  func storm() async throws {
    let bench = try await Bench()
    try write(policy("test"), bench)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    for round in 0..<300 {
      if round % 10 == 0 {
        try write(round % 20 == 0 ? policy("check \(round)") : "version: [", bench)
      }
      server.child.signal(SIGHUP)
    }
    try write(policy("the last one"), bench)
    server.child.signal(SIGHUP)
    try await eventually("the last one is in force", within: .seconds(30)) {
      let json = try await shown(bench)
      return json["refused"] == .null && json.canonicalString.contains("the last one")
    }
    #expect(try await server.get("/health").status == 200)
    #expect(await server.stop() == 0)
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    try await bench.ended()
  }
}
