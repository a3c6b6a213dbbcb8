/// A moment in UTC, in microseconds since 1970-01-01. Every time in an entry is one of these,
/// written as RFC 3339 with `Z`.
public struct Instant: Hashable, Comparable, Sendable {
  public let microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }
  public init(seconds: Int64) { microseconds = seconds * 1_000_000 }

  public static func < (left: Instant, right: Instant) -> Bool {
    left.microseconds < right.microseconds
  }

  public func adding(seconds: Double) -> Instant {
    Instant(microseconds: microseconds + Int64(seconds * 1_000_000))
  }

  /// Answers are given as of whole seconds.
  public var wholeSecond: Instant {
    Instant(microseconds: microseconds &- microseconds.modulo(1_000_000))
  }

  /// Seconds from `earlier` to `self`.
  public func seconds(since earlier: Instant) -> Double {
    Double(microseconds - earlier.microseconds) / 1_000_000
  }

  /// 20 digits that sort like the instants themselves, also before 1970.
  public var sortKey: String { digits(UInt64(bitPattern: microseconds) ^ (1 << 63), 20) }
}

/// So many decimal digits of the number, with zeros before them.
func digits(_ number: UInt64, _ count: Int) -> String {
  String(unsafeUninitializedCapacity: count) { text in
    var rest = number
    for position in (0..<count).reversed() {
      text[position] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
    return count
  }
}

extension Instant {
  /// Years 2 to 9999 in UTC: year 1 is GitHub's "never", and a fifth digit could not be read back.
  private static let readableSeconds: ClosedRange<Int64> = -62_104_060_800...253_402_300_799

  /// Reads the shapes that GitHub and AWS send: `Z`, `+00:00`, `-0400`, with or without a fraction.
  /// Without a zone, on a day that no calendar has, and in year 1 there is no usable instant: `nil`.
  public init?(_ text: String) {
    var text = text
    guard let microseconds = text.withUTF8(Instant.microseconds) else { return nil }
    self.init(microseconds: microseconds)
  }

  private static func microseconds(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    var scanner = DateScanner(text)
    guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2),
      scanner.skip("-"), let day = scanner.number(2), scanner.skip("T") || scanner.skip(" "),
      let hour = scanner.number(2), scanner.skip(":"), let minute = scanner.number(2),
      scanner.skip(":"), let second = scanner.number(2),
      let fraction = scanner.fraction(), let zone = scanner.zone(), scanner.isAtEnd,
      (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }
    let days = CivilDate.days(year: year, month: month, day: day)
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second - zone
    guard CivilDate(days: days).day == day, Instant.readableSeconds.contains(seconds) else {
      return nil
    }
    return seconds * 1_000_000 + fraction
  }

  /// A string in one of the shapes above, or Unix seconds as an integer.
  public init?(json: JSON?) {
    switch json {
    case .string(let text): self.init(text)
    case .int(let seconds) where Instant.readableSeconds.contains(seconds):
      self.init(seconds: seconds)
    default: return nil
    }
  }
}

extension Instant: CustomStringConvertible {
  /// `2026-11-20T23:41:07Z`, with six digits of fraction when there is one.
  public var description: String {
    let fraction = microseconds.modulo(1_000_000)
    // The first of all microseconds has no whole second before it; a damaged file may hold it.
    let seconds = (microseconds &- fraction) / 1_000_000
    let (clock, day) = (seconds.modulo(86_400), (seconds - seconds.modulo(86_400)) / 86_400)
    let date = CivilDate(days: day)
    var text: [UInt8] = []
    text.reserveCapacity(27)
    Instant.write(date.year, date.year.magnitude > 9_999 ? 6 : 4, "-", to: &text)
    Instant.write(date.month, 2, "-", to: &text)
    Instant.write(date.day, 2, "T", to: &text)
    Instant.write(clock / 3600, 2, ":", to: &text)
    Instant.write(clock / 60 % 60, 2, ":", to: &text)
    Instant.write(clock % 60, 2, fraction == 0 ? "Z" : ".", to: &text)
    if fraction != 0 { Instant.write(fraction, 6, "Z", to: &text) }
    return String(decoding: text, as: UTF8.self)
  }

  private static func write(
    _ value: Int64, _ width: Int, _ separator: Unicode.Scalar, to text: inout [UInt8]
  ) {
    var rest = value.magnitude
    text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: width))
    for position in 1...width {
      text[text.count - position] += UInt8(rest % 10)
      rest /= 10
    }
    text.append(UInt8(ascii: separator))
  }
}

extension Int64 {
  fileprivate func modulo(_ divisor: Int64) -> Int64 {
    let remainder = self % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, counted in 400-year eras that start
/// on 1 March, so that the leap day is the last of its year.
private struct CivilDate {
  let year: Int64
  let month: Int64
  let day: Int64

  static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let era = (shifted - shifted.modulo(400)) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  init(days: Int64) {
    let shifted = days + 719_468
    let era = (shifted - shifted.modulo(146_097)) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }
}

private struct DateScanner {
  /// Every read of it is behind a look at its length.
  private let text: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  var isAtEnd: Bool { position == text.count }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func number(_ width: Int) -> Int64? {
    guard position + width <= text.count else { return nil }
    var value: Int64 = 0
    for byte in text[position..<position + width] {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    position += width
    return value
  }

  /// Microseconds after an optional dot; further digits are cut. `nil` for a dot without digits.
  mutating func fraction() -> Int64? {
    guard skip(".") else { return 0 }
    var (value, scale): (Int64, Int64) = (0, 100_000)
    let start = position
    while let digit = number(1) {
      value += digit * scale
      scale /= 10
    }
    return position > start ? value : nil
  }

  /// Seconds east of UTC. `nil` when there is no zone.
  mutating func zone() -> Int64? {
    if skip("Z") || skip("z") { return 0 }
    let sign: Int64 = skip("+") ? 1 : skip("-") ? -1 : 0
    guard sign != 0, let hours = number(2) else { return nil }
    _ = skip(":")
    guard let minutes = number(2), hours < 24, minutes < 60 else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }
}
