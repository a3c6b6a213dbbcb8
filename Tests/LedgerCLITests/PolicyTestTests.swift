import Foundation
import Gates
import Ledger
import Testing

@testable import LedgerCLI

@Suite struct PolicyTestTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardizedFileURL

  private static func inFolder<Answer>(
    _ files: [String: String], _ body: (URL) throws -> Answer
  ) throws -> Answer {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "ledger-cases-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
      do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
    }
    for (name, text) in files {
      try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }
    return try body(folder)
  }

  @Test func theShippedExampleHolds() throws {
    let file = Self.root.appending(path: "examples/policy-tests.yaml").path
    let run = try PolicyTestCommand.run(file)
    #expect(run.results.count > 8)
    #expect(run.results.compactMap(\.difference) == [])
  }

  private static let policy = """
    version: 1
    gates: {merge: {branches: [main], checks: [{name: test, app: github-actions}]}}
    """

  @Test func whatFailsIsSaid() throws {
    let cases = """
      policy: ledger.yaml
      cases:
        - name: passes
          head: 9123456
          evidence: [{check: test, app: github-actions, conclusion: success}]
          expect: allow
          expect-summary-contains: at 9123456
        - {name: fails, expect: allow}
      """
    let run = try Self.inFolder(["ledger.yaml": Self.policy, "cases.yaml": cases]) {
      try PolicyTestCommand.run($0.appending(path: "cases.yaml").path)
    }
    let named = PolicyTestCommand.Run(file: "cases.yaml", results: run.results)
    #expect(
      PolicyTestCommand.text([named], color: false) == """
        cases.yaml
          ✓ passes  allow
          ✗ fails  expected allow, found pending: waiting for test
        1 of 2 hold

        """)
    let json = PolicyTestCommand.json([named])
    #expect(json["ok"] == false)
    #expect(json["items"]?.array?.map { $0["ok"] } == [true, false])
  }

  @Test func anUnknownKeyHasItsLine() throws {
    let cases = """
      policy: ledger.yaml
      cases:
        - name: x
          expct: allow
          expect: deny
      """
    do {
      try Self.inFolder(["ledger.yaml": Self.policy, "cases.yaml": cases]) {
        _ = try PolicyTestCommand.run($0.appending(path: "cases.yaml").path)
      }
      Issue.record("nothing was wrong")
    } catch let failure as Failure {
      #expect(failure.message.contains("cases.yaml:4: cases[0].expct: is unknown"))
      #expect(failure.hint?.contains("policy-tests.schema.json") == true)
    }
  }

  @Test func whatCheckFinds() throws {
    func find(_ checks: String) throws -> PolicyFinding {
      let text = "version: 1\ngates: {merge: {branches: [main, refs/heads/x], checks: [\(checks)]}}"
      return try Self.inFolder(["ledger.yaml": text]) {
        try PolicyFinding($0.appending(path: "ledger.yaml").path)
      }
    }
    let unpinned = try find("{name: test}")
    #expect(unpinned.errors.count == 1)
    #expect(unpinned.errors.first?.contains("gates.merge.checks[0].app: is missing") == true)
    #expect(unpinned.json["ok"] == false && unpinned.json["hash"] == .null)
    let any = try find("{name: test, any-app: true}")
    #expect(any.errors == [])
    #expect(
      any.warnings.map(\.path) == ["gates.merge.branches[1]", "gates.merge.checks[0].any-app"])
    let advisory = try find("{name: test, app: x, required: false}")
    #expect(advisory.errors.first?.contains("the gate can never open") == true)
    #expect(advisory.json["ok"] == false && advisory.json["hash"] != .null)
  }

  @Test func whatTheTablesSay() throws {
    let answer: JSON = [
      "as_of": "2026-11-20T23:41:07Z", "merges": 132, "open": 1, "denied": 1, "allowed": 0,
      "open_denied": 0, "open_allowed": 0, "cut": false,
      "items": [
        [
          "repository": ["id": "1", "name": "acme/api"], "pull": "7", "change": "denied",
          "merged_at": "2026-11-20T23:41:07Z", "was": "verified", "would_be": "bypass",
          "why": ["lint: failure, newly required"], "entry": "40",
        ],
        [
          "repository": ["id": "1", "name": "acme/api"], "pull": "8", "change": nil,
          "merged_at": nil, "was": "allow", "would_be": "allow", "why": [], "entry": "41",
        ],
      ],
    ]
    #expect(
      SimulationSheet.totals(answer)
        == "132 merges: 1 would have been denied, 0 would have been allowed; "
        + "1 open: 0 would be denied, 0 would be allowed")
    let sheet = SimulationSheet.sheet(SimulationSheet.changes(answer))
    let text = try Rendering(sheet: sheet, style: OutputStyle(format: .tsv)).text()
    #expect(
      text
        == "acme/api#7\t2026-11-20T23:41:07Z\tverified\tbypass\tlint: failure, newly required\t40\n"
    )
  }

  @Test func aPolicyIsShownAsPeopleReadIt() {
    let answer: JSON = [
      "hash": "cafe", "since": "2026-11-20T23:41:07Z", "entry": "3", "file": nil,
      "refused": ["since": "2026-11-21T00:00:00Z"],
      "policy": [
        "version": 1, "gates": ["merge": ["branches": ["main"], "checks": [["name": "a\u{1B}b"]]]],
      ],
    ]
    #expect(
      PolicyShowCommand.text(answer) == """
        # policy cafe
        # in force since 2026-11-20T23:41:07Z, entry #3
        # the file on disk is refused since 2026-11-21T00:00:00Z
        gates:
          merge:
            branches: ["main"]
            checks:
              - name: "a\\u001bb"
        version: 1

        """)
  }
}
