import Ledger

/// Text from webhooks made fit for a terminal.
enum Text {
  /// Control characters, and the marks that reverse the direction of text, are shown as escapes: a
  /// branch name must not move the cursor.
  static func safe(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if isSafe(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return result
  }

  /// The joiner holds emoji together and moves nothing.
  static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: scalar == "\u{200D}"
    default: true
    }
  }

  /// Columns that it takes: two for East Asian wide characters and emoji.
  static func width(_ text: String) -> Int {
    text.reduce(0) { width, character in
      guard let scalar = character.unicodeScalars.first else { return width }
      return width + (isWide(scalar) || character.unicodeScalars.contains("\u{FE0F}") ? 2 : 1)
    }
  }

  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isEmojiPresentation { return true }
    return switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }

  /// Cuts the middle out, where names differ least.
  static func shortened(_ text: String, to width: Int) -> String {
    guard Text.width(text) > width else { return text }
    guard width > 1 else { return width == 1 ? "…" : "" }
    let head = (width - 1) / 2
    return fitting(text, head) + "…"
      + String(fitting(String(text.reversed()), width - 1 - head).reversed())
  }

  private static func fitting(_ text: String, _ width: Int) -> String {
    var used = 0
    return String(
      text.prefix { character in
        used += Text.width(String(character))
        return used <= width
      })
  }

  static func padded(_ text: String, to width: Int) -> String { text + padding(text, to: width) }

  static func padding(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - Text.width(text)))
  }
}

/// Times as people read them.
enum When {
  /// `12m ago`; `in 2h` for what is not yet.
  static func relative(_ instant: Instant, to now: Instant) -> String {
    let seconds = now.seconds(since: instant)
    return seconds < 0 ? "in \(span(-seconds))" : "\(span(seconds)) ago"
  }

  /// `12m`
  static func span(_ seconds: Double) -> String {
    switch seconds {
    case ..<60: "\(Int(seconds))s"
    case ..<3_600: "\(Int(seconds / 60))m"
    case ..<86_400: "\(Int(seconds / 3_600))h"
    default: "\(Int(seconds / 86_400))d"
    }
  }

  /// `3m41s`, `1h02m`.
  static func duration(_ seconds: Int64) -> String {
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : String(value) }
    if seconds < 60 { return "\(seconds)s" }
    if seconds < 3_600 { return "\(seconds / 60)m\(two(seconds % 60))s" }
    return "\(seconds / 3_600)h\(two(seconds / 60 % 60))m"
  }
}
