/// RFC 3986, 2.1.
enum PercentCoding {
  /// `nil` when a percent sign is followed by something else than two hexadecimal digits, or when
  /// the bytes are no UTF-8.
  static func decoded(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = digit(rest.popFirst()), let low = digit(rest.popFirst()) else { return nil }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8?) -> UInt8? {
    guard let byte, byte < 0x80 else { return nil }
    return Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
  }

  /// As a part of a key whose parts are joined by slashes: two lists of parts must not make one key.
  /// What has neither slash nor percent sign stays as older versions wrote it.
  static func keyPart(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { part, scalar in
      switch scalar {
      case "%": part += "%25"
      case "/": part += "%2F"
      default: part.unicodeScalars.append(scalar)
      }
    }
  }

  /// - Parameter kept: characters that stay as they are, beside letters, digits and `-._~`.
  static func encoded(_ text: String, keeping kept: String = "") -> String {
    let plain = Array("-._~\(kept)".utf8)
    let digits = Array("0123456789ABCDEF")
    return text.utf8.reduce(into: "") { result, byte in
      if URISyntax.isLetterOrDigit(byte) || plain.contains(byte) {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
  }
}
