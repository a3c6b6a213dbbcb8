import Ledger
import LedgerTesting
import Testing

@testable import Webhooks

/// GitHub's words change. What is not understood is kept as evidence; what is no JSON is refused.
@Suite("Tolerance")
struct ToleranceTests {
  static let samples = SampleTests.samples

  @Test(
    "an unknown event is kept, undecoded",
    arguments: ["code_scanning_alert", "team_add", "no_such_event", "PUSH", "check-run"])
  func event(_ name: String) throws {
    for body in ["{}", #"{"action": 7, "repository": [], "sender": "x"}"#] {
      let submission = try submission(name, body)
      #expect(submission.entry.kind == .undecoded && submission.entry.data == [:])
      #expect(submission.evidence?.bytes == Array(body.utf8) && submission.people.isEmpty)
    }
  }

  @Test("an unknown action is an entry like any other", arguments: samples)
  func action(_ sample: WebhookDelivery) throws {
    for action: JSON in ["no_such_action", 7, nil, ["a"], [:]] {
      let json = try sample.json.replacing(["action"], with: action)
      let entry = try submission(sample.event, json.canonicalBytes).entry
      #expect(entry.kind == Mapping.kinds[sample.event])
      #expect(entry.data["action"] == (action.string.map(JSON.string) ?? .null))
    }
  }

  static let words = [
    ("check_run", ["check_run", "status"], "status"),
    ("check_run", ["check_run", "conclusion"], "conclusion"),
    ("check_suite", ["check_suite", "conclusion"], "conclusion"), ("status", ["state"], "state"),
    ("workflow_run", ["workflow_run", "conclusion"], "conclusion"),
    ("workflow_run", ["workflow_run", "event"], "event"),
    ("workflow_job", ["workflow_job", "status"], "status"),
    ("pull_request", ["pull_request", "state"], "state"),
    ("deployment_status", ["deployment_status", "state"], "state"),
    ("package", ["package", "package_type"], "type"),
    ("merge_group", ["reason"], "reason"), ("deployment_review", ["action"], "state"),
    ("deployment_protection_rule", ["event"], "event"),
    (
      "branch_protection_rule", ["rule", "required_status_checks_enforcement_level"], "enforcement"
    ),
    ("repository_ruleset", ["repository_ruleset", "enforcement"], "enforcement"),
    ("repository_ruleset", ["repository_ruleset", "target"], "target"),
  ]

  @Test("a NUL, which some would read as the end of a word, makes it undecoded", arguments: words)
  func null(_ event: String, _ path: [String], _ key: String) throws {
    let sample = try #require(ToleranceTests.samples.first { $0.event == event })
    let json = try sample.json.replacing(path, with: "success\u{0}not")
    #expect(try submission(event, json.canonicalBytes).entry.kind == .undecoded)
  }

  @Test("an unknown word is kept verbatim", arguments: words)
  func word(_ event: String, _ path: [String], _ key: String) throws {
    let sample = try #require(ToleranceTests.samples.first { $0.event == event })
    for word in ["brand_new", "SUCCESS", " success", "", "☃\u{1}\n"] {
      let json = try sample.json.replacing(path, with: .string(word))
      let entry = try submission(event, json.canonicalBytes).entry
      #expect(entry.kind == Mapping.kinds[event] && entry.data[key] == .string(word))
    }
  }

  static let needed = [
    ("check_run", ["check_run", "id"]), ("check_run", ["check_run", "head_sha"]),
    ("check_run", ["check_run", "name"]), ("check_run", ["check_run", "status"]),
    ("check_run", ["check_run"]), ("check_suite", ["check_suite", "id"]),
    ("status", ["sha"]), ("status", ["state"]), ("status", ["context"]),
    ("pull_request", ["pull_request", "number"]), ("push", ["ref"]), ("push", ["after"]),
    ("pull_request", ["pull_request", "head", "sha"]),
    ("pull_request", ["pull_request", "base", "ref"]),
    ("workflow_run", ["workflow_run", "head_sha"]), ("workflow_job", ["workflow_job", "run_id"]),
    ("deployment", ["deployment", "sha"]), ("deployment", ["deployment", "environment"]),
    ("deployment_status", ["deployment_status", "state"]),
    ("package", ["package", "package_version"]), ("release", ["release", "tag_name"]),
  ]

  @Test("without a field that it needs, or with nonsense there, it is undecoded", arguments: needed)
  func missing(_ event: String, _ path: [String]) throws {
    let sample = try #require(ToleranceTests.samples.first { $0.event == event })
    for value: JSON? in [nil, .null, [], true] {
      let json = try sample.json.replacing(path, with: value)
      let submission = try submission(event, json.canonicalBytes)
      #expect(submission.entry.kind == .undecoded)
      #expect(submission.evidence?.bytes == json.canonicalBytes)
    }
  }

  @Test("a commit id is 40 lower-case hexadecimal digits")
  func commit() throws {
    let sample = try #require(ToleranceTests.samples.first { $0.event == "check_run" })
    let good = Derived.commit("head")
    for wrong in ["", "main", String(good.dropLast()), good + "0", good.uppercased(), "../" + good]
    {
      let json = try sample.json.replacing(["check_run", "head_sha"], with: .string(wrong))
      #expect(try submission("check_run", json.canonicalBytes).entry.kind == .undecoded)
    }
  }

  @Test("a check name of a megabyte is undecoded, and kept")
  func huge() throws {
    let sample = try #require(ToleranceTests.samples.first { $0.event == "check_run" })
    let json = try sample.json.replacing(
      ["check_run", "name"], with: .string(String(repeating: "n", count: 1 << 20)))
    let submission = try submission("check_run", json.canonicalBytes)
    #expect(submission.entry.kind == .undecoded && submission.entry.bytes.count < 1_000)
    #expect(submission.evidence?.bytes.count ?? 0 > 1 << 20)
  }

  @Test("numbers beyond 2⁵³ and fractions are undecoded")
  func numbers() throws {
    for number in ["9007199254740993", "9223372036854775808", "1.5", "1e3", "-9223372036854775808"]
    {
      let body = #"{"hook_id": 1, "hook": {"type": "x", "events": [\#(number)]}}"#
      #expect(try submission("ping", body).entry.kind == .undecoded)
    }
    let large = #"{"hook_id": 9007199254740992, "hook": {}}"#
    #expect(try submission("ping", large).entry.data["hook_id"] == .int(1 << 53))
  }

  static let refused: [String: [UInt8]] = [
    "empty": [], "white space": Array(" \n".utf8), "array": Array("[]".utf8),
    "text": Array(#""x""#.utf8), "number": Array("1".utf8), "null": Array("null".utf8),
    "true": Array("true".utf8), "cut": Array(#"{"action": "opened""#.utf8),
    "two values": Array("{}{}".utf8), "trailing comma": Array(#"{"a": 1,}"#.utf8),
    "comment": Array("{} // x".utf8), "form": Array("payload=%7B%7D".utf8),
    "duplicate key": Array(#"{"action": "a", "action": "a"}"#.utf8),
    "duplicate key inside": Array(#"{"zen": {"x": [{"a": 1, "a": 2}]}}"#.utf8),
    "duplicate key by escape": Array(#"{"a": 1, "\u0061": 2}"#.utf8),
    "invalid UTF-8": Array(#"{"a": ""#.utf8) + [0xFF] + Array(#""}"#.utf8),
    "overlong UTF-8": Array(#"{"a": ""#.utf8) + [0xC0, 0xAF] + Array(#""}"#.utf8),
    "surrogate": Array(#"{"a": "\ud800"}"#.utf8),
    "byte order mark": [0xEF, 0xBB, 0xBF, 0x7B, 0x7D],
    "depth bomb": Array(repeating: 0x5B, count: 100_000),
    "deep object": Array((String(repeating: #"{"a":"#, count: 70) + "1").utf8),
    "control character": Array("{\"a\": \"\u{1}\"}".utf8), "NaN": Array(#"{"a": NaN}"#.utf8),
  ]

  @Test("what is no JSON object is refused", arguments: refused.keys.sorted())
  func malformed(_ name: String) throws {
    let body = try #require(ToleranceTests.refused[name])
    for event in ["push", "check_run", "no_such_event"] {
      #expect(throws: BodyRefusal.self) { try submission(event, body) }
    }
  }

  @Test("the control: an empty object is not")
  func accepted() throws { #expect(try submission("push", "{}").entry.kind == .undecoded) }

  @Test("G32 times in every shape are one instant")
  func times() throws {
    let sample = try #require(ToleranceTests.samples.first { $0.event == "check_run" })
    for time: JSON in [
      "2026-11-20T23:41:07Z", "2026-11-20T23:41:07+00:00", "2026-11-20T19:41:07-0400",
      "2026-11-20T23:41:07.000Z", "2026-11-21T01:41:07.000+02:00", 1_795_218_067,
    ] {
      let json = try sample.json.replacing(["check_run", "started_at"], with: time)
      let data = try submission("check_run", json.canonicalBytes).entry.data
      #expect(data["started_at"] == "2026-11-20T23:41:07Z")
    }
    for time: JSON in [
      "0001-01-01T00:00:00Z", "2026-11-20 23:41:07", "yesterday", "", nil, true,
      "2026-13-01T00:00:00Z",
    ] {
      let json = try sample.json.replacing(["check_run", "started_at"], with: time)
      #expect(try submission("check_run", json.canonicalBytes).entry.data["started_at"] == .null)
    }
  }
}
