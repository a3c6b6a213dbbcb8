import Foundation
import Ledger
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("Export with proofs", .serialized, .timeLimit(.minutes(3)))
struct ProofExportTests {
  private func token(_ bench: Bench, _ scope: String) async throws -> String {
    try await bench.ledger.run(["token", "create", "--name", scope, "--scope", scope])
      .output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// A directory without any ledger.
  private func elsewhere(_ bench: Bench) throws -> URL {
    let directory = bench.directory.appending(path: "elsewhere")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    return directory
  }

  private func verify(
    _ bench: Bench, _ lines: [Data], _ arguments: [String], in directory: URL
  ) async throws -> LedgerBinary.Result {
    let file = directory.appending(path: "changed.ndjson")
    try Data(lines.joined(separator: [10]) + [10]).write(to: file)
    let child = try Child(
      bench.ledger.executable, ["verify", "--export", file.path] + arguments,
      environment: Bench.profile, in: directory, name: UUID().uuidString)
    let status = try await child.exit()
    return LedgerBinary.Result(
      status: status, output: try String(contentsOf: child.output, encoding: .utf8),
      errors: try String(contentsOf: child.errors, encoding: .utf8))
  }

  @Test("an export of a server is checked elsewhere, and any line is missed")
  func fromAServer() async throws {
    let bench = try await Bench()
    let made = try await bench.ledger.run(["init", "--origin", "ledger.example/test"])
    #expect(made.status == 0, "\(made.errors)")
    let vkey = try await bench.ledger.run(["key", "show"]).output
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let (record, read) = (try await token(bench, "record"), try await token(bench, "read"))
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    for delivery in Story.release(start: TestPull.start).deliveries.prefix(12) {
      try await server.send(delivery)
    }
    let arguments = ["export", "--proofs", "--repo", "acme/api", "--server", server.url]
    let file = bench.directory.appending(path: "api.ndjson")
    let denied = try await bench.run(arguments, ["LEDGER_TOKEN": read])
    #expect(denied.status == 4 && denied.errors.contains("--scope record"), "\(denied.errors)")
    let busy = try await bench.ledger.run(["export", "--proofs", "--repo", "acme/api"])
    #expect(busy.status == 1, "\(busy.errors)")
    let exported = try await bench.run(
      arguments + ["-o", file.path], ["LEDGER_TOKEN": record, "LEDGER_SERVICE": "other"])
    #expect(exported.status == 0, "\(exported.errors)")
    // A key that came with the file vouches for nothing: it is not put into anybody's hand.
    #expect(!exported.errors.contains(vkey), "\(exported.errors)")
    let advice = "ledger verify --export \(file.path) --vkey \"$VKEY\"\n"
    for part in [advice, "a copy that was kept", "ledger key show"] {
      #expect(exported.errors.contains(part), "\(exported.errors)")
    }
    try await checkAdvice(bench, arguments, ["LEDGER_TOKEN": record, "LEDGER_VKEY": vkey])
    let lines = try Data(contentsOf: file).split(separator: 10).map { Data($0) }
    #expect(lines.count > 12)
    let directory = try elsewhere(bench)
    let good = try await verify(bench, lines, ["--vkey", vkey], in: directory)
    #expect(good.status == 0 && good.errors.isEmpty, "\(good.errors)")
    #expect(good.output.contains("ledger.example/test") && good.output.contains("unknown"))
    let loud = try await verify(bench, lines, ["--json"], in: directory)
    #expect(loud.status == 13 && loud.errors.contains("TAKEN FROM THE FILE ITSELF"))
    let answer = try JSON.parse(Array(loud.output.utf8))
    #expect(answer["ok"] == false && answer["trusts_itself"] == true)
    let check = ["verify", "--export", file.path]
    let variable = try await bench.run(check + ["--json"], ["LEDGER_VKEY": vkey])
    #expect(variable.status == 0, "\(variable.errors)")
    #expect(try JSON.parse(Array(variable.output.utf8))["ok"] == true)
    for flags in [["--against", file.path], ["--db", bench.ledger.database]] {
      let ignored = try await bench.run(check + flags, ["LEDGER_VKEY": vkey])
      #expect(ignored.status == 2 && ignored.errors.contains("--export takes neither"))
    }
    try await checkFailures(bench, check, vkey)
    for place in lines.indices {
      var lost = lines
      lost.remove(at: place)
      let result = try await verify(bench, lost, ["--vkey", vkey], in: directory)
      #expect(result.status == 12, "line \(place): \(result.output) \(result.errors)")
    }
    let usage = try await verify(bench, lines, ["--vkey", "nonsense"], in: directory)
    #expect(usage.status == 2)
    #expect(await server.stop() == 0)
    // The log knows of it, and agrees with all numbers.
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    let entries = try await bench.ledger.run([
      "entries", "--kind", "export.made.v1", "-o", "ndjson",
    ])
    #expect(entries.output.contains(#""repository/"#), "\(entries.output) \(entries.errors)")
    // What the environment names for every command made it no wider.
    #expect(entries.output.contains(#""services":[]"#), "\(entries.output)")
    try await bench.ended()
  }

  /// Whoever has a key already is not asked for one.
  private func checkAdvice(
    _ bench: Bench, _ arguments: [String], _ variables: [String: String]
  ) async throws {
    let file = bench.directory.appending(path: "again.ndjson").path
    let exported = try await bench.run(arguments + ["-o", file], variables)
    #expect(exported.status == 0, "\(exported.errors)")
    #expect(exported.errors.contains("check it with: ledger verify --export \(file)\n"))
    #expect(!exported.errors.contains("--vkey"), "\(exported.errors)")
    let check = try await bench.run(["verify", "--export", file], variables)
    #expect(check.status == 0, "\(check.errors)")
  }

  /// What does not hold is told in JSON, too, and with what to do.
  private func checkFailures(_ bench: Bench, _ check: [String], _ vkey: String) async throws {
    let key = bench.directory.appending(path: "w.key").path
    let made = try await bench.run(["witness", "init", "--key", key, "--name", "w.example"])
    let witness = made.output.trimmingCharacters(in: .newlines)
    let other = PublishedLog(bench: bench, name: "other")
    _ = try await other.initialize()
    for (keys, reason, hint) in [
      ([try await other.vkey], "no known key", "ledger key show --all"),
      ([vkey, witness], "w.example did not cosign", "made with it"),
    ] {
      let flags = keys.flatMap { ["--vkey", $0] }
      let failed = try await bench.run(check + flags + ["--json"])
      #expect(failed.status == 12 && failed.errors.contains("hint: "), "\(failed.errors)")
      #expect(failed.errors.contains(reason) && failed.errors.contains(hint), "\(failed.errors)")
      #expect(try JSON.parse(Array(failed.output.utf8))["ok"] == false)
    }
  }

  @Test("the file itself, a time, and what cannot be exported")
  func fromAFile() async throws {
    let bench = try await Bench()
    let unsigned = try await bench.ledger.run(["token", "create", "--name", "t", "--scope", "read"])
    #expect(unsigned.status == 0)
    let arguments = ["export", "--format", "proofs", "--service", "api"]
    let refused = try await bench.ledger.run(arguments)
    #expect(refused.status == 1 && refused.errors.contains("not signed"), "\(refused.errors)")
    #expect(try await bench.ledger.run(["init", "--origin", "ledger.example/test"]).status == 0)
    #expect(try await bench.ledger.run(arguments).status == 3)
    for id in ["1", "2"] {
      let build = try await bench.ledger.run([
        "record", "build", "--service", "api", "--id", id, "--commit", Derived.commit(id),
      ])
      #expect(build.status == 0, "\(build.errors)")
    }
    let file = try await bench.ledger.run(arguments + ["--since", "1d"])
    #expect(file.status == 0, "\(file.errors)")
    let lines = file.output.utf8.split(separator: 10).map { Data($0) }
    let directory = try elsewhere(bench)
    let good = try await verify(bench, lines, [], in: directory)
    #expect(good.status == 13 && good.output.contains("service/api: 2 entries"), "\(good.output)")
    #expect(good.output.hasPrefix("? "))
    let future = try await bench.ledger.run(arguments + ["--since", "2999-01-01"])
    #expect(future.status == 2, "\(future.errors)")
    #expect(try await bench.ledger.run(["export", "--proofs"]).status == 2)
    #expect(try await bench.ledger.run(["export", "--service", "api"]).status == 2)
    #expect(try await bench.ledger.run(["verify", "--vkey", "x"]).status == 2)
    let missing = try await bench.run(["verify", "--export", "nowhere.ndjson"])
    #expect(missing.status == 1)
    let folder = try await bench.run(["verify", "--export", bench.directory.path])
    #expect(folder.status == 1 && folder.errors.contains("is a folder"), "\(folder.errors)")
    for ignored in [["--from", "1"], ["--format", "cdevents"], ["--source", "/x"]] {
      let mixed = try await bench.ledger.run(["export", "--proofs", "--service", "api"] + ignored)
      #expect(mixed.status == 2, "\(ignored): \(mixed.errors)")
    }
    let twins = ["--service", "caf\u{E9}", "--service", "cafe\u{301}"]
    for (id, service) in [("3", twins[1]), ("4", twins[3])] {
      let build = try await bench.ledger.run([
        "record", "build", "--service", service, "--id", id, "--commit", Derived.commit(id),
      ])
      #expect(build.status == 0, "\(build.errors)")
    }
    let both = try await bench.ledger.run(["export", "--proofs"] + twins)
    #expect(both.status == 2 && both.errors.contains("two spellings"), "\(both.errors)")
    let unknown = try await bench.ledger.run(["export", "--proofs", "--repo", "acme/nope"])
    #expect(unknown.status == 3, "\(unknown.errors)")
    try await bench.ended()
  }
}
