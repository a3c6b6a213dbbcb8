import Ledger

/// How far clocks on the wall are ahead of UTC, in seconds.
struct Zone: Sendable {
  let offset: @Sendable (Instant) -> Int

  static let utc = Zone { _ in 0 }
}

/// How times are shown, and how much room there is.
struct Look: Sendable {
  /// What `12m ago` is relative to.
  var asOf: Instant
  var isRelative = false
  var isWide = false
  var zone = Zone.utc

  /// In a list: `12m ago`, or in full.
  func time(_ text: String?) -> String? {
    guard let text, let instant = Instant(text) else { return text }
    return isRelative ? When.relative(instant, to: asOf) : full(instant)
  }

  /// For how long: `12m`, or since when.
  func age(_ text: String?) -> String? {
    guard let text, let instant = Instant(text) else { return text }
    return isRelative ? When.span(asOf.seconds(since: instant)) : full(instant)
  }

  /// `2026-11-20 21:32:10Z (2h ago)`, where one thing is shown.
  func both(_ text: String?) -> String? {
    guard let text, let instant = Instant(text) else { return text }
    return "\(plain(instant)) (\(When.relative(instant, to: asOf)))"
  }

  /// `2026-11-20 21:32:10Z`
  func plain(_ instant: Instant) -> String {
    full(instant.wholeSecond).replacing("T", with: " ")
  }

  /// `21:32:10Z` on the day of `other`, the whole date on any other.
  func short(_ instant: Instant, besides other: Instant) -> String {
    let (text, day) = (plain(instant), plain(other).prefix(10))
    return text.hasPrefix(day) ? String(text.dropFirst(11)) : text
  }

  /// RFC 3339.
  func full(_ instant: Instant) -> String {
    let offset = zone.offset(instant)
    guard offset != 0 else { return instant.description }
    let (hours, minutes) = (abs(offset) / 3_600, abs(offset) / 60 % 60)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    return instant.adding(seconds: Double(offset)).description.dropLast()
      + "\(offset < 0 ? "-" : "+")\(two(hours)):\(two(minutes))"
  }

  /// For programs.
  func raw(_ text: String?) -> String {
    guard let text else { return "" }
    return Instant(text).map(full) ?? text
  }
}
