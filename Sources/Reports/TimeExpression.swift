import Ledger

/// A time as people type it: RFC 3339, to the minute, a date, `2d`, `3.hours.ago`.
public struct TimeExpression: Hashable, Sendable {
  public let text: String
  private let value: Value

  private enum Value: Hashable {
    case instant(Instant)
    case ago(Double)
  }

  public init?(_ text: String) {
    self.text = text
    if let instant = TimeExpression.instant(text) {
      value = .instant(instant)
    } else if let seconds = TimeExpression.seconds(text) {
      value = .ago(seconds)
    } else {
      return nil
    }
  }

  public func instant(now: Instant) -> Instant {
    switch value {
    case .instant(let instant): instant
    case .ago(let seconds): now.adding(seconds: -seconds)
    }
  }

  private static func instant(_ text: String) -> Instant? {
    if let instant = Instant(text) ?? Instant(text + "T00:00:00Z") { return instant }
    guard text.hasSuffix("Z") else { return nil }
    return Instant(text.dropLast() + ":00Z")
  }

  /// `90s`, `2d`, `3.hours.ago`.
  public static func seconds(_ text: String) -> Double? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 3, parts[2] == "ago" {
      let word = parts[1].hasSuffix("s") ? parts[1].dropLast() : parts[1]
      return product(parts[0], words[String(word)])
    }
    return product(text.dropLast(), text.last.flatMap { letters[$0] })
  }

  /// `nil` for what is no plain number, and for more than a thousand years.
  private static func product(_ count: Substring, _ unit: Double?) -> Double? {
    guard let unit, !count.isEmpty, count.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }),
      let number = Double(count), number * unit < 1_000 * 366 * 86_400
    else { return nil }
    return number * unit
  }

  private static let letters: [Character: Double] = [
    "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800,
  ]

  /// No months and years: they have no length of their own.
  private static let words: [String: Double] = [
    "second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800,
  ]
}
