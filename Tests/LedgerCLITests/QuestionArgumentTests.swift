import Foundation
import Ledger
import Testing

@testable import LedgerCLI

private let now = Instant(seconds: 1_795_000_000)

@Suite struct QuestionArgumentTests {
  @Test(arguments: [
    ("a", "b", "a", "b"), ("api@prod..api@staging", nil, "api@prod", "api@staging"),
    ("api@prod@{1.week.ago}..", nil, "api@prod@{1.week.ago}", "api@prod"),
    ("api@prod~3..", nil, "api@prod~3", "api@prod"),
    ("sha:9f3c2ab..sha:51e0d77", nil, "sha:9f3c2ab", "sha:51e0d77"),
  ])
  func bothEnds(_ from: String, _ to: String?, _ left: String, _ right: String) throws {
    let ends = try DiffCommand.ends(from, to)
    #expect(ends == (left, right))
  }

  @Test(arguments: ["api@prod", "..api@prod", ""]) func oneEndIsMissing(_ text: String) {
    #expect(throws: Failure.self) { try DiffCommand.ends(text, nil) }
  }

  @Test(arguments: [
    ("api", ["service=api"]), ("api@prod", ["service=api", "environment=prod"]),
    ("sha:9F3C2AB", ["commit=9f3c2ab"]), ("sha256:6c62fb", ["digest=sha256:6c62fb"]),
    ("pr:1287", ["pull=1287"]), ("acme/api#1287", ["repository=acme/api", "pull=1287"]),
    ("td:api:57", ["revision=api:57"]),
    (
      "api@prod@{2026-11-18T14:00:00Z}",
      ["service=api", "environment=prod", "until=2026-11-18T14:00:00.000001Z"]
    ),
  ])
  func aReferenceAsAFilter(_ text: String, _ expected: [String]) throws {
    let parameters = try ReferenceFilter.parameters(text, now: now)
    #expect(parameters.map { "\($0.0)=\($0.1)" } == expected)
  }

  @Test(arguments: ["418", "#418", "api@prod~1"]) func whatMeansOneLine(_ text: String) throws {
    let failure = try #require(throws: Failure.self) {
      try ReferenceFilter.parameters(text, now: now)
    }
    #expect(failure.code == Exit.usage && failure.hint?.contains("ledger show") == true)
  }

  @Test func whatIsNoReference() throws {
    let refusal = try #require(throws: Refusal.self) {
      try ReferenceFilter.parameters("a@b@c", now: now)
    }
    #expect(refusal.code == "invalid_parameter")
  }

  @Test(arguments: [
    (["--pr", "1287"], "pull=1287"), (["--pr", "#1287"], "pull=1287"),
    (["--pr", "pr:1287"], "pull=1287"),
    (["--pr", "acme/api#1287"], "repository=acme/api pull=1287"),
    (["-c", "sha:9F3C"], "commit=9f3c"), (["--commit", "9f3c"], "commit=9f3c"),
    (["--digest", "6C62"], "digest=sha256:6c62"),
    (["--digest", "sha256:6c62"], "digest=sha256:6c62"),
    (["-u", "mia", "--actor", "id:7"], "actor=mia actor=id:7"),
    (["--outcome", "failure", "-R", "acme/api"], "repository=acme/api outcome=failure"),
    (
      ["--since", "2026-11-18", "--until", "2026-11-19"],
      "since=2026-11-18T00:00:00Z until=2026-11-19T00:00:00Z"
    ),
    (["--since", "1h"], "since=\(now.adding(seconds: -3_600))"),
  ])
  func filters(_ arguments: [String], _ expected: String) async throws {
    let command = try await HistoryCommand.asyncParse(arguments)
    let text = try command.lines.parameters(now: now).map { "\($0.0)=\($0.1)" }.joined(
      separator: " ")
    #expect(text == expected)
  }

  @Test(arguments: ["x", "", "acme/api#", "-1", "pr:"]) func noPullRequest(_ text: String) {
    #expect(throws: Failure.self) { try LineFilters.pull(text) }
  }

  @Test func contradictingFlagsAreRefused() {
    #expect(throws: (any Error).self) { try OutputOptions.parse(["--utc", "--local"]) }
    #expect(throws: (any Error).self) { try OutputOptions.parse(["--relative", "--absolute"]) }
  }
}

@Suite struct CompletionTests {
  @Test(arguments: [
    (["ledger", "history", "--db", "a.sqlite", "-s"], "file a.sqlite"),
    (["ledger", "--db=b.sqlite"], "file b.sqlite"),
    (["ledger", "show", "--server", "http://x", ""], "server http://x"),
    (["ledger", "show", "--server=http://y"], "server http://y"),
    (["ledger", "show", "--db"], "file ledger.sqlite"),
  ])
  func theLineNamesTheLedger(_ words: [String], _ expected: String) throws {
    switch try Completions.place(words) {
    case .file(let path): #expect("file \(path)" == expected)
    case .server(let url): #expect("server \(url)" == expected)
    }
  }

  @Test func namesAreKeptForAMinute() throws {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "ledger-cache-\(UUID().uuidString)/ledger")
    let cache = NamesCache(directory, key: "http://x")
    #expect(cache.answer(now: now) == nil)
    cache.keep(["services": ["api"]], now: now)
    #expect(cache.answer(now: now.adding(seconds: 59))?.list("services") == ["api"])
    #expect(cache.answer(now: now.adding(seconds: 60)) == nil)
    #expect(cache.answer(now: now.adding(seconds: -1)) == nil, "a clock that was set back")
    #expect(NamesCache(directory, key: "http://y").answer(now: now) == nil)
    let files = try FileManager.default.contentsOfDirectory(atPath: directory.path)
    #expect(files.count == 1 && files[0].hasPrefix("names-"))
    try Data("not JSON".utf8).write(to: directory.appending(path: files[0]))
    #expect(cache.answer(now: now) == nil)
    try FileManager.default.removeItem(at: directory.deletingLastPathComponent())
    // A place that cannot be written is no error.
    NamesCache(URL(filePath: "/dev/null/x"), key: "k").keep([:], now: now)
  }

  @Test(arguments: CompletionCommand.Shell.allCases)
  func scriptsCallBack(_ shell: CompletionCommand.Shell) throws {
    let script = CompletionCommand.script(for: shell)
    #expect(script.contains("---completion"))
    #expect(script.contains("history -- --service") || script.contains("history -- -s"))
    #expect(!script.contains("\nnames "), "hidden")
  }
}
