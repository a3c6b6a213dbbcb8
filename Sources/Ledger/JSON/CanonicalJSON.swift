extension JSON {
  /// The one byte string of this value: JSON Canonicalization Scheme, RFC 8785. Members are sorted
  /// by UTF-16 code units (3.2.3), only what must be escaped is (3.2.2.2), no white space.
  public var canonicalBytes: [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(512)
    write(to: &output)
    return output
  }

  public var canonicalString: String { String(decoding: canonicalBytes, as: UTF8.self) }

  private func write(to output: inout [UInt8]) {
    switch self {
    case .null: output += "null".utf8
    case .bool(let value): output += (value ? "true" : "false").utf8
    case .int(let value): output += String(value).utf8
    case .number(let text): output += text.utf8
    case .string(let value): JSON.write(value, to: &output)
    case .array(let elements): JSON.write(elements, to: &output)
    case .object(let members): JSON.write(members, to: &output)
    }
  }

  private static func write(_ elements: [JSON], to output: inout [UInt8]) {
    output.append(UInt8(ascii: "["))
    for (position, element) in elements.enumerated() {
      if position > 0 { output.append(UInt8(ascii: ",")) }
      element.write(to: &output)
    }
    output.append(UInt8(ascii: "]"))
  }

  private static func write(_ members: [String: JSON], to output: inout [UInt8]) {
    output.append(UInt8(ascii: "{"))
    let sorted = members.sorted { JSON.precedes($0.key, $1.key) }
    for (position, member) in sorted.enumerated() {
      if position > 0 { output.append(UInt8(ascii: ",")) }
      write(member.key, to: &output)
      output.append(UInt8(ascii: ":"))
      member.value.write(to: &output)
    }
    output.append(UInt8(ascii: "}"))
  }

  /// Of ASCII alone, as nearly all keys are, bytes sort as UTF-16 does.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    let order =
      left.utf8.withContiguousStorageIfAvailable { left in
        right.utf8.withContiguousStorageIfAvailable { right in
          asciiOrder(UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
        } ?? nil
      } ?? nil
    return order ?? left.utf16.lexicographicallyPrecedes(right.utf16)
  }

  /// Whether one comes before the other; `nil` when a byte before that is not ASCII.
  private static func asciiOrder(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
  ) -> Bool? {
    for (one, other) in zip(left, right) {
      if one | other >= 0x80 { return nil }
      if one != other { return one < other }
    }
    return left.count < right.count
  }

  /// Most strings have nothing to escape.
  private static func write(_ string: String, to output: inout [UInt8]) {
    let isPlain = string.utf8.withContiguousStorageIfAvailable { bytes in
      guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) else { return false }
      output.append(UInt8(ascii: "\""))
      output.append(contentsOf: bytes)
      output.append(UInt8(ascii: "\""))
      return true
    }
    if isPlain != true { writeEscaped(string, to: &output) }
  }

  private static func writeEscaped(_ string: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): output += "\\\"".utf8
      case UInt8(ascii: "\\"): output += "\\\\".utf8
      case 0x08: output += "\\b".utf8
      case 0x09: output += "\\t".utf8
      case 0x0A: output += "\\n".utf8
      case 0x0C: output += "\\f".utf8
      case 0x0D: output += "\\r".utf8
      case 0x00..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        output += "\\u00".utf8
        output += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}
