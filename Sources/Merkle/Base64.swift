/// RFC 4648, section 4: the standard alphabet, with padding and without white space.
public enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  public static func encoded(_ bytes: some Collection<UInt8>) -> String {
    var (text, buffer, bits): ([UInt8], UInt32, Int) = ([], 0, 0)
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for byte in bytes {
      buffer = buffer << 8 | UInt32(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        text.append(alphabet[Int(buffer >> UInt32(bits) & 63)])
      }
    }
    if bits > 0 { text.append(alphabet[Int(buffer << UInt32(6 - bits) & 63)]) }
    while !text.count.isMultiple(of: 4) { text.append(UInt8(ascii: "=")) }
    return String(decoding: text, as: UTF8.self)
  }

  /// `nil` for anything but the one way to write some bytes: what follows their last bit is zero.
  public static func decoded(_ text: some StringProtocol) -> [UInt8]? {
    let bytes = Array(text.utf8)
    guard bytes.count.isMultiple(of: 4) else { return nil }
    let padding = bytes.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
    var (result, buffer, bits): ([UInt8], UInt32, Int) = ([], 0, 0)
    result.reserveCapacity(bytes.count / 4 * 3)
    for byte in bytes.dropLast(padding) {
      guard let value = value(byte) else { return nil }
      buffer = buffer << 6 | UInt32(value)
      bits += 6
      guard bits >= 8 else { continue }
      bits -= 8
      result.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
    }
    return buffer & (1 << UInt32(bits) - 1) == 0 ? result : nil
  }

  /// Either alphabet of RFC 4648, with or without padding: DSSE wants both accepted.
  public static func anyAlphabet(_ text: String) -> [UInt8]? {
    var standard = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
    if !text.hasSuffix("=") {
      standard += Array(repeating: "=", count: (4 - standard.count % 4) % 4)
    }
    return decoded(String(standard))
  }

  private static func value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
