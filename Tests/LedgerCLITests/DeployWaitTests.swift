import Foundation
import Ledger
import Reports
import SQLiteStore
import Synchronization
import Testing

@testable import LedgerCLI

/// Answers in turn; the last one stays.
private final class Scripted: DeployAsker {
  private let answers: Mutex<[Result<DeployReport, CannotAsk>]>

  init(_ answers: [Result<DeployReport, CannotAsk>]) { self.answers = Mutex(answers) }

  func ask() async throws -> DeployReport {
    try answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }.get()
  }

  func note(_ text: String) async throws {}
}

private func report(_ state: String, isTemporary: Bool = false) -> DeployReport {
  DeployReport(
    data: [
      "service": "api", "environment": "prod", "digest": nil, "commit": nil,
      "state": .string(state), "summary": "soaking", "is_temporary": .bool(isTemporary),
      "findings": [
        [
          "rule": "order", "result": isTemporary ? "pending" : "fail", "word": "soaking",
          "detail": "ran for 1m", "required": true, "entries": [3], "until": nil,
        ]
      ],
    ], decision: 9, decidedAt: Instant(seconds: 0))
}

@Suite struct DeployWaitTests {
  private static let waiting = Result<DeployReport, CannotAsk>.success(
    report("deny", isTemporary: true))
  private static let away = Result<DeployReport, CannotAsk>.failure(CannotAsk(reason: "away"))

  /// What comes of it, and the pauses in between.
  private func run(
    _ answers: [Result<DeployReport, CannotAsk>], for limit: Double
  ) async throws -> (String, [Double]) {
    var (clock, pauses): (Double, [Double]) = (0, [])
    let wait = DeployWait(
      limit: limit, now: { clock },
      sleep: {
        pauses.append($0)
        clock += $0
      }, say: { _ in })
    switch try await wait.run(Scripted(answers)) {
    case .answered(let report): return (report.isAllowed ? "allow" : "deny", pauses)
    case .stillWaiting: return ("waiting", pauses)
    case .unanswered: return ("unanswered", pauses)
    }
  }

  @Test func whatIsFinalIsNotAskedAgain() async throws {
    #expect(try await run([.success(report("allow"))], for: 600) == ("allow", []))
    #expect(try await run([.success(report("deny"))], for: 600) == ("deny", []))
    #expect(try await run([Self.waiting], for: 0) == ("deny", []))
    #expect(try await run([Self.away], for: 0) == ("unanswered", []))
  }

  @Test func itWaitsLongerEachTime() async throws {
    let answers = [Self.waiting, Self.away, Self.waiting, .success(report("allow"))]
    #expect(try await run(answers, for: 600) == ("allow", [2, 4, 8]))
    #expect(try await run([Self.waiting], for: 100) == ("waiting", [2, 4, 8, 16, 30, 30, 10]))
    #expect(try await run([Self.away], for: 5) == ("unanswered", [2, 3]))
  }

  /// What is no answer of a gate is never a yes.
  @Test(
    arguments: [
      [:], ["schema": "ledger.gate.deploy/1"], ["state": "allow"],
      ["schema": "ledger.gate.deploy/1", "state": "maybe", "decided_at": "2026-11-20T10:00:00Z"],
    ] as [JSON])
  func strangeAnswers(_ json: JSON) { #expect(DeployReport(json: json) == nil) }

  @Test func troubleOfTheLedgerIsNoAnswer() async throws {
    let trouble = DeployReport(
      unavailable: "it took too long", asked: [:], now: Instant(seconds: 0))
    #expect(try await run([.success(trouble)], for: 0) == ("unanswered", []))
  }

  /// An allow by an override says so wherever it is read.
  @Test func anAllowByAnOverrideIsNoPlainOne() throws {
    let answer: JSON = [
      "schema": "ledger.gate.deploy/1", "service": "api", "environment": "prod",
      "state": "allow", "summary": "allowed by override #76", "findings": [], "decision": 77,
      "decided_at": "2026-11-20T10:00:00Z", "as_of": "2026-11-20T10:00:01Z", "complete": true,
      "gaps": [],
      "override": [
        "entry": "76", "by": "mia", "reason": "hotfix", "expires_at": "2026-11-20T14:00:00Z",
      ],
    ]
    let report = try #require(DeployReport(json: answer))
    #expect(report.json["override"] == answer["override"])
    #expect(report.json["as_of"] == answer["as_of"])
    let lines = DeployText(report: report).blocks.text(width: nil, color: false)
      .split(separator: "\n")
    #expect(lines.first?.hasPrefix("OVERRIDDEN  api → prod") == true)
    #expect(lines.contains("  override #76 by mia until 2026-11-20T14:00:00Z  hotfix"))
  }

  @Test(
    arguments: [
      [:], ["commit": "abc"], ["digest": "v1"],
      ["digest": .string("sha256:" + String(repeating: "a", count: 64)), "replicas": -1],
    ] as [[String: JSON]])
  func aWrongQuestionIsAMistakeOfTheCommand(_ more: [String: JSON]) throws {
    let body = more.merging(["service": "api", "environment": "prod"]) { $1 }
    let failure = #expect(throws: Failure.self) { try FileDeployAsker.members(body) }
    #expect(failure?.code == Exit.usage)
  }

  @Test func aRefusedScopeIsNamed() {
    let problem: JSON = [
      "code": "scope", "detail": "This API token has the scope read, not override.",
    ]
    let failure = ReportSender.refusal(403, problem)
    #expect(failure.code == Exit.authentication)
    #expect(failure.hint?.hasSuffix("ledger token create --scope override") == true)
  }

  @Test func gitHubKeepsThreeDays() throws {
    for since in ["2d", "3d", "72h"] { try ReconcileCommand.check(since) }
    for since in ["4d", "10d"] {
      let failure = #expect(throws: Failure.self) { try ReconcileCommand.check(since) }
      #expect(failure?.code == Exit.usage)
    }
  }

  @Test func aFileThatIsNotThereIsNotAGateThatIsAway() async throws {
    let body: [String: JSON] = [
      "service": "api", "environment": "prod",
      "commit": .string(String(repeating: "a", count: 40)),
    ]
    let asker = FileDeployAsker(path: "/nowhere/ledger.sqlite", body: body)
    await #expect(throws: StartupRefused.noDatabase(path: "/nowhere/ledger.sqlite")) {
      _ = try await DeployWait(limit: 0).run(asker)
    }
  }

  @Test func theTextNamesRuleAndOverride() {
    let text = DeployText(report: report("deny")).blocks.text(width: nil, color: false)
    let lines = text.split(separator: "\n")
    #expect(lines.first?.hasPrefix("DENIED  api → prod") == true)
    #expect(lines.dropFirst().first?.contains("✗ order") == true)
    #expect(lines.last?.contains("ledger gate override 9 --reason") == true)
  }
}
