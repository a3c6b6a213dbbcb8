/// A time as Go writes it, and Kubernetes in `?timeout=5s`: `1m30s`, `500ms`, `1.5s`.
enum GoDuration {
  private static let units: [String: Double] = [
    "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3_600,
  ]

  /// `nil` for anything else, and for what is not more than nothing and at most an hour.
  static func parse(_ text: String) -> Duration? {
    var (rest, seconds) = (text[...], 0.0)
    while !rest.isEmpty {
      let number = rest.prefix { $0.isNumber && $0.isASCII || $0 == "." }
      let unit = rest[number.endIndex...].prefix { $0.isLetter }
      guard let value = Double(number), let size = units[String(unit)] else { return nil }
      seconds += value * size
      rest = rest[unit.endIndex...]
    }
    guard seconds > 0, seconds <= 3_600 else { return nil }
    return .milliseconds(Int64(seconds * 1_000))
  }
}
