import Ledger
import Testing

@testable import Webhooks

@Suite("The commits of a push")
struct PushTests {
  private func firstCommit(_ times: [JSON?]) throws -> JSON? {
    let commits = times.map { time in time.map { ["timestamp": $0] } ?? [:] as JSON }
    return try sample("push").entry("commits", .array(commits)).data["first_commit_at"]
  }

  @Test("the earliest is kept, in UTC, whatever their order and zones")
  func earliest() throws {
    #expect(
      try firstCommit([
        "2026-09-20T09:00:00Z", "2026-09-20T01:30:00-07:00", "2026-09-20T09:30:00+02:00",
      ]) == "2026-09-20T07:30:00Z")
  }

  @Test("what has no time is passed over, and of none there is none")
  func withoutTime() throws {
    #expect(
      try firstCommit([nil, .null, "yesterday", "2026-09-20T09:00:00Z"]) == "2026-09-20T09:00:00Z")
    #expect(try firstCommit([nil, "0001-01-01T00:00:00Z"]) == .null)
    #expect(try firstCommit([]) == .null)
  }

  @Test(
    "the branch is told where another text may be taken for its name",
    arguments: [
      ("refs/heads/main", nil), ("refs/heads/\u{301}x", "\u{301}x"),
      ("refs/heads/K8s", "K8s"),
      ("refs/heads/caf\u{E9}", "caf\u{E9}"), ("refs/tags/caf\u{E9}", nil), ("caf\u{E9}", nil),
    ] as [(String, String?)])
  func branch(_ ref: String, _ branch: String?) throws {
    let entry = try sample("push").entry("ref", .string(ref))
    #expect(entry.kind == .push && entry.data["branch"]?.string == branch)
  }

  @Test("a list that is none")
  func strange() throws {
    for value: JSON? in [nil, .some(.null), 7, "x", ["timestamp": "2026-09-20T09:00:00Z"]] {
      let entry = try sample("push").entry("commits", value)
      #expect(entry.kind == .push && entry.data["first_commit_at"] == .null)
    }
  }
}
