import Ledger
import LedgerTesting
import Testing

@testable import Webhooks

@Suite("Who lets a job deploy")
struct PermissionTests {
  @Test("a job that waits for the App")
  func request() throws {
    let entry = try submission(sample("deployment_protection_rule")).entry
    #expect(entry.at == Instant("2026-09-21T14:13:20Z"))
    #expect(
      entry.data
        == expected(
          "requested",
          [
            "environment": "production", "event": "pull_request",
            "sha": .string(Derived.commit("head")), "ref": "main", "run_id": 9_900_000_001,
            "deployment_id": 9_500_000_001, "installation_id": 7_300_000_001, "pulls": [7],
          ]))
  }

  @Test("without a deployment, the commit and ref beside it stand")
  func bare() throws {
    let bare = try #require(
      try SampleTests.samples.first {
        try $0.event == "deployment_protection_rule" && $0.json["deployment"] == .null
      })
    let entry = try submission(bare).entry
    #expect(entry.at == nil && entry.data["deployment_id"] == .null)
    #expect(entry.data["sha"] == .string(Derived.commit("head")) && entry.data["ref"] == "main")
  }

  @Test("the deployment's own commit and ref are not taken")
  func beside() throws {
    let entry = try sample("deployment_protection_rule")
      .entry("deployment.sha", .string(Derived.commit("other")))
    #expect(entry.data["sha"] == .string(Derived.commit("head")))
  }

  static let path = "/repos/acme/api/actions/runs/23625057533/deployment_protection_rule"

  static let addresses: [String] = [
    "https://api.github.com\(path)", "https://ghe.acme.example/api/v3\(path)",
    "http://127.0.0.1:8080\(path)", "https://evil.example\(path)", "https://[::1]\(path)",
    "https://api.github.com\(path)?x=1", "https://api.github.com\(path)#/repos",
  ]

  @Test("the run is in the path of the address, whatever the host", arguments: addresses)
  func run(_ url: String) throws {
    #expect(ProtectionRuleRequestEvent.run(calledBackAt: url) == 23_625_057_533)
    let entry = try sample("deployment_protection_rule").entry(
      "deployment_callback_url", .string(url))
    #expect(entry.data["run_id"] == 23_625_057_533)
    let text = String(decoding: entry.bytes, as: UTF8.self)
    #expect(!text.contains("http") && !text.contains("actions/runs"))
  }

  static let start = "https://api.github.com/repos/acme/api/actions/runs/"
  static let end = "/deployment_protection_rule"

  static let others: [String] = [
    "", "x", path, "//api.github.com\(path)", "https:/api.github.com\(path)",
    "https://api.github.com\(path)/", "https://api.github.com\(path)/x",
    "https://api.github.com\(path)s", "https://api.github.com/?\(path)",
    "https://api.github.com/#\(path)", "https://repos/acme/api/actions/runs/1\(end)",
    "https://api.github.com/repos/acme/actions/runs/1\(end)",
    "https://api.github.com/repos//api/actions/runs/1\(end)",
    "https://api.github.com/repos/acme//actions/runs/1\(end)",
    "https://api.github.com/repos/acme/api/Actions/runs/1\(end)",
    "\(start)\(end)", "\(start)0\(end)", "\(start)01\(end)", "\(start)-1\(end)",
    "\(start)+1\(end)", "\(start)1.0\(end)", "\(start)1e3\(end)", "\(start)%31\(end)",
    "\(start)１\(end)", "\(start)9007199254740993\(end)", "\(start)99999999999999999999\(end)",
  ]

  @Test("in another form it names no run: then the payload's own, or none", arguments: others)
  func noRun(_ url: String) throws {
    #expect(ProtectionRuleRequestEvent.run(calledBackAt: url) == nil)
    let request = try sample("deployment_protection_rule")
    #expect(try request.entry("deployment_callback_url", .string(url)).kind == .undecoded)
    let json = try request.json.replacing(["deployment_callback_url"], with: .string(url))
      .replacing(["workflow_run"], with: ["id": 5])
    let entry = try submission(request.event, json.canonicalBytes).entry
    #expect(entry.data["run_id"] == 5)
  }

  @Test("the address goes before the payload's own run")
  func first() throws {
    let entry = try sample("deployment_protection_rule").entry("workflow_run.id", 5)
    #expect(entry.data["run_id"] == 9_900_000_001)
  }

  @Test("a request to a person")
  func requested() throws {
    let entry = try submission(sample("deployment_review", "requested")).entry
    #expect(entry.at == Instant("2026-09-21T14:14:20Z"))
    #expect(
      entry.data
        == expected(
          "requested",
          [
            "run_id": 9_900_000_001, "environment": "staging", "state": "requested",
            "approver": nil, "since": "2026-09-21T14:14:20Z", "environments": nil,
          ]))
  }

  @Test("the answer; when it was given is not said", arguments: ["approved", "rejected"])
  func answered(_ action: String) throws {
    let entry = try submission(sample("deployment_review", action)).entry
    #expect(entry.at == nil)
    #expect(
      entry.data
        == expected(
          action,
          [
            "run_id": 9_900_000_001, "environment": nil, "state": .string(action),
            "approver": 8_000_000_002, "since": "2026-09-21T14:14:20Z", "sender": 8_000_000_002,
            "environments": ["staging", "production"],
          ]))
  }

  @Test("what the reviewer wrote is not in the entry")
  func comment() throws {
    let review = try sample("deployment_review", "approved")
    let comment = try #require(try review.json["comment"]?.string)
    let text = String(decoding: try submission(review).entry.bytes, as: UTF8.self)
    #expect(!comment.isEmpty && !text.contains(comment))
  }
}
