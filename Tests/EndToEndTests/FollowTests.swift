import Foundation
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("Following", .serialized, .timeLimit(.minutes(2)))
struct FollowTests {
  private static let rows = Story.release(start: TestPull.start).deliveries

  /// Deployments of the story, one after the other.
  private var deployments: [WebhookDelivery] {
    Self.rows.filter { $0.event == "deployment" }
  }

  private func follow(
    _ bench: Bench, _ arguments: [String], _ variables: [String: String] = [:]
  ) throws -> Child {
    let profile = ProcessInfo.processInfo.environment.filter { $0.key == "LLVM_PROFILE_FILE" }
    return try Child(
      bench.ledger.executable, arguments, environment: variables.merging(profile) { own, _ in own },
      in: bench.directory, name: "follow-\(UUID().uuidString)")
  }

  private func lines(_ child: Child) throws -> [String] {
    try String(contentsOf: child.output, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  private func expect(
    _ count: Int, of child: Child, _ what: String
  ) async throws -> [String] {
    try await eventually(what, within: .seconds(30)) {
      let reason = try errors(child)
      try #require(child.status == nil, "it ended: \(reason)")
      return try lines(child).count >= count
    }
    return try lines(child)
  }

  private func errors(_ child: Child) throws -> String {
    try String(contentsOf: child.errors, encoding: .utf8)
  }

  @Test("a file is looked at, and a server tells, the same lines")
  func bothSources() async throws {
    let bench = try await Bench()
    let token = try await bench.ledger.run(
      ["token", "create", "--name", "test", "--scope", "read"]
    ).output.trimmingCharacters(in: .whitespacesAndNewlines)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await server.send(deployments[0])
    let places = ["-e", "staging", "-e", "production"]
    let file = try follow(
      bench, ["follow", "--db", bench.ledger.database, "--after", "0"] + places)
    let remote = try follow(
      bench, ["history", "-f", "--server", server.url], ["LEDGER_TOKEN": token])
    _ = try await expect(1, of: file, "the file's first line")
    _ = try await expect(1, of: remote, "the server's first line")
    for delivery in deployments.dropFirst() { try await server.send(delivery) }
    let expected = deployments.count
    let seen = (
      try await expect(expected, of: file, "all lines of the file"),
      try await expect(expected, of: remote, "all lines of the server")
    )
    #expect(seen.0 == seen.1)
    let history = try await bench.ledger.run(["history", "--reverse", "-L", "0"]).output
    #expect(seen.0.sorted() == history.split(separator: "\n").map(String.init).sorted())
    for child in [file, remote] { _ = await child.stop(patience: .zero) }
    #expect(await server.stop() == 0)
    try await bench.ended()
  }

  @Test("a connection that breaks is made again, and nothing is missed or told twice")
  func reconnects() async throws {
    let bench = try await Bench()
    let token = try await bench.ledger.run(
      ["token", "create", "--name", "test", "--scope", "read"]
    ).output.trimmingCharacters(in: .whitespacesAndNewlines)
    let port = try FreePort.preferring(0)
    let first = try await bench.start(["LEDGER_GITHUB_TOKEN": ""], port: port)
    let child = try follow(
      bench, ["follow", "--after", "0", "--fields", "commit", "--server", first.url],
      ["LEDGER_TOKEN": token])
    try await first.send(deployments[0])
    _ = try await expect(1, of: child, "the first line")
    #expect(await first.stop() == 0, "a stream does not hold up a stop")
    let second = try await bench.start(["LEDGER_GITHUB_TOKEN": ""], port: port)
    try await second.send(deployments[1])
    try await second.send(deployments[2])
    let lines = try await expect(3, of: child, "the lines after the break")
    #expect(lines.count == 3)
    #expect(try errors(child).contains("trying again in 1 s"))
    _ = await child.stop(patience: .zero)
    #expect(await second.stop() == 0)
    try await bench.ended()
  }

  @Test("a server that is not there, or says no, is an error at once")
  func refusals() async throws {
    let bench = try await Bench()
    let gone = try follow(bench, ["follow", "--server", "http://127.0.0.1:9"])
    #expect(try await gone.exit() == 1)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    let anonymous = try follow(bench, ["follow", "--server", server.url])
    #expect(try await anonymous.exit() == 4)
    let filtered = try follow(bench, ["history", "-f", "--outcome", "failure", "--db", "x"])
    #expect(try await filtered.exit() == 2)
    #expect(await server.stop() == 0)
    try await bench.ended()
  }
}
