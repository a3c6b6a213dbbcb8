import Ledger

/// The rules of time zones, which a pure room does not know.
public protocol TimeZones: Sendable {
  /// Seconds east of UTC at an instant; `nil` for a zone that nobody knows.
  func offset(of zone: String, at instant: Instant) -> Int64?
}

/// Knows no zone but UTC.
public struct OnlyUTC: TimeZones {
  public init() {}

  public func offset(of zone: String, at instant: Instant) -> Int64? { zone == "UTC" ? 0 : nil }
}

/// Seconds since 1970 as a clock on the wall shows them, as though it were in UTC.
struct WallTime {
  static let day: Int64 = 86_400

  let seconds: Int64

  init(_ instant: Instant, offset: Int64) {
    seconds = instant.wholeSecond.microseconds / 1_000_000 + offset
  }

  init(seconds: Int64) { self.seconds = seconds }

  /// `2026-12-20T18:00` or with seconds; `nil` for anything else, also with a zone.
  init?(_ text: String) {
    let full = text.utf8.count == 16 ? text + ":00" : text
    guard full.utf8.count == 19, let instant = Instant(full + "Z") else { return nil }
    seconds = instant.microseconds / 1_000_000
  }

  /// Days since 1970.
  var dayNumber: Int64 { (seconds - secondOfDay) / WallTime.day }

  var secondOfDay: Int64 {
    let rest = seconds % WallTime.day
    return rest < 0 ? rest + WallTime.day : rest
  }

  /// 0 is Sunday; 1970 began on a Thursday.
  static func weekday(_ dayNumber: Int64) -> Int { Int(((dayNumber + 4) % 7 + 7) % 7) }

  /// The instant at which the clock shows this. Of an hour that a clock shows twice it is the later
  /// one or the earlier one as the zone's offset before it says; an hour that is left out is taken
  /// with the offset after it.
  func instant(in zone: String, _ zones: any TimeZones) -> Instant? {
    guard let first = zones.offset(of: zone, at: Instant(seconds: seconds)),
      let second = zones.offset(of: zone, at: Instant(seconds: seconds - first))
    else { return nil }
    return Instant(seconds: seconds - second)
  }
}

/// `30m`, `7d`: a whole number of seconds, minutes, hours, days or weeks.
enum DurationText {
  private static let units: [Character: Int64] = [
    "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800,
  ]

  static func seconds(_ text: String) -> Int64? {
    guard let unit = text.last.flatMap({ units[$0] }), text.utf8.count <= 8,
      text.dropLast().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let count = Int64(text.dropLast())
    else { return nil }
    return count * unit
  }

  /// The largest unit that fits.
  static func text(_ seconds: Int64) -> String {
    for (unit, size) in [("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60)]
      as [(String, Int64)]
    where seconds > 0 && seconds % size == 0 { return "\(seconds / size)\(unit)" }
    return "\(seconds)s"
  }
}
