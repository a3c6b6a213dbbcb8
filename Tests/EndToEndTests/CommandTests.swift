import Foundation
import Ledger
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("The command line", .serialized, .timeLimit(.minutes(3)))
struct CommandTests {
  /// The story without its waits: what GitHub would send.
  private func tell(_ server: Running) async throws {
    for delivery in Story.release(start: TestPull.start).deliveries {
      try await server.send(delivery)
    }
  }

  @Test("a file and a server give the same bytes; without a token the server gives none")
  func sameBytes() async throws {
    let bench = try await Bench()
    let token = try await bench.ledger.run(
      ["token", "create", "--name", "test", "--scope", "admin"]
    ).output.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(token.hasPrefix("ledger_"))
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await tell(server)
    for arguments in [
      ["history"], ["history", "-o", "table"], ["history", "-o", "csv", "-L", "0"],
      ["history", "-s", "api", "-e", "production", "-L", "2", "-o", "wide"],
      ["entries", "-o", "ndjson"], ["gate", "merge", "--pr", "acme/api#42"], ["show", "3"],
      ["history", "-o", "json"], ["history", "api@production", "--outcome", "failure"],
      ["history", "-u", "jon", "--pr", "41", "-o", "md"], ["running"], ["running", "-o", "table"],
      ["running", "-o", "json"], ["running", "--drift-only"], ["at", "2.hours.ago", "-o", "wide"],
      ["show", "api@production"], ["show", "api@production", "-o", "table"],
      ["show", "acme/api#42", "-o", "table"], ["show", "acme/api#42", "--json"],
      ["show", "53", "-o", "ndjson"], ["trace", "api@production", "-o", "table"],
      ["trace", "acme/api#42", "--json"], ["trace", "sha256:000000"], ["trace", "a@b@c"],
      ["diff", "api@production", "api@staging", "-o", "table"], ["diff", "api..api@staging"],
      ["diff", "api@staging..", "-o", "csv"], ["search", "cache", "-o", "csv"],
      ["search", "x"], ["doctor"], ["doctor", "-o", "table"], ["doctor", "--json"], ["names"],
      ["names", "-o", "json"], ["history", "--fields", "id,nonsense"],
      ["trace", "--fields", "list"],
    ] {
      let file = try await bench.ledger.run(arguments)
      let remote = try await run(
        bench, arguments + ["--server", server.url], ["LEDGER_TOKEN": token])
      #expect(atOneTime(file.output) == atOneTime(remote.output), "\(arguments)")
      #expect(file.errors == remote.errors && file.status == remote.status, "\(arguments)")
      #expect(!(file.output + file.errors).isEmpty, "\(arguments)")
      // What is wrong, or known without asking, is said before anybody is asked.
      guard !arguments.contains("list") else { continue }
      let anonymous = try await run(bench, arguments + ["--server", server.url], [:])
      #expect(anonymous.status == 4, "\(arguments): \(anonymous.errors)")
    }
    let made = try await run(
      bench, ["token", "create", "--name", "ci", "--scope", "read", "--server", server.url],
      ["LEDGER_TOKEN": token])
    let read = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    let answer = try await server.get("/v1/history?limit=1", [("Authorization", "Bearer \(read)")])
    #expect(answer.status == 200)
    #expect(await server.stop() == 0)
    try await expectNoSecret([token, read], in: bench)
    try await bench.ended()
  }

  /// Both were not asked within the same second.
  private func atOneTime(_ output: String) -> String {
    output.replacing(#/"as_of":"[^"]*"/#, with: "").replacing(#/[0-9]+[smhd] ago/#, with: "")
      .replacing(#/At [0-9-]+ [0-9:]+Z/#, with: "")
  }

  private func run(
    _ bench: Bench, _ arguments: [String], _ variables: [String: String]
  ) async throws -> LedgerBinary.Result {
    try await bench.run(arguments, variables)
  }

  private func expectNoSecret(_ secrets: [String], in bench: Bench) async throws {
    let log = try String(
      contentsOf: bench.directory.appending(path: "serve.err"), encoding: .utf8)
    let entries = try await bench.ledger.run(["entries", "-o", "ndjson"]).output
    let database = try Data(contentsOf: URL(filePath: bench.ledger.database))
    for secret in secrets + [Bench.secret, Bench.token] {
      #expect(!log.contains(secret) && !entries.contains(secret))
      #expect(database.range(of: Data(secret.utf8)) == nil)
    }
  }

  @Test("a place on a server that is no ledger's is no empty ledger")
  func noLedgerThere() async throws {
    let bench = try await Bench()
    let token = try await bench.ledger.run(["token", "create", "--name", "t", "--scope", "read"])
      .output.trimmingCharacters(in: .whitespacesAndNewlines)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    for command in ["entries", "export", "history"] {
      let answer = try await run(
        bench, [command, "--server", server.url + "/nope"], ["LEDGER_TOKEN": token])
      #expect(answer.status == 1 && answer.output.isEmpty, "\(command): \(answer.output)")
      #expect(answer.errors.contains("/nope cannot answer this question\n"), "\(answer.errors)")
    }
    #expect(await server.stop() == 0)
    try await bench.ended()
  }

  @Test("no terminal: TABs, no header, no escapes, times in full")
  func pipe() async throws {
    let bench = try await Bench()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await tell(server)
    let output = try await bench.ledger.run(["history"]).output
    let lines = output.split(separator: "\n")
    #expect(lines.count == 14)
    #expect(!output.contains("\u{1B}"))
    #expect(
      lines.allSatisfy { $0.split(separator: "\t", omittingEmptySubsequences: false).count == 16 })
    #expect(lines.allSatisfy { $0.contains("Z\t") })
    let forced = try await bench.ledger.run(["history", "-o", "table", "--color", "always"]).output
    #expect(forced.contains("\u{1B}[32m✓ success"))
    #expect(await server.stop() == 0)
    try await bench.ended()
  }

  @Test("pages by cursor hold every row once")
  func pages() async throws {
    let bench = try await Bench()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await tell(server)
    #expect(await server.stop() == 0)
    let all = try await bench.ledger.run(["history", "-L", "0"]).output.split(separator: "\n")
    var (seen, cursor): ([Substring], String?) = ([], nil)
    repeat {
      let page = try await bench.ledger.run(
        ["history", "-L", "5"] + (cursor.map { ["--cursor", $0] } ?? [])
      ).output.split(separator: "\n")
      seen += page
      cursor = page.count == 5 ? page.last?.split(separator: "\t").first.map(String.init) : nil
    } while cursor != nil
    #expect(seen == all)
    try await bench.ended()
  }

  @Test("each exit code")
  func exitCodes() async throws {
    let bench = try await Bench()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await tell(server)
    #expect(await server.stop() == 0)
    let gone = ["history", "--server", "http://127.0.0.1:9"]
    #expect(try await run(bench, gone, [:]).status == 1)
    for (arguments, code) in [
      (["version"], 0), (["history", "--help"], 0), (["history", "-L", "x"], 2), (["nonsense"], 2),
      (["history", "--kind", "nonsense"], 2),
    ] as [([String], Int32)] {
      #expect(try await run(bench, arguments, [:]).status == code, "\(arguments)")
    }
    for (arguments, code) in [
      (["history", "-s", "nobody"], 0), (["history", "-s", "nobody", "--fail-empty"], 3),
      (["show", "99999"], 3), (["show", "sha:12"], 2), (["show", "sha:000000"], 3),
      (["trace", "sha:000000"], 3), (["diff", "nobody@prod", "api@prod"], 3), (["diff", "api"], 2),
      (["diff", "api", "api@staging"], 2), (["at", "tomorrow"], 2), (["search", "x"], 2),
      (["running", "--drift-only"], 0), (["running", "-s", "nobody", "--fail-empty"], 3),
      (["search", "no such thing", "--fail-empty"], 3), (["doctor"], 0), (["names"], 0),
      (["history", "--fields", "nonsense"], 2), (["history", "--cursor", "-1"], 2),
      (["history", "--utc", "--local"], 2), (["history", "-f", "--outcome", "failure"], 2),
      (["gate", "merge", "--pr", "acme/api#41"], 0),
      (["gate", "merge", "--pr", "acme/api#42"], 10),
      (["gate", "merge", "--pr", "acme/api#42", "-o", "csv"], 2),
      (["gate", "merge", "--pr", "acme/api#42", "--fields", "state"], 2),
      (["show", "0", "-o", "csv"], 2), (["show", "0", "--json"], 0), (["show", "0"], 0),
      (["history", "api@production", "-e", "staging"], 2),
      (["history", "--outcome", "failed"], 0), (["verify"], 0),
    ] as [([String], Int32)] {
      #expect(try await bench.ledger.run(arguments).status == code, "\(arguments)")
    }
    let doubted = try await bench.ledger.run(["history", "--outcome", "failed"])
    #expect(doubted.errors.contains("did you mean failure?"), "\(doubted.errors)")
    let more = try await bench.ledger.run(["search", "production", "-L", "1"])
    #expect(more.errors == "more than 1; --limit 5\n")
    let ambiguous = try await bench.ledger.run(["diff", "api", "api@staging"])
    #expect(ambiguous.errors.contains("could mean:\n  api@staging\n  api@production\n"))
    try await bench.ended()
  }

  @Test("every read command gives JSON with schema, as_of and complete, and names its fields")
  func envelopes() async throws {
    let bench = try await Bench()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await tell(server)
    #expect(await server.stop() == 0)
    for arguments in [
      ["history"], ["running"], ["at", "1h"], ["show", "api@staging"], ["trace", "api@staging"],
      ["diff", "api@production~1", "api@production"], ["search", "api"], ["doctor"], ["names"],
      ["gate", "merge", "--pr", "acme/api#41"],
    ] {
      let json = try JSON.parse(
        Array(try await bench.ledger.run(arguments + ["--json"]).output.utf8))
      #expect(json["schema"]?.string?.hasPrefix("ledger.") == true, "\(arguments)")
      #expect(Instant(json: json["as_of"]) != nil && json["complete"]?.bool != nil, "\(arguments)")
      guard arguments[0] != "gate" else { continue }
      let fields = try await bench.ledger.run(arguments + ["--fields", "list"]).output
        .split(separator: "\n").map(String.init)
      #expect(!fields.isEmpty && fields.allSatisfy { !$0.contains(" ") }, "\(arguments)")
      let csv = try await bench.ledger.run(
        arguments + ["-o", "csv", "--fields", fields.joined(separator: ",")]
      ).output
      #expect(csv.hasPrefix(fields.joined(separator: ",") + "\n"), "\(arguments)")
      let trailer = try await bench.ledger.run(arguments + ["-o", "ndjson"]).output
        .split(separator: "\n").last
      #expect(trailer?.contains(#""schema":"ledger.trailer/1""#) == true, "\(arguments)")
    }
    try await bench.ended()
  }

  @Test("each flag of a question is also a variable")
  func everyVariable() async throws {
    let bench = try await Bench()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await tell(server)
    #expect(await server.stop() == 0)
    let plain = try await bench.ledger.run(["history"]).output
    for (name, value, flags) in [
      ("SERVICE", "nobody", ["-s", "nobody"]), ("ENV", "staging", ["-e", "staging"]),
      ("REPO", "acme/web", ["-R", "acme/web"]), ("KIND", "merge", ["--kind", "merge"]),
      ("OUTCOME", "failure", ["--outcome", "failure"]), ("ACTOR", "jon", ["-u", "jon"]),
      ("COMMIT", "cb7610d", ["-c", "cb7610d"]), ("DIGEST", "5d9e41", ["--digest", "5d9e41"]),
      ("PR", "acme/api#41", ["--pr", "acme/api#41"]),
      ("SINCE", "2020-01-01", ["--since", "2020-01-01"]),
      ("UNTIL", "2020-01-01", ["--until", "2020-01-01"]), ("LIMIT", "2", ["-L", "2"]),
      ("CURSOR", "30", ["--cursor", "30"]), ("REVERSE", "1", ["--reverse"]),
      ("FIELDS", "id,by", ["--fields", "id,by"]), ("HEADER", "1", ["--header"]),
      ("OUTPUT", "md", ["-o", "md"]), ("JSON", "1", ["--json"]),
    ] {
      let byVariable = try await run(
        bench, ["history"], ["LEDGER_DB": bench.ledger.database, "LEDGER_\(name)": value])
      let byFlag = try await bench.ledger.run(["history"] + flags)
      #expect(atOneTime(byVariable.output) == atOneTime(byFlag.output), "\(name)")
      #expect(byVariable.status == 0 && (name == "SINCE" || byVariable.output != plain), "\(name)")
    }
    for (name, flag) in [("LOCAL", "--local"), ("UTC", "--utc")] {
      let variables = ["LEDGER_DB": bench.ledger.database, "TZ": "Asia/Kolkata"]
      let byVariable = try await run(
        bench, ["history"], variables.merging(["LEDGER_\(name)": "1"]) { $1 })
      let byFlag = try await run(bench, ["history", flag], variables)
      #expect(byVariable.output == byFlag.output)
      #expect(byFlag.output.contains("+05:30\t") == (name == "LOCAL"))
    }
    let both = ["LEDGER_DB": bench.ledger.database, "LEDGER_LOCAL": "1", "LEDGER_UTC": "1"]
    #expect(try await run(bench, ["history"], both).status == 2)
    try await bench.ended()
  }

  @Test("a flag is also a variable, and wins over it")
  func variables() async throws {
    let bench = try await Bench()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await tell(server)
    #expect(await server.stop() == 0)
    let variables = [
      "LEDGER_DB": bench.ledger.database, "LEDGER_ENV": "production", "LEDGER_LIMIT": "2",
      "LEDGER_OUTPUT": "csv",
    ]
    let byVariable = try await run(bench, ["history"], variables)
    let byFlag = try await bench.ledger.run(["history", "-e", "production", "-L", "2", "-o", "csv"])
    #expect(byVariable.output == byFlag.output && byVariable.status == 0)
    #expect(byVariable.output.split(separator: "\r\n").count <= 3)
    // A reference is the place, whatever the environment names for every command.
    let place = try await bench.ledger.run(["history", "api@staging", "-L", "2", "-o", "csv"])
    let named = try await run(bench, ["history", "api@staging"], variables)
    #expect(named.output == place.output && named.status == 0)
    try await expectTheLineWins(bench)
    let flagWins = try await run(bench, ["history", "-L", "1"], variables)
    #expect(flagWins.output != byVariable.output)
    try await bench.ended()
  }

  /// What a job has in its environment to record another thing.
  private func expectTheLineWins(_ bench: Bench) async throws {
    let job = [
      "LEDGER_DB": bench.ledger.database, "LEDGER_COMMIT": "000000", "LEDGER_DIGEST": "000000",
      "LEDGER_PR": "acme/web#1", "LEDGER_REPO": "acme/web",
    ]
    #expect(try await run(bench, ["history"], job).output.isEmpty)
    for arguments in [["sha:cb7610d"], ["acme/api#41"], ["-c", "cb7610d", "-R", "acme/api"]] {
      let alone = try await bench.ledger.run(["history"] + arguments)
      let inJob = try await run(bench, ["history"] + arguments, job)
      #expect(!alone.output.isEmpty && inJob.output == alone.output, "\(arguments)")
      #expect(inJob.status == 0, "\(arguments): \(inJob.errors)")
    }
  }
}
