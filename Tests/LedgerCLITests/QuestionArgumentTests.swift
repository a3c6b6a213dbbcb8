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

  /// Beside a place that is named another one would add lines that are not of it; beside a thing
  /// another one leaves none.
  @Test(arguments: [
    ["api@prod", "-e", "dev"], ["api@prod", "-s", "web"], ["api@prod", "-e", "prod", "-e", "dev"],
    ["api", "-s", "web"], ["acme/api#7", "-R", "acme/web"], ["sha:9f3c2ab", "-c", "51e0d77"],
    ["sha256:6c62fb", "--digest", "5d9e41"], ["pr:7", "--pr", "8"],
    ["api@prod@{2026-11-18T14:00:00Z}", "--until", "2026-11-19"],
  ])
  func aSecondPlaceOrThingIsRefused(_ arguments: [String]) async throws {
    let command = try await HistoryCommand.asyncParse(arguments)
    let failure = try #require(throws: Failure.self) { try command.parameters() }
    #expect(failure.code == Exit.usage && failure.hint?.isEmpty == false)
    #expect(failure.message.hasPrefix("\(arguments[0]) names the "), "\(failure.message)")
  }

  @Test(arguments: [
    (["api@prod", "-s", "api", "-e", "prod"], "service=api environment=prod"),
    (["api", "-e", "prod"], "environment=prod service=api"),
    (["sha:9f3c2ab", "-s", "api"], "service=api commit=9f3c2ab"),
    (["sha:9f3c2ab", "-c", "9F3C2AB", "--kind", "deploy"], "kind=deploy commit=9f3c2ab"),
    (["sha:9f3c2ab", "--digest", "6c62"], "digest=sha256:6c62 commit=9f3c2ab"),
    (["api", "--until", "2026-11-19"], "until=2026-11-19T00:00:00Z service=api"),
  ])
  func whatGoesWithAReference(_ arguments: [String], _ expected: String) async throws {
    let command = try await HistoryCommand.asyncParse(arguments)
    let text = try command.parameters().map { "\($0.0)=\($0.1)" }.joined(separator: " ")
    #expect(text == expected)
  }

  /// As LEDGER_SERVICE, LEDGER_COMMIT and their like give them.
  @Test(arguments: [
    ("api@prod", ["kind=deploy", "service=api", "environment=prod"]),
    ("sha:9f3c2ab", ["kind=deploy", "commit=9f3c2ab"]),
  ])
  func theEnvironmentChangesNoReference(_ text: String, _ expected: [String]) throws {
    let meant = try ReferenceFilter.parameters(text, now: now)
    let filters = [
      ("service", "web"), ("environment", "dev"), ("repository", "acme/web"), ("kind", "deploy"),
      ("commit", "51e0d77"), ("digest", "sha256:5d9e41"), ("pull", "7"),
    ]
    let joined = try ReferenceFilter.joined(text, meant, filters, flags: [])
    #expect(joined.map { "\($0.0)=\($0.1)" } == expected)
  }

  @Test(arguments: [
    ("failed", "failure"), ("canceled", "cancelled"), ("succes", "success"),
    ("rollback", "rolled-back"), ("in-progress", "in_progress"), ("Failure", "failure"),
  ])
  func anOutcomeThatNobodyKnowsIsDoubted(_ word: String, _ meant: String) throws {
    let doubt = try #require(LineFilters.doubt(["success", word]))
    #expect(doubt.hasPrefix("--outcome \(word) is no usual word; did you mean \(meant)?\n"))
    #expect(doubt.contains("rolled-back, in_progress"))
    #expect(LineFilters.doubt(["xyz"])?.hasPrefix("--outcome xyz is no usual word\n") == true)
    #expect(LineFilters.doubt(HistoryRow.outcomes) == nil)
    #expect(!HistoryCommand.helpMessage().contains("superseded"))
  }

  @Test(arguments: [
    (1, "more than 1; --limit 5"), (20, "more than 20; --limit 100"),
    (500, "more than 500; --limit 1000"),
    (1_000, "more than 1000; a longer text finds fewer"),
  ])
  func whatASearchLeavesOut(_ limit: Int, _ expected: String) {
    #expect(SearchCommand.more(than: limit) == expected)
  }

  @Test(arguments: ["x", "", "acme/api#", "-1", "pr:"]) func noPullRequest(_ text: String) {
    #expect(throws: Failure.self) { try LineFilters.pull(text) }
  }

  @Test func contradictingFlagsAreRefused() {
    #expect(throws: (any Error).self) { try OutputOptions.parse(["--utc", "--local"]) }
    #expect(throws: (any Error).self) { try OutputOptions.parse(["--relative", "--absolute"]) }
  }
}

/// What has no columns is not printed as if nobody had asked for them.
@Suite struct ColumnTests {
  private func refusal(_ arguments: [String]) async -> String? {
    do {
      _ = try await GateMergeCommand.asyncParse(["--pr", "acme/api#7"] + arguments)
      return nil
    } catch { return GateMergeCommand.message(for: error) }
  }

  @Test(arguments: ["csv", "tsv", "md"]) func aVerdictIsNoSheet(_ format: String) async throws {
    let sentence = try #require(await refusal(["-o", format]))
    #expect(sentence.contains("json"), "\(sentence)")
  }

  @Test func aVerdictHasNoFields() async throws {
    let sentence = try #require(await refusal(["--json", "--fields", "state"]))
    #expect(sentence.contains("use --json"), "\(sentence)")
    let help = GateMergeCommand.helpMessage()
    #expect(!help.contains("csv") && !help.contains("--fields") && !help.contains("--no-trunc"))
  }

  @Test(arguments: [["--json"], ["-o", "json"], ["-o", "ndjson"], ["-o", "table"]])
  func theFormsOfAVerdict(_ arguments: [String]) async throws {
    let command = try await GateMergeCommand.asyncParse(["--pr", "acme/api#7"] + arguments)
    let wantsJSON = try command.output.style().wantsJSON
    #expect(wantsJSON != arguments.contains("table"))
  }

  @Test(arguments: [
    ["-o", "csv"], ["-o", "tsv"], ["-o", "md"], ["--fields", "id"], ["--json", "--fields", "id"],
  ])
  func whatIsNoLineIsNoSheet(_ arguments: [String]) throws {
    let output = try OutputOptions.parse(arguments)
    let failure = try #require(throws: Failure.self) { try output.refuseColumns(of: "an entry") }
    #expect(failure.code == Exit.usage && failure.hint?.contains("--json") == true)
  }

  @Test(arguments: [["--json"], ["-o", "ndjson"], ["-o", "wide"], ["-o", "csv", "--json"]])
  func textAndJSONAreNot(_ arguments: [String]) throws {
    try OutputOptions.parse(arguments).refuseColumns(of: "an entry")
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
