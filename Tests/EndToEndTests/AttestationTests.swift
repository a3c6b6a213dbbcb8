import Foundation
import GRDB
import Ledger
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("Attestations", .serialized, .timeLimit(.minutes(3)))
struct AttestationTests {
  private static let digest = "sha256:" + String(repeating: "6c", count: 32)
  private static let commit = String(repeating: "9f", count: 20)

  private static let policy = """
    version: 1
    environments: [prod]
    services:
      - {name: api, repositories: [acme/api]}
    gates:
      deploy:
        environments:
          - {environment: prod, attested: verified}
    attestations:
      keys: [build.pem]
      repositories: [acme/api]
    """

  /// - Parameter seed: 1 is the key that is trusted.
  private func prepare(_ bench: Bench, seed: UInt8 = 1) throws {
    let trusted = try SignedProvenance(digest: Self.digest, commit: Self.commit)
    let made = try SignedProvenance(seed: seed, digest: Self.digest, commit: Self.commit)
    for (name, text) in [
      ("build.pem", trusted.pem), ("bundle.json", try made.envelope()),
      ("ledger.yaml", Self.policy),
    ] {
      try text.write(
        to: bench.directory.appending(path: name), atomically: true, encoding: .utf8)
    }
  }

  private func arguments(_ bench: Bench) -> [String] {
    [
      "record", "attestation", "--digest", Self.digest, "--bundle",
      bench.directory.appending(path: "bundle.json").path,
    ]
  }

  @Test("into the file: verified with a policy, vouched without one")
  func file() async throws {
    let bench = try await Bench()
    try prepare(bench)
    try await bench.ledger.initialize()
    let plain = try await bench.ledger.run(arguments(bench))
    #expect(plain.status == 0, "\(plain.errors)")
    #expect(
      plain.output.contains(
        #/^recorded provenance of sha256:6c6c6c6c6c6c… as entry \d+: vouched\n$/#))
    let config = ["--config", bench.ledger.policy]
    let checked = try await bench.ledger.run(arguments(bench) + config + ["--json"])
    #expect(checked.status == 0, "\(checked.errors)")
    #expect(try JSON.parse(Array(checked.output.utf8))["verification"] == "verified")
    let only = try await bench.ledger.run(arguments(bench) + config + ["--check-only"])
    #expect(only.status == 0 && only.output.hasPrefix("verified: key sha256:"))
    let report = try await bench.ledger.run(["verify"])
    #expect(report.status == 0, "\(report.output)\(report.errors)")
    try await bench.ended()
  }

  @Test("one that does not hold is an entry, and exit 12")
  func failed() async throws {
    let bench = try await Bench()
    try prepare(bench, seed: 2)
    try await bench.ledger.initialize()
    let config = ["--config", bench.ledger.policy]
    let result = try await bench.ledger.run(arguments(bench) + config)
    #expect(result.status == 12)
    #expect(result.output.contains(": failed\n"))
    let number = try #require(
      result.output.firstMatch(of: #/as entry (\d+)/#)?.1)
    #expect(
      result.errors == """
        ledger: the attestation does not hold: no trusted key made its signature
        hint: Entry \(number) says so; a deploy gate never counts it.

        """)
    let only = try await bench.ledger.run(arguments(bench) + config + ["--check-only"])
    #expect(only.status == 12)
    #expect(only.output == "failed: no trusted key made its signature\n")
    var wrong = arguments(bench) + config + ["--check-only"]
    wrong[3] = "sha256:abc"
    let noDigest = try await bench.ledger.run(wrong)
    #expect(noDigest.status == 2 && noDigest.errors.contains("is 3 characters, not 64"))
    try await bench.ended()
  }

  @Test("a policy whose keys cannot be read is refused with the line that names them")
  func badKeys() async throws {
    let bench = try await Bench()
    try prepare(bench)
    try "nothing".write(
      to: bench.directory.appending(path: "build.pem"), atomically: true, encoding: .utf8)
    let check = try await bench.run(["policy", "check", bench.ledger.policy])
    #expect(check.status == 1)
    #expect(
      check.errors.contains("ledger.yaml:10: attestations.keys[0]: holds no public key"),
      "\(check.errors)")
    try await bench.ended()
  }

  @Test("on a server: verified, let pass by the gate, and attested by the ledger's own key")
  func server() async throws {
    let bench = try await Bench()
    try prepare(bench)
    try await bench.ledger.initialize()
    let token = try await bench.ledger.run(["token", "create", "--name", "ci", "--scope", "record"])
      .output.trimmingCharacters(in: .whitespacesAndNewlines)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    try await server.send(TestPull(7).opened)
    let variables = ["LEDGER_TOKEN": token, "LEDGER_SERVER": server.url]
    let gate = ["gate", "deploy", "-s", "api", "-e", "prod", "--digest", Self.digest, "--json"]
    let no = try await bench.run(gate, variables)
    let denied = try #require(try JSON.parse(Array(no.output.utf8))["decision"]?.int)
    #expect(no.status == 10)
    let recorded = try await bench.run(arguments(bench), variables)
    #expect(recorded.status == 0, "\(recorded.errors)")
    #expect(recorded.output.hasSuffix(": verified\n"))
    let allowed = try await bench.run(gate, variables)
    #expect(allowed.status == 0, "\(allowed.output)\(allowed.errors)")
    let decision = try #require(try JSON.parse(Array(allowed.output.utf8))["decision"]?.int)
    let summary = try await bench.ledger.run(["attest", "deploy", String(decision)])
    #expect(summary.status == 0, "\(summary.errors)")
    try await check(summary.output, bench)
    let key = bench.ledger.database + ".key"
    let attest = ["attest", "deploy", "#\(decision)", "--server", server.url]
    for (flags, more) in [
      (["--key", key], [:]), ([], ["LEDGER_KEY": key]), ([], ["LEDGER_SIGNING_KEY_FILE": key]),
    ] as [([String], [String: String])] {
      let signed = try await bench.run(
        attest + flags, more.merging(["LEDGER_TOKEN": token]) { $1 })
      #expect(signed.status == 0, "\(flags) \(more): \(signed.errors)")
      try await check(signed.output, bench)
    }
    let missing = try await bench.run(attest + ["--key", "nokey"], ["LEDGER_TOKEN": token])
    #expect(missing.status == 1 && missing.errors.hasPrefix("ledger: there is no key at nokey\n"))
    let other = try await bench.ledger.run(["attest", "deploy", "0"])
    #expect(other.status == 2 && other.errors.contains("is no verdict of the deploy gate"))
    #expect(try await bench.ledger.run(["attest", "deploy", String(denied)]).status == 10)
    #expect(await server.stop() == 0)
    try await forge(decision, bench)
    try await bench.ended()
  }

  /// The signature stands for the log: what somebody wrote into the file is not signed.
  private func forge(_ decision: Int64, _ bench: Bench) async throws {
    let attest = ["attest", "deploy", String(decision)]
    let honest = try Data(contentsOf: URL(filePath: bench.ledger.database))
    func replacing(_ old: String, _ new: String) -> String {
      "UPDATE entries SET bytes = CAST(replace(CAST(bytes AS TEXT), '\(old)', '\(new)') AS BLOB)"
    }
    let forgeries = [
      replacing("6c6c", "adad") + " WHERE idx = \(decision)",
      replacing(#""verified""#, #""vouched""#) + ", leaf = zeroblob(32) "
        + "WHERE kind = 'attestation.recorded.v1'",
    ]
    for sql in forgeries {
      let queue = try DatabaseQueue(path: bench.ledger.database)
      try await queue.write { try $0.execute(sql: sql) }
      try queue.close()
      let forged = try await bench.ledger.run(attest)
      #expect(forged.status == 12 && forged.output.isEmpty, "\(sql): \(forged.output)")
      #expect(forged.errors.contains("does not hold"), "\(forged.errors)")
      try honest.write(to: URL(filePath: bench.ledger.database))
    }
    #expect(try await bench.ledger.run(attest).status == 0)
    let other = PublishedLog(bench: bench, name: "other")
    _ = try await other.initialize()
    func file(_ name: String) -> String { bench.directory.appending(path: name).path }
    let strange = try await bench.ledger.run(attest + ["--key", file("other.sqlite.key")])
    #expect(strange.status == 1 && strange.errors.contains("is not this log's"))
    // A log without any key vouches for nothing.
    let plain = ["--db", file("plain.sqlite")]
    let token = ["token", "create", "--name", "x", "--scope", "read"]
    #expect(try await bench.run(token + plain).status == 0)
    let unsigned = try await bench.run(
      ["attest", "deploy", "0", "--key", file("other.sqlite.key")] + plain)
    #expect(unsigned.status == 3 && unsigned.errors.contains("is not signed"))
  }

  /// By foreign implementations, and by the ledger itself.
  private func check(_ envelope: String, _ bench: Bench) async throws {
    let file = bench.directory.appending(path: "summary.json")
    try envelope.write(to: file, atomically: true, encoding: .utf8)
    let vkey = try await bench.ledger.run(["key", "show"]).output
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let key = try #require(
      vkey.split(separator: "+", maxSplits: 2).last.flatMap { Data(base64Encoded: String($0)) })
    let hex = key.dropFirst().map { String(format: "%02x", $0) }.joined()
    let script = SharedData.support.appending(path: "check_attestation.py").path
    let made = SharedData.support.appending(path: "../../.build/venv/bin/python3").path
    let python = FileManager.default.isExecutableFile(atPath: made) ? made : "python3"
    let child = try Child(
      URL(filePath: "/usr/bin/env"), [python, script, hex, file.path], environment: [:],
      in: bench.directory, name: "python")
    let status = try await child.exit()
    let output = try String(contentsOf: child.output, encoding: .utf8)
    guard status != 77, status != 127 else {
      return print("NOT CHECKED by foreign implementations: Python packages are missing")
    }
    let id = vkey.split(separator: "+")[1]
    #expect(
      output == """
        {"digest": "\(Self.digest.dropFirst(7))", "keys": ["\(id)"], \
        "levels": ["SLSA_BUILD_LEVEL_1"], "result": "PASSED", \
        "type": "https://slsa.dev/verification_summary/v1", \
        "verifier": "https://demo.example/ledger"}

        """)
  }
}
