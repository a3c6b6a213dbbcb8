import Ledger
import LedgerTesting

/// A random value and one of the many ways to write it.
struct GeneratedJSON {
  let value: JSON
  let text: String

  init(using random: inout SeededGenerator, depth: Int = 4) {
    value = Self.value(depth: depth, &random)
    text = Self.write(value, &random)
  }

  // MARK: values

  private static func value(depth: Int, _ random: inout SeededGenerator) -> JSON {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
    case 0: return .null
    case 1: return .bool(.random(using: &random))
    case 2: return .int(Int64.random(in: -1000...1000, using: &random))
    case 3:
      return .int(Int64(bitPattern: random.next()) >> Int64.random(in: 0..<63, using: &random))
    case 4, 5: return .string(string(&random))
    case 6:
      let count = Int.random(in: 0...4, using: &random)
      return .array((0..<count).map { _ in value(depth: depth - 1, &random) })
    default: return object(depth: depth, &random)
    }
  }

  private static func object(depth: Int, _ random: inout SeededGenerator) -> JSON {
    var members: [String: JSON] = [:]
    for _ in 0..<Int.random(in: 0...5, using: &random) {
      members[string(&random)] = value(depth: depth - 1, &random)
    }
    return .object(members)
  }

  /// No combining marks: Swift holds canonically equivalent strings for equal, JSON does not.
  private static let alphabet: [Character] =
    Array("abcxyz019_-. \"\\/{}[]:,é€ßЖ中\u{1}\u{7}\u{8}\t\n\u{C}\r\u{1F}\u{7F}\u{2028}\u{FFFD}😀𝄞")

  private static func string(_ random: inout SeededGenerator) -> String {
    let count = Int.random(in: 0...9, using: &random)
    return String((0..<count).map { _ in alphabet.randomElement(using: &random) ?? "a" })
  }

  // MARK: spellings

  private static func write(_ value: JSON, _ random: inout SeededGenerator) -> String {
    let text =
      switch value {
      case .null: "null"
      case .bool(let value): value ? "true" : "false"
      case .int(let value): String(value)
      case .number(let text): text
      case .string(let text): spell(text, &random)
      case .array(let elements):
        "[" + elements.map { write($0, &random) }.joined(separator: ",") + "]"
      case .object(let members): write(members, &random)
      }
    return space(&random) + text + space(&random)
  }

  private static func write(
    _ members: [String: JSON], _ random: inout SeededGenerator
  ) -> String {
    // Sorted first: a dictionary's own order differs from run to run.
    let ordered = members.sorted { $0.key < $1.key }.shuffled(using: &random)
    let written = ordered.map {
      space(&random) + spell($0.key, &random) + space(&random) + ":" + write($0.value, &random)
    }
    return "{" + written.joined(separator: ",") + "}"
  }

  private static func space(_ random: inout SeededGenerator) -> String {
    switch Int.random(in: 0..<12, using: &random) {
    case 0: " "
    case 1: "\n\t"
    case 2: "\r\n  "
    default: ""
    }
  }

  private static func spell(_ text: String, _ random: inout SeededGenerator) -> String {
    "\"" + text.unicodeScalars.map { spell($0, &random) }.joined() + "\""
  }

  private static let short: [Unicode.Scalar: String] = [
    "\"": "\\\"", "\\": "\\\\", "/": "\\/", "\u{8}": "\\b", "\t": "\\t", "\n": "\\n",
    "\u{C}": "\\f", "\r": "\\r",
  ]

  private static func spell(_ scalar: Unicode.Scalar, _ random: inout SeededGenerator) -> String {
    let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
    guard mustEscape || Int.random(in: 0..<6, using: &random) == 0 else { return String(scalar) }
    if let escape = short[scalar], Bool.random(using: &random) { return escape }
    return String(scalar).utf16.map { unit in
      let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }
}
