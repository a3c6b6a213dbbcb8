import Ledger
import Reports
import Testing

@testable import LedgerCLI

private let now = Instant(seconds: 1_795_000_000)

@Suite struct ArgumentTests {
  @Test(
    arguments: [
      ("30s", 30), ("5m", 300), ("2h", 7_200), ("2d", 172_800), ("1w", 604_800), ("1.5h", 5_400),
      ("0d", 0), ("3.hours.ago", 10_800), ("1.hour.ago", 3_600), ("10.minutes.ago", 600),
      ("2.days.ago", 172_800), ("2.weeks.ago", 1_209_600), ("45.seconds.ago", 45),
    ] as [(String, Double)])
  func timesBeforeNow(_ text: String, _ seconds: Double) throws {
    let time = try #require(TimeExpression(argument: text))
    #expect(time.instant(now: now) == now.adding(seconds: -seconds))
  }

  @Test(arguments: [
    ("2026-11-20T23:41:07Z", "2026-11-20T23:41:07Z"),
    ("2026-11-20T23:41:07+02:00", "2026-11-20T21:41:07Z"),
    ("2026-11-20 23:41:07Z", "2026-11-20T23:41:07Z"),
    ("2026-11-20", "2026-11-20T00:00:00Z"),
  ])
  func timesInFull(_ text: String, _ expected: String) throws {
    let time = try #require(TimeExpression(argument: text))
    #expect(time.instant(now: now).description == expected)
  }

  @Test(arguments: [
    "", "d", "2", "2y", "-2d", "+2d", "nand", "infd", "1e300d", "0x1fd", "9999999999999d", "two.d",
    "3.months.ago", "2.years.ago", "2.houseflies.ago", "3.hours.hence", "3..ago", ".hours.ago",
    "1.5.hours.ago", "3.h.ago", "2026-13-01", "2026-11-20T23:41:07", "tomorrow", "٣d",
  ])
  func whatIsNoTime(_ text: String) {
    #expect(TimeExpression(argument: text) == nil)
  }

  @Test func pullReferences() {
    let pull = PullReference(argument: "acme/api#1287")
    #expect(pull?.repository == "acme/api")
    #expect(pull?.number == 1_287)
    for wrong in [
      "", "acme/api", "acme#1", "#1", "/api#1", "acme/#1", "acme/api/x#1", "acme/api#",
      "acme/api#0",
      "acme/api#-1", "acme/api#+1", "acme/api#1#2", "acme/api#x", "acme/api#99999999999999999999",
    ] {
      #expect(PullReference(argument: wrong) == nil, "\(wrong)")
    }
  }

  @Test(arguments: [
    ("127.0.0.1:8080", "127.0.0.1", 8_080), ("0.0.0.0:0", "0.0.0.0", 0),
    ("localhost:65535", "localhost", 65_535), ("[::1]:8080", "::1", 8_080), ("[::]:80", "::", 80),
  ])
  func listenAddresses(_ text: String, _ host: String, _ port: Int) {
    let address = ListenAddress(argument: text)
    #expect(address?.host == host)
    #expect(address?.port == port)
    #expect(address?.description == text)
  }

  @Test(arguments: [
    "", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+80",
    "127.0.0.1:http", "[]:80", "::1:8080", "[::1:8080", "::1]:8080", "[::1]8080",
  ])
  func whatIsNoAddress(_ text: String) {
    #expect(ListenAddress(argument: text) == nil)
  }
}
