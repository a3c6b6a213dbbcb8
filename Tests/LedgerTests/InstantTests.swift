import Ledger
import LedgerTesting
import Testing

@Suite struct InstantTests {
  // MARK: reading

  /// Every shape that GitHub's payloads were seen to hold.
  @Test(
    arguments: [
      ("2019-05-15T15:20:41Z", "2019-05-15T15:20:41Z"),
      ("2019-05-15T15:20:33.000Z", "2019-05-15T15:20:33Z"),
      ("2019-05-15T15:20:55+00:00", "2019-05-15T15:20:55Z"),
      ("2021-08-19T12:16:32.000-04:00", "2021-08-19T16:16:32Z"),
      ("2021-08-19T12:16:32-0400", "2021-08-19T16:16:32Z"),
      ("2021-08-19t12:16:32Z", nil), ("2021-08-19 12:16:32Z", "2021-08-19T12:16:32Z"),
      ("2021-08-19T12:16:32z", "2021-08-19T12:16:32Z"),
      ("2021-01-01T00:30:00+05:30", "2020-12-31T19:00:00Z"),
      ("2021-12-31T23:59:59.5-00:01", "2022-01-01T00:00:59.500000Z"),
      ("2021-08-19T12:16:32.1234567Z", "2021-08-19T12:16:32.123456Z"),
      ("2021-08-19T12:16:32.000001Z", "2021-08-19T12:16:32.000001Z"),
      ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
      ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
      ("0002-01-01T00:00:00Z", "0002-01-01T00:00:00Z"),
    ] as [(String, String?)])
  func reads(text: String, written: String?) {
    #expect(Instant(text)?.description == written)
  }

  @Test(arguments: [
    "", "2018-04-25 20:42:10", "2018-04-25T20:42:10", "2018-04-25", "0001-01-01T00:00:00Z",
    "0000-12-31T00:00:00Z", "0002-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
    "9999-12-31T23:59:60Z", "2018-13-01T00:00:00Z", "2018-00-01T00:00:00Z",
    "2018-01-00T00:00:00Z", "2018-01-32T00:00:00Z", "2018-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z", "2018-04-31T00:00:00Z", "2018-01-01T24:00:00Z",
    "2018-01-01T00:60:00Z", "2018-01-01T00:00:61Z", "2018-01-01T00:00:00.Z",
    "2018-01-01T00:00:00+", "2018-01-01T00:00:00+0", "2018-01-01T00:00:00+24:00",
    "2018-01-01T00:00:00+01:60", "2018-01-01T00:00:00 Z", "2018-01-01T00:00:00Zx",
    " 2018-01-01T00:00:00Z", "20180101T000000Z", "2018-1-01T00:00:00Z", "+2018-01-01T00:00:00Z",
    "-001-01-01T00:00:00Z", "２０１８-01-01T00:00:00Z", "12018-01-01T00:00:00Z",
    "2018-01-01T00:00:00+01:", "1558000000", "2018-01-01T00:00:00,5Z",
  ])
  func noUsableInstant(text: String) {
    #expect(Instant(text) == nil)
  }

  @Test func unixSecondsAreReadFromJSON() {
    #expect(Instant(json: 1_557_933_641)?.description == "2019-05-15T15:20:41Z")
    #expect(Instant(json: 0)?.description == "1970-01-01T00:00:00Z")
    #expect(Instant(json: -1)?.description == "1969-12-31T23:59:59Z")
    #expect(Instant(json: "2019-05-15T15:20:41Z") == Instant(seconds: 1_557_933_641))
    for json: JSON? in [nil, .null, true, [], [:], .number("1.5"), "1557933641"] {
      #expect(Instant(json: json) == nil)
    }
  }

  /// A number from a payload must neither overflow nor make a year that cannot be read back.
  @Test(arguments: [
    Int64.max, .min, 1 << 53, -(1 << 53), 9_223_372_036_855, 253_402_300_800, -62_104_060_801,
    1_557_933_641_000,
  ])
  func absurdSecondsAreNone(seconds: Int64) {
    #expect(Instant(json: .int(seconds)) == nil)
  }

  @Test func theEdgesOfTheRangeAreReadable() {
    #expect(Instant(json: 253_402_300_799)?.description == "9999-12-31T23:59:59Z")
    #expect(Instant(json: -62_104_060_800)?.description == "0002-01-01T00:00:00Z")
  }

  // MARK: writing

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00.000001Z"),
      (-1, "1969-12-31T23:59:59.999999Z"), (-1_000_000, "1969-12-31T23:59:59Z"),
      (951_782_399_000_000, "2000-02-28T23:59:59Z"), (951_782_400_000_000, "2000-02-29T00:00:00Z"),
      (951_868_800_000_000, "2000-03-01T00:00:00Z"),
      (1_709_164_800_000_000, "2024-02-29T00:00:00Z"),
      (4_107_542_400_000_000, "2100-03-01T00:00:00Z"),
      (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
      (-2_203_891_200_000_000, "1900-03-01T00:00:00Z"),
      (-11_644_473_600_000_000, "1601-01-01T00:00:00Z"),
      (1_791_000_000_100_000, "2026-10-03T04:00:00.100000Z"),
    ] as [(Int64, String)])
  func writes(microseconds: Int64, text: String) {
    #expect(Instant(microseconds: microseconds).description == text)
    #expect(Instant(text)?.microseconds == microseconds)
  }

  /// Every day from 1600 to 2400, counted here by hand: month lengths and leap years.
  @Test func everyDayOfEightCenturies() throws {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    var seconds: Int64 = -11_676_096_000
    for year in 1600..<2400 {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      for (month, length) in lengths.enumerated() {
        for day in 1...(month == 1 && isLeap ? 29 : length) {
          let date = "\(year)-\(padded(month + 1))-\(padded(day))T00:00:00Z"
          try #require(Instant(date) == Instant(seconds: seconds))
          try #require(Instant(seconds: seconds).description == date)
          seconds += 86_400
        }
      }
    }
    #expect(Instant("2400-01-01T00:00:00Z") == Instant(seconds: seconds))
  }

  @Test func whatIsWrittenIsReadBack() throws {
    var random = SeededGenerator(seed: 1970)
    let range = -62_104_060_800_000_000...253_402_300_799_999_999 as ClosedRange<Int64>
    for _ in 0..<5000 {
      let instant = Instant(microseconds: .random(in: range, using: &random))
      try #require(Instant(instant.description) == instant, "\(instant.microseconds)")
      try #require(Instant(json: .optional(instant)) == instant)
    }
  }

  // MARK: order and distance

  @Test func sortKeysSortLikeInstants() throws {
    var random = SeededGenerator(seed: 20)
    let edges: [Int64] = [.min, .min + 1, -1, 0, 1, .max - 1, .max]
    let values =
      edges
      + (0..<300).map { _ in
        Int64(bitPattern: random.next()) >> Int64.random(in: 0..<63, using: &random)
      }
    for left in values {
      let leftKey = Instant(microseconds: left).sortKey
      try #require(leftKey.utf8.count == 20 && leftKey.utf8.allSatisfy { (48...57).contains($0) })
      for right in values {
        let rightKey = Instant(microseconds: right).sortKey
        try #require(
          leftKey.utf8.lexicographicallyPrecedes(rightKey.utf8) == (left < right),
          "\(left), \(right)")
      }
    }
  }

  @Test func comparesAndMeasures() {
    let early = Instant(seconds: -5)
    let late = early.adding(seconds: 7.25)
    #expect(early < late && !(late < early) && !(early < early))
    #expect(late.microseconds == 2_250_000)
    #expect(late.seconds(since: early) == 7.25)
    #expect(early.seconds(since: late) == -7.25)
    #expect(late.adding(seconds: -7.25) == early)
  }

  private func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
