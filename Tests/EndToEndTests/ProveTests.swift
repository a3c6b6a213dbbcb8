import Foundation
import Ledger
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("Proofs in files", .serialized, .timeLimit(.minutes(4)))
struct ProveTests {
  private func path(_ name: String, _ bench: Bench) -> String {
    bench.directory.appending(path: name).path
  }

  @Test("made from a file and from a server, checked without either")
  func oneEntry() async throws {
    let bench = try await Bench()
    try await bench.ledger.initialize()
    let token = try await bench.ledger.run(["token", "create", "--name", "t", "--scope", "read"])
      .output.trimmingCharacters(in: .newlines)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    for delivery in Story.release(start: TestPull.start).deliveries {
      try await server.send(delivery)
    }
    let (proof, entry) = (path("9.tlog-proof", bench), path("9.json", bench))
    let made = try await bench.ledger.run(["prove", "#9", "-o", proof, "--entry", entry])
    #expect(made.status == 0 && made.output.isEmpty, "\(made.errors)")
    let remote = try await bench.run(
      ["prove", "9", "--server", server.url], ["LEDGER_TOKEN": token])
    #expect(try remote.output == String(contentsOfFile: proof, encoding: .utf8))
    #expect(remote.output.hasPrefix("c2sp.org/tlog-proof@v1\nindex 9\n"))
    #expect(await server.stop() == 0)

    let vkey = try await bench.ledger.run(["key", "show"]).output
      .trimmingCharacters(in: .newlines)
    let check = ["prove", "--check", proof, "--entry", entry]
    let good = try await bench.run(check + ["--vkey", vkey])
    #expect(good.status == 0 && good.output.contains("✓ #9  "), "\(good.errors)")
    let json = try JSON.parse(try await bench.run(check + ["--vkey", vkey, "--json"]).output.utf8)
    #expect(json["schema"] == "ledger.proof-check/1" && json["origin"] == "demo.example/ledger")
    #expect(try await bench.run(check, ["LEDGER_VKEY": vkey]).status == 0)

    let nameless = try await bench.run(check)
    #expect(nameless.status == 13 && nameless.errors.contains("NOT CHECKED"))
    let swapped = try await bench.run(["prove", "--check", entry, "--vkey", vkey])
    #expect(swapped.status == 2 && swapped.errors.contains("no proof at all"))
    let other = PublishedLog(bench: bench, name: "other")
    _ = try await other.initialize()
    let stranger = try await bench.run(check + ["--vkey", try await other.vkey, "--json"])
    #expect(stranger.status == 12 && stranger.errors.contains("hint: Is it the key of this log?"))
    #expect(try JSON.parse(Array(stranger.output.utf8))["ok"] == false)
    for file in [proof, entry] {
      let honest = try Data(contentsOf: URL(filePath: file))
      for place in [honest.count / 3, honest.count - 5] {
        var forged = honest
        forged[place] ^= 1
        try forged.write(to: URL(filePath: file))
        let found = try await bench.run(check + ["--vkey", vkey])
        #expect(found.status == 12 && found.output.isEmpty, "\(file) \(place): \(found.output)")
      }
      try honest.write(to: URL(filePath: file))
    }
    #expect(try await bench.run(check + ["--vkey", vkey]).status == 0)
    try await bench.ended()
  }

  @Test("a chain is one file, and no link of it is believed that no entry tells")
  func chain() async throws {
    let bench = try await Bench()
    try await bench.ledger.initialize()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    for delivery in Story.release(start: TestPull.start).deliveries {
      try await server.send(delivery)
    }
    #expect(await server.stop() == 0)
    let vkey = try await bench.ledger.run(["key", "show"]).output
      .trimmingCharacters(in: .newlines)
    let file = path("chain.json", bench)
    let made = try await bench.ledger.run(["prove", "acme/api#41", "--chain", "-o", file])
    #expect(made.status == 0, "\(made.errors)")
    let check = ["prove", "--check", file, "--vkey", vkey]
    let good = try await bench.run(check)
    #expect(good.status == 0, "\(good.errors)")
    for part in ["gate.verified.v1", "github.pull_request.v1", "github.deployment", " → image:"] {
      #expect(good.output.contains(part), "\(part) in \(good.output)")
    }

    for part in [
      "  claimed: a chain of acme/api#41 (#", "repository acme/api", "not that no others are",
      "nobody signed it",
    ] {
      #expect(good.output.contains(part), "\(part) in \(good.output)")
    }
    let honest = try JSON.parse(Array(try Data(contentsOf: URL(filePath: file))))
    for (what, forged) in try forgeries(honest) {
      try Data(forged.canonicalBytes).write(to: URL(filePath: file))
      let found = try await bench.run(check)
      #expect(found.status == 12, "\(what): \(found.output)\(found.errors)")
    }
    try await claims(of: honest, file, check, bench)
    try await bench.ended()
  }

  /// What nobody signed is never said as if it had been checked.
  private func claims(
    of honest: JSON, _ file: String, _ check: [String], _ bench: Bench
  ) async throws {
    let invented = JSON.object(
      (honest.object ?? [:]).merging(["reference": "api@prod", "missing": ["no gate was asked"]]) {
        $1
      })
    try Data(invented.canonicalBytes).write(to: URL(filePath: file))
    let text = try await bench.run(check)
    #expect(text.status == 0, "\(text.errors)")
    for part in [
      "  claimed: a chain of api@prod (no entry alone can show that)\n",
      "  claimed: no gate was asked\n",
    ] { #expect(text.output.contains(part), "\(part) in \(text.output)") }
    let json = try JSON.parse(Array(try await bench.run(check + ["--json"]).output.utf8))
    #expect(json["reference"] == nil && json["missing"] == nil)
    #expect(json.at("claimed", "reference") == "api@prod")
    #expect(json.at("claimed", "reference_entry") == .null)
    #expect(json.at("claimed", "missing") == ["no gate was asked"])
  }

  private func forgeries(_ honest: JSON) throws -> [(String, JSON)] {
    let links = try #require(honest["links"]?.array)
    let entries = try #require(honest["entries"]?.array)
    let first = try #require(links.first)
    func with(_ name: String, _ value: JSON) -> JSON {
      .object((honest.object ?? [:]).merging([name: value]) { $1 })
    }
    let other = JSON.object((first.object ?? [:]).merging(["target": "deploy:1/1"]) { $1 })
    let moved = JSON.object(
      (entries[0].object ?? [:]).merging(["index": entries[1]["index"] ?? .null]) { $1 })
    let swapped = JSON.object(
      (entries[0].object ?? [:]).merging(["bytes": entries[1]["bytes"] ?? .null]) { $1 })
    return [
      ("a link that leads elsewhere", with("links", .array([other] + links.dropFirst()))),
      (
        "no entries at all",
        .object((honest.object ?? [:]).merging(["entries": [], "links": []]) { $1 })
      ),
      ("entries left out", with("entries", .array([entries[0]]))),
      ("an entry at another place", with("entries", .array([moved] + entries.dropFirst()))),
      ("another entry's bytes", with("entries", .array([swapped] + entries.dropFirst()))),
      ("a chain of another pull request", with("reference", "acme/api#42")),
      ("a chain of another commit", with("reference", "sha:000000")),
      ("another form", with("schema", "ledger.chain-proof/9")),
    ]
  }

  @Test("what cannot be proved, and how that ends")
  func refusals() async throws {
    let bench = try await Bench()
    let unsigned = try await bench.ledger.run(["token", "create", "--name", "t", "--scope", "read"])
    #expect(unsigned.status == 0)
    #expect(try await bench.ledger.run(["prove", "0"]).status == 3)
    try await bench.ledger.initialize()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    for delivery in Story.release(start: TestPull.start).deliveries {
      try await server.send(delivery)
    }
    #expect(await server.stop() == 0)
    for (arguments, status) in [
      (["prove", "0"], 0), (["prove", "99999"], 3), (["prove", "sha:000000"], 3), (["prove"], 2),
      (["prove", "1", "--check", "x"], 2), (["prove", "1", "--chain", "--entry", "x"], 2),
      (["prove", "api@production"], 2), (["prove", "1", "--json"], 2),
    ] as [([String], Int32)] {
      let result = try await bench.ledger.run(arguments)
      #expect(result.status == status, "\(arguments): \(result.errors)")
    }
    let several = try await bench.ledger.run(["prove", "api@production"])
    #expect(several.errors.contains("rests on") && several.errors.contains("--chain"))
    let nowhere = try await bench.run(["prove", "--check", "/nowhere", "--vkey", "x"])
    #expect(nowhere.status == 1 && nowhere.errors.contains("hint: "))
    #expect(try await bench.ledger.run(["prove", "1", "--cosigned"]).status == 3)
    try await bench.ended()
  }
}
