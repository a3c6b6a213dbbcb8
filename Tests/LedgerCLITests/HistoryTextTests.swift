import Ledger
import Testing

@testable import LedgerCLI

@Suite struct HistoryTextTests {
  private let sheet = HistorySheet.sheet(Answers.history)

  @Test func theSampleOfTheManual() throws {
    try expectText(
      sheet, terminal(),
      """
        #    WHEN     OUTCOME        SERVICE  ENV   COMMIT   PR     IMAGE         REVISION   BY         TOOK
        418  12m ago  ✓ success      api      prod  9f3c2ab  #1287  6c62fb45fe66  api:57     mia        3m41s
        411  2h ago   ↺ rolled back  api      prod  51e0d77  #1279  a90bd1173c02  api:56→55  deploybot  1m02s
        409  2h ago   ✗ failure      api      prod  51e0d77  #1279  a90bd1173c02  api:56     jon        9m58s
        402  1d ago   ⊘ refused      api      prod  c41aa90  #1270  -             -          jon        -      gate: tests missing
        397  2d ago   ✓ success      api      prod  e77b1f0  #1266  77d0aa5b1c9e  api:55     mia        3m20s
        390  3d ago   ✓ success      api      prod  0c9d311  #1261  f1140be2d3aa  api:54     renovate   3m33s
      6 of 132 · as of 2026-11-20 23:41:07Z · deliveries complete to 23:40:52Z        (next: --cursor 390)
      """)
  }

  @Test func aPipeGetsRawColumns() throws {
    let text = try Rendering(sheet: sheet, style: pipe()).text()
    let first = try #require(text.split(separator: "\n").first)
    #expect(
      first.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) == [
        "418", "2026-11-20T23:29:07Z", "success", "api", "prod",
        "9f3c2ab" + String(repeating: "0", count: 33), "1287",
        "sha256:6c62fb45fe66" + String(repeating: "0", count: 52), "api:57", "mia", "221",
        "deploy", "", "acme/api", "", "",
      ])
    #expect(!text.contains("\u{1B}"))
    #expect(text.split(separator: "\n").count == 6)
  }

  @Test func headersForPrograms() throws {
    let names =
      "id,at,outcome,service,environment,commit,pull,digest,revision,by,took_seconds,kind,note,"
      + "repository,previous_revision,conflict"
    let csv = try Rendering(sheet: sheet, style: pipe(.csv)).text()
    #expect(csv.hasPrefix(names + "\n418,2026-11-20T23:29:07Z,success,"))
    let tsv = try Rendering(sheet: sheet, style: pipe(.tsv) { $0.showsHeader = true }).text()
    #expect(tsv.hasPrefix(names.replacing(",", with: "\t") + "\n418\t"))
  }

  @Test func jsonIsTheAnswerItself() throws {
    #expect(
      try Rendering(sheet: sheet, style: pipe(.json)).text()
        == Answers.history.canonicalString + "\n")
    let lines = try Rendering(sheet: sheet, style: pipe(.ndjson)).text().split(separator: "\n")
    #expect(lines.count == 7)
    let trailer = try JSON.parse(Array(try #require(lines.last).utf8))
    #expect(trailer["schema"] == "ledger.trailer/1")
    #expect(trailer["next_cursor"] == "390")
    #expect(trailer["items"] == nil)
    #expect(try JSON.parse(Array(lines[0].utf8)) == Answers.history["items"]?.array?.first)
  }

  @Test func chosenFieldsInEveryForm() throws {
    func text(_ style: OutputStyle) throws -> String {
      var style = style
      style.fields = ["by", "outcome", "note"]
      return try Rendering(sheet: sheet, style: style).text()
    }
    #expect(try text(pipe()).hasPrefix("mia\tsuccess\t\ndeploybot\trolled-back\t\n"))
    #expect(try text(pipe(.csv)).hasPrefix("by,outcome,note\nmia,success,\n"))
    #expect(try text(pipe(.md)).hasPrefix("| BY | OUTCOME | NOTE |\n| --- | --- | --- |\n| mia |"))
    #expect(try text(terminal()).hasPrefix("  BY         OUTCOME        NOTE\n  mia "))
    let json = try JSON.parse(Array(try text(pipe(.json)).utf8))
    #expect(json["total"] == 132)
    #expect(
      json.list("items")[3] == ["by": "jon", "outcome": "refused", "note": "gate: tests missing"])
    #expect(json.list("items")[0] == ["by": "mia", "outcome": "success", "note": nil])
  }

  @Test func anUnknownFieldIsNamedWithTheKnownOnes() throws {
    let style = pipe { $0.fields = ["id", "colour"] }
    let failure = try #require(throws: Failure.self) {
      try Rendering(sheet: sheet, style: style).text()
    }
    #expect(failure.code == Exit.usage)
    #expect(failure.message.contains("colour"))
    #expect(failure.hint?.contains("took_seconds") == true)
  }

  @Test func aContradictionIsMarkedAndExplained() throws {
    let row = Answers.row(
      9, 60, "success",
      ["conflict": "a report says outcome failure", "note": "v1", "kind": "deploy"])
    let sheet = HistorySheet.sheet(Answers.envelope("history", ["items": [row]]))
    let lines = try Rendering(sheet: sheet, style: terminal()).text().split(separator: "\n")
    #expect(lines[1].contains("✓ success !"))
    #expect(lines[1].hasSuffix("! a report says outcome failure · v1"))
  }

  @Test(arguments: [
    ("api:56", "api:55", "rolled-back", "api:56→55"),
    ("web:3", "api:55", "rolled-back", "web:3→api:55"),
    ("api:55", "api:55", "rolled-back", "api:55"), ("api:56", "api:57", "success", "api:57"),
    ("v1", "v2", "rolled-back", "v1→v2"),
  ])
  func fromWhatToWhat(
    _ previous: String, _ revision: String, _ outcome: String, _ expected: String
  ) {
    let row = Answers.row(
      1, 0, .string(outcome),
      ["previous_revision": .string(previous), "revision": .string(revision)])
    #expect(HistorySheet.revision(row) == expected)
  }

  @Test(arguments: [
    ("success", "deploy", "✓ success"), ("failure", "deploy", "✗ failure"),
    ("in_progress", "deploy", "● in_progress"), ("rolled-back", "deploy", "↺ rolled back"),
    ("cancelled", "deploy", "⊘ cancelled"), ("something-new", "deploy", "⊘ something-new"),
    (nil, "deploy", "? unknown"), (nil, "merge", "✓ merged"), (nil, "note", "• note"),
    ("bypass", "merge", "✗ bypass"), ("findings", "scan", "! findings"),
    ("unknown", "deploy", "? unknown"),
  ])
  func everyOutcomeHasASymbolAndAWord(_ word: String?, _ kind: String, _ expected: String) {
    #expect(Outcome.cell(word, kind: kind).text == expected)
  }

  @Test func theFooterSaysWhatIsMissing() throws {
    let answer = Answers.history.with([
      "complete": false, "gaps": [Answers.gap], "total": 10_000, "total_is_minimum": true,
      "next_cursor": nil, "deliveries_to": "2026-11-19T23:40:52Z",
      "deliveries_complete_to": nil,
    ])
    let lines = try Rendering(sheet: HistorySheet.sheet(answer), style: terminal()).text()
      .split(separator: "\n")
    #expect(
      lines.suffix(2) == [
        "6 of 10000+ · as of 2026-11-20 23:41:07Z · last delivery 2026-11-19 23:40:52Z",
        "may be incomplete: nobody compared",
      ])
    let piped = try Rendering(sheet: HistorySheet.sheet(answer), style: pipe(.table)).text()
    #expect(!piped.contains("as of"), "a footer is for terminals")
  }

  @Test func nothingIsNothing() throws {
    let sheet = HistorySheet.sheet(Answers.envelope("history", ["items": []]))
    for format in [OutputFormat.table, .wide, .tsv, .md] {
      #expect(try Rendering(sheet: sheet, style: terminal(format)).text() == "")
    }
  }

  @Test func timesInTheZoneOfTheMachine() throws {
    let style = pipe { $0.zone = Zone { _ in 19_800 } }
    #expect(
      try Rendering(sheet: sheet, style: style).text().hasPrefix("418\t2026-11-21T04:59:07+05:30\t")
    )
    let table = terminal { ($0.zone, $0.isRelative) = (Zone { _ in -3_600 }, false) }
    let text = try Rendering(sheet: sheet, style: table).text()
    #expect(text.contains("  418  2026-11-20T22:29:07-01:00  "))
    #expect(
      text.contains("as of 2026-11-20 22:41:07-01:00 · deliveries complete to 22:40:52-01:00"))
    let json = pipe(.json) { $0.zone = Zone { _ in 3_600 } }
    #expect(
      try Rendering(sheet: sheet, style: json).text() == Answers.history.canonicalString + "\n")
  }

  @Test func wideCutsNothing() throws {
    let text = try Rendering(sheet: sheet, style: terminal(.wide) { $0.width = 40 }).text()
    #expect(text.contains("9f3c2ab" + String(repeating: "0", count: 33)))
    #expect(text.contains("REPOSITORY"))
    #expect(text.contains("KIND"))
    let narrow = try Rendering(sheet: sheet, style: terminal { $0.width = 40 }).text()
    for line in narrow.split(separator: "\n").dropLast() { #expect(Text.width(String(line)) <= 40) }
    let whole = try Rendering(
      sheet: sheet, style: terminal { ($0.width, $0.cutsCells) = (40, false) }
    )
    .text()
    #expect(whole.contains("api:56→55  deploybot"))
  }

  @Test func colourMarksAndNeverSpeaksAlone() throws {
    let text = try Rendering(sheet: sheet, style: terminal { $0.usesColor = true }).text()
    #expect(text.contains("\u{1B}[32m✓ success\u{1B}[0m  "))
    #expect(text.contains("\u{1B}[31m✗ failure\u{1B}[0m"))
    let plain = try Rendering(sheet: sheet, style: terminal()).text()
    var stripped = text
    for code in ["0", "2", "31", "32", "33"] {
      stripped = stripped.replacing("\u{1B}[\(code)m", with: "")
    }
    #expect(stripped == plain)
  }
}
