import Ledger
import Testing

@testable import LedgerCLI

@Suite struct TextTests {
  @Test(arguments: [
    ("plain text, naïve, 文字, 🚀", "plain text, naïve, 文字, 🚀"),
    ("\u{1B}[31mred\u{1B}[0m", "\\u{1b}[31mred\\u{1b}[0m"), ("two\nlines", "two\\u{a}lines"),
    ("\r\n\t", "\\u{d}\\u{a}\\u{9}"), ("\u{0}\u{7F}\u{9B}", "\\u{0}\\u{7f}\\u{9b}"),
    ("main\u{202E}gnp.exe", "main\\u{202e}gnp.exe"),
    ("a\u{200F}b\u{2066}c", "a\\u{200f}b\\u{2066}c"),
    ("a\u{2028}b\u{2029}", "a\\u{2028}b\\u{2029}"), ("zero\u{200B}width", "zero\\u{200b}width"),
    ("\u{FEFF}mark", "\\u{feff}mark"), ("👩\u{200D}🚀", "👩\u{200D}🚀"),
  ])
  func whatATerminalMayNotSee(_ text: String, _ expected: String) {
    #expect(Text.safe(text) == expected)
    #expect(Cell(text).text == expected)
  }

  @Test(arguments: [
    ("", 0), ("abc", 3), ("文字", 4), ("ｗｉｄｅ", 8), ("한글", 4), ("🚀", 2), ("👩\u{200D}🚀", 2),
    ("e\u{301}", 1), ("✓ ok", 4), ("✅", 2), ("⚡", 2), ("🇩🇪", 2), ("❤\u{FE0F}", 2), ("…", 1),
  ])
  func widths(_ text: String, _ width: Int) {
    #expect(Text.width(text) == width)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "ab…ef"), ("abcdef", 4, "a…ef"), ("abcdef", 2, "…f"),
    ("abcdef", 1, "…"), ("abcdef", 0, ""), ("文字文字", 8, "文字文字"), ("文字文字", 7, "文…字"),
    ("文字文字", 6, "文…字"), ("文字", 2, "…"),
  ])
  func shortened(_ text: String, _ width: Int, _ expected: String) {
    let short = Text.shortened(text, to: width)
    #expect(short == expected)
    #expect(Text.width(short) <= width)
  }

  @Test func padded() {
    #expect(Text.padded("文", to: 4) == "文  ")
    #expect(Text.padded("abc", to: 2) == "abc")
  }

  @Test(
    arguments: [
      (0, "0s ago"), (59.9, "59s ago"), (60, "1m ago"), (3_599, "59m ago"), (3_600, "1h ago"),
      (86_399, "23h ago"), (86_400, "1d ago"), (400 * 86_400, "400d ago"), (-1, "in 1s"),
      (-7_200, "in 2h"),
    ] as [(Double, String)])
  func relativeTimes(_ seconds: Double, _ expected: String) {
    let now = Instant(seconds: 1_795_000_000)
    #expect(When.relative(now.adding(seconds: -seconds), to: now) == expected)
  }

  @Test(arguments: [
    (0, "0s"), (59, "59s"), (60, "1m00s"), (221, "3m41s"), (3_599, "59m59s"), (3_600, "1h00m"),
    (3_720, "1h02m"), (90_000, "25h00m"),
  ])
  func durations(_ seconds: Int64, _ expected: String) {
    #expect(When.duration(seconds) == expected)
  }
}
