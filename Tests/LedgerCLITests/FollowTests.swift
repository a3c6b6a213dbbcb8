import Foundation
import Ledger
import Testing

@testable import LedgerCLI

@Suite struct EventParserTests {
  private static let stream = """
    : still here
    id: 7

    event: line
    id: 8
    data: {"a":1}

    data: first
    data:second
    id

    event: lone

    data: x
    retry: 5
    unknown: 1

    data: cut off
    """

  private static let expected = [
    EventParser.Event(name: "line", data: #"{"a":1}"#),
    EventParser.Event(name: "message", data: "first\nsecond"),
    EventParser.Event(name: "message", data: "x"),
  ]

  @Test(arguments: ["\n", "\r\n", "\r"], [1, 2, 3, 7, 1_000])
  func linesEndInThreeWays(_ end: String, _ size: Int) {
    let bytes = Array(Self.stream.replacing("\n", with: end).utf8)
    var parser = EventParser()
    var events: [EventParser.Event] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      events += parser.take(bytes[start..<min(start + size, bytes.count)])
    }
    #expect(events == Self.expected)
    #expect(parser.lastID == "", "an id without a value takes it back")
  }

  @Test func thePlaceMovesWithoutAnEvent() {
    var parser = EventParser(lastID: "3")
    #expect(parser.lastID == "3")
    #expect(parser.take(Array(": still here\nid: 9\n\n".utf8)).isEmpty)
    #expect(parser.lastID == "9")
    _ = parser.take(Array("id: 1\u{0}2\n\n".utf8))
    #expect(parser.lastID == "9", "an id with a NUL is none")
  }
}

@Suite struct EventPlaceTests {
  /// HTML Living Standard, 9.2.6: an event that was cut off is sent again.
  @Test func itMovesWhenAnEventIsComplete() {
    var parser = EventParser(lastID: "3")
    #expect(parser.take(Array("id: 9\nevent: line\ndata: x\n".utf8)).isEmpty)
    #expect(parser.lastID == "3", "its data were never told")
    #expect(parser.take([10]).map(\.data) == ["x"])
    #expect(parser.lastID == "9")
    _ = parser.take(Array("id: 10\n\nid: 11\n".utf8))
    #expect(parser.lastID == "10", "without data it is complete all the same")
  }

  @Test func itStaysForEventsThatNameNone() {
    var parser = EventParser(lastID: "3")
    #expect(parser.take(Array("data: x\n\n: still here\n\n".utf8)).count == 1)
    #expect(parser.lastID == "3")
    _ = parser.take(Array("id: 4\n\ndata: y\n\n".utf8))
    #expect(parser.lastID == "4")
  }
}

@Suite struct LiveTextTests {
  private let now = Instant(Answers.asOf) ?? Instant(seconds: 0)

  private func text(_ style: OutputStyle) throws -> String {
    let live = try LiveText(style)
    return live.head
      + Answers.history.list("items").prefix(2).map { live.text($0, now: now) }.joined()
  }

  @Test func rowsOfOneWidth() throws {
    #expect(
      try text(terminal()) == """
          #      WHEN                  KIND     OUTCOME         SERVICE     ENV         COMMIT   PR      IMAGE         REVISION    BY            TOOK
          418    12m ago               deploy   ✓ success       api         prod        9f3c2ab  #1287   6c62fb45fe66  api:57      mia           3m41s
          411    2h ago                deploy   ↺ rolled back   api         prod        51e0d77  #1279   a90bd1173c02  api:56→55   deploybot     1m02s

        """)
  }

  @Test func theSameColumnsAsTheHistory() throws {
    for format in [OutputFormat.tsv, .csv] {
      let whole = try Rendering(sheet: HistorySheet.sheet(Answers.history), style: pipe(format))
        .text()
      #expect(whole.hasPrefix(try text(pipe(format))), "\(format)")
    }
    let lines = try text(pipe(.ndjson)).split(separator: "\n")
    #expect(try JSON.parse(Array(lines[0].utf8)) == Answers.history.list("items")[0])
    #expect(lines.count == 2)
    #expect(try text(pipe(.md)).split(separator: "\n").count == 4)
    let chosen = try text(pipe { $0.fields = ["id", "by"] })
    #expect(chosen == "418\tmia\n411\tdeploybot\n")
    #expect(throws: Failure.self) { try LiveText(pipe { $0.fields = ["nonsense"] }) }
  }
}

@Suite struct PagerTests {
  @Test(
    arguments: [
      (nil, nil, "less -FRX"), (nil, "more", "more"), ("most", "more", "most"), ("", "more", nil),
      (nil, "", nil), ("cat", nil, nil), (" ", nil, nil),
    ] as [(String?, String?, String?)])
  func whichOne(_ own: String?, _ common: String?, _ expected: String?) {
    #expect(Pager.command(own: own, common: common) == expected)
  }

  @Test func itGetsAllOfTheText() throws {
    let file = FileManager.default.temporaryDirectory.appending(
      path: "ledger-pager-\(UUID().uuidString)")
    let text = (1...50_000).map { "line \($0) ✓\n" }.joined()
    #expect(Pager.show(text, with: "cat > '\(file.path)'"))
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
    try FileManager.default.removeItem(at: file)
  }

  @Test func whoLeavesEarlyEndsNothing() {
    #expect(Pager.show(String(repeating: "x\n", count: 500_000), with: "true"))
    #expect(!Pager.show("x", with: "no-such-program-\(UUID().uuidString) 2>/dev/null"))
  }
}
