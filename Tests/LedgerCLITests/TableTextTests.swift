import Ledger
import Reports
import Testing

@testable import LedgerCLI

@Suite struct TableTextTests {
  private let header = [
    "#", "WHEN", "KIND", "OUTCOME", "SERVICE", "ENV", "COMMIT", "PR", "IMAGE", "REVISION", "BY",
    "TOOK", "",
  ]

  private var rows: [[Cell]] {
    let names = [
      "418", "12m ago", "deploy", "↺ rolled back", "支払いサービス-北海道", "production-eu-central-1",
      "9f3c2ab", "#1287", "6c62fb45fe66", "api:56→55", "renovate[bot] 🤖", "3m41s",
      "a note that is far too long for any terminal, with 文字 in it and a line\nend",
    ]
    return [names.map { Cell($0) }, names.map { Cell(String($0.prefix(3))) }]
  }

  @Test(arguments: [1, 10, 40, 80, 200])
  func everyLineFits(_ width: Int) {
    let lines = TableText(header: header, rows: rows).lines(width: width, color: false)
    #expect(lines.count == 3)
    for line in lines { #expect(Text.width(line) <= max(width, 3), "\(line)") }
  }

  @Test func columnsStandInLine() {
    let table = TableText(header: header, rows: rows)
    for width in [80, 200, nil] {
      let lines = table.lines(width: width, color: false)
      // The third column begins where the two before it have ended, wide characters or not.
      for word in ["KIND", "deploy", "dep"] {
        let places = lines.compactMap { line in
          line.range(of: "  \(word)").map { Text.width(String(line[..<$0.lowerBound])) }
        }
        #expect(places.allSatisfy { $0 == places.first }, "\(word) at \(places)")
      }
      let starts = lines.map { line in
        line.range(of: "SERVICE").map { Text.width(String(line[..<$0.lowerBound])) }
          ?? line.range(of: "支").map { Text.width(String(line[..<$0.lowerBound])) }
      }
      #expect(starts.allSatisfy { $0 == starts.first }, "\(starts)")
    }
  }

  @Test func aWideTerminalCutsNothing() {
    let line = TableText(header: header, rows: rows).lines(width: nil, color: false)[1]
    for text in rows[0].map(\.text) { #expect(line.contains(text)) }
    let narrow = TableText(header: header, rows: rows).lines(width: 80, color: false)
    #expect(narrow[0].contains("OUTCOME"))
    #expect(narrow[1].contains("↺ ro"))
    #expect(!narrow[0].contains("TOOK"), "the last columns are left out first")
  }

  @Test func coloursChangeNoWidth() {
    let plain = TableText(header: ["A", "B"], rows: [[Cell("x", .good), Cell("y")]])
    #expect(plain.lines(width: nil, color: false) == ["  A  B", "  x  y"])
    #expect(
      plain.lines(width: nil, color: true)[1] == "  \u{1B}[32mx\u{1B}[0m  y")
  }

  @Test func aHeadingThatIsEscapedIsNotCut() {
    let table = TableText(header: ["a\u{7}", "B"], rows: [[Cell("x"), Cell("y")]])
    #expect(table.lines(width: nil, color: false) == ["  a\\u{7}  B", "  x       y"])
  }

  @Test func whatIsNotThere() {
    let table = TableText(header: ["NAME"], rows: [[Cell(nil)]])
    #expect(table.lines(width: nil, color: false) == ["  NAME", "  -"])
  }
}

@Suite struct SeparatedTests {
  @Test(arguments: [
    (["a", "", "c"], "a,,c"), (["a,b"], "\"a,b\""), (["say \"hi\""], "\"say \"\"hi\"\"\""),
    (["two\nlines"], "two\\u{a}lines"), (["two\r\nlines"], "two\\u{d}\\u{a}lines"),
    (["\"\u{301},"], "\"\"\"\u{301},\""), (["\u{1B}[2J"], "\\u{1b}[2J"), ([" a "], " a "),
    (["back\\slash"], "back\\\\slash"),
  ])
  func csv(_ fields: [String], _ expected: String) {
    #expect(Separated.csv(fields) == expected)
  }

  @Test(arguments: [
    (["a", "", "c"], "a\t\tc"), (["a\tb"], "a\\u{9}b"), (["two\nlines"], "two\\u{a}lines"),
    (["\u{1B}[2J"], "\\u{1b}[2J"), (["back\\u{9}slash"], "back\\\\u{9}slash"),
    (["\"a,b\""], "\"a,b\""),
  ])
  func tsv(_ fields: [String], _ expected: String) {
    #expect(Separated.tsv(fields) == expected)
  }
}
