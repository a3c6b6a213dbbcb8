import Ledger

/// JSON on one line. A terminal gets what could move its cursor as `\u` escapes: they mean the same.
enum JSONText {
  static func line(_ json: JSON, isTerminal: Bool) -> String {
    let text = json.canonicalString
    return (isTerminal ? escaped(text) : text) + "\n"
  }

  /// Outside of ASCII there are only strings: whatever is escaped stands in one.
  static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if Text.isSafe(scalar) {
        result.append(scalar)
      } else {
        for unit in String(scalar).utf16 { result.append(contentsOf: escape(unit)) }
      }
    }
    return String(result)
  }

  private static func escape(_ unit: UInt16) -> String.UnicodeScalarView {
    let digits = String(unit, radix: 16)
    return ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars
  }
}
