import Ledger
import Testing

@testable import Gates

/// Two hours east in summer 2026, one otherwise: the clock jumps on 29 March and 25 October at 01:00
/// UTC.
private struct Berlin: TimeZones {
  func offset(of zone: String, at instant: Instant) -> Int64? {
    guard zone == "Europe/Berlin" else { return zone == "UTC" ? 0 : nil }
    let summer = Instant(seconds: 1_774_746_000)..<Instant(seconds: 1_792_890_000)
    return summer.contains(instant) ? 7_200 : 3_600
  }
}

private func window(_ members: [String: JSON]) throws -> FreezeWindow {
  var reader = ConfigReader(zones: Berlin())
  let window = FreezeWindow.read(ConfigNode(.object(members)), "freeze[0]", &reader)
  #expect(reader.problems == [])
  return try #require(window)
}

private func faults(_ members: [String: JSON]) -> [String] {
  var reader = ConfigReader(zones: Berlin())
  _ = FreezeWindow.read(ConfigNode(.object(members)), "f", &reader)
  return reader.problems.map(\.path)
}

@Suite struct FreezeTests {
  private static let weekend: [String: JSON] = [
    "days": ["fri", "sat", "sun"], "from": "16:00", "until": "08:00", "zone": "Europe/Berlin",
  ]

  /// 2026-11-20 is a Friday; Berlin is one hour east.
  @Test(
    arguments: [
      ("2026-11-20T14:59:59Z", nil), ("2026-11-20T15:00:00Z", "2026-11-21T07:00:00Z"),
      ("2026-11-21T06:59:59Z", "2026-11-21T07:00:00Z"), ("2026-11-21T07:00:00Z", nil),
      ("2026-11-21T15:00:00Z", "2026-11-22T07:00:00Z"),
      ("2026-11-23T06:59:59Z", "2026-11-23T07:00:00Z"), ("2026-11-23T07:00:00Z", nil),
      ("2026-11-23T16:00:00Z", nil),
      // in summer two hours
      ("2026-07-03T13:59:59Z", nil), ("2026-07-03T14:00:00Z", "2026-07-04T06:00:00Z"),
      // over the night in which the clock goes back
      ("2026-10-24T14:00:00Z", "2026-10-25T07:00:00Z"),
    ] as [(String, String?)])
  func everyWeek(_ now: String, _ until: String?) throws {
    let state = try window(Self.weekend).state(at: try #require(Instant(now)), Berlin())
    let expected = try until.map { FreezeWindow.State.frozen(until: try #require(Instant($0))) }
    #expect(state == expected ?? .open)
  }

  @Test(arguments: [
    ("2026-12-20T18:00", "2026-12-27T06:00"),
    ("2026-12-20T18:00:00+01:00", "2026-12-27T05:00:00Z"),
    ("2026-12-20T18:00", "2026-12-27T05:00:00Z"),
  ])
  func once(_ from: String, _ until: String) throws {
    let window = try window([
      "from": .string(from), "until": .string(until), "zone": "Europe/Berlin", "reason": "holidays",
    ])
    let end = try #require(Instant("2026-12-27T05:00:00Z"))
    let cases: [(String, FreezeWindow.State)] = [
      ("2026-12-20T16:59:59Z", .open), ("2026-12-20T17:00:00Z", .frozen(until: end)),
      ("2026-12-27T04:59:59Z", .frozen(until: end)), ("2026-12-27T05:00:00Z", .open),
    ]
    for (now, state) in cases {
      #expect(window.state(at: try #require(Instant(now)), Berlin()) == state)
    }
  }

  @Test func anUnknownZoneIsNeverOpen() throws {
    let window = try window(Self.weekend)
    #expect(window.state(at: moment(0), OnlyUTC()) == .unknown(zone: "Europe/Berlin"))
    let request = DeployRequest(services: ["api"], environment: "prod", digest: nil, commit: head)
    let evidence = DeployCase(request: request, now: moment(0), repositories: [1])
    let finding = FreezeRule(windows: [window]).findings(evidence)[0]
    #expect(finding.result == .unknown("zone"))
    #expect(finding.isBlocking)
  }

  @Test(
    arguments: [
      (["zone": "Mars/Olympus"], ["f.zone"]), (["days": ["someday"]], ["f.days"]),
      (["from": "4 pm"], ["f.from"]), (["until": 8], ["f.until"]), (["hours": 8], ["f.hours"]),
    ] as [([String: JSON], [String])])
  func whatIsWrongIsNamed(_ change: [String: JSON], _ paths: [String]) {
    #expect(faults(Self.weekend.merging(change) { $1 }) == paths)
  }

  @Test(
    arguments: [
      (["from": "2026-12-20T18:00", "until": "2026-12-27T06:00"], "f.from"),
      (["from": "2026-12-20T18:00Z", "until": "2026-12-27"], "f.from"),
      (["from": "2026-12-20T18:00:00Z", "until": "2026-12-20T17:00:00Z"], "f.until"),
      (
        ["from": "2026-12-20T18:00", "until": "2026-12-19T18:00", "zone": "Europe/Berlin"],
        "f.until"
      ),
      // 17:00 and 16:30 UTC
      (
        ["from": "2026-12-20T17:00:00Z", "until": "2026-12-20T17:30", "zone": "Europe/Berlin"],
        "f.until"
      ),
      (
        ["from": "2026-12-20T18:00", "until": "2026-12-20T16:30:00Z", "zone": "Europe/Berlin"],
        "f.until"
      ),
      // the same moment
      (
        ["from": "2026-12-20T18:00", "until": "2026-12-20T17:00:00Z", "zone": "Europe/Berlin"],
        "f.until"
      ),
    ] as [([String: JSON], String)])
  func momentsThatCannotBe(_ members: [String: JSON], _ path: String) {
    #expect(faults(members) == [path])
  }

  /// A policy of an older log stays readable, whatever was let into it.
  @Test func whatWasCheckedBeforeIsNotJudgedAgain() {
    var reader = ConfigReader()
    let members: [String: JSON] = [
      "from": "2026-12-20T18:00", "until": "2026-12-20T16:30:00Z", "zone": "Europe/Berlin",
    ]
    #expect(FreezeWindow.read(ConfigNode(.object(members)), "f", &reader) != nil)
    #expect(reader.problems == [])
  }
}
