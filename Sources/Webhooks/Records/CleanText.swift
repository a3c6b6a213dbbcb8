/// Text that shows what it says: no control characters, and no marks that turn the direction of the
/// text around them (Unicode's Bidi_Control). Letters of right-to-left scripts and emoji are fine.
enum CleanText {
  /// Why it is refused; `nil` when it is not.
  static func problem(_ text: String, limit: Int) -> String? {
    let size = text.utf8.count
    if size == 0 { return "is empty" }
    if size > limit { return "is \(size) bytes, more than \(limit)" }
    if let bad = text.unicodeScalars.first(where: isControl) {
      return "has a control character, \(name(bad))"
    }
    if let bad = text.unicodeScalars.first(where: isDirectionMark) {
      return "has a mark that changes the direction of text, \(name(bad))"
    }
    return text.unicodeScalars.allSatisfy(\.properties.isWhitespace) ? "is blank" : nil
  }

  /// A piece of what was sent, fit to be sent back.
  static func excerpt(_ text: String, limit: Int = 60) -> String {
    let clean = text.unicodeScalars.filter { !isControl($0) && !isDirectionMark($0) }
    let short = clean.prefix(limit)
    var result = String.UnicodeScalarView(short)
    if clean.count > limit { result.append("…") }
    return String(result)
  }

  /// ASCII, which most names are, needs no look into the tables of Unicode.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
    return switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  private static func isDirectionMark(_ scalar: Unicode.Scalar) -> Bool {
    !scalar.isASCII && scalar.properties.isBidiControl
  }

  private static func name(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
