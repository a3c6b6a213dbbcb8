import Foundation
import Ledger
import LedgerTesting
import Testing

/// Our parser beside Foundation's.
@Suite struct JSONReferenceTests {
  @Test func generatedDocumentsAreReadAlike() throws {
    var random = SeededGenerator(seed: 8259)
    for _ in 0..<4000 {
      let document = GeneratedJSON(using: &random)
      let bytes = Array(document.text.utf8)
      try #require(try JSON.parse(bytes) == document.value, "\(document.text)")
      let reference = try JSONSerialization.jsonObject(
        with: Data(bytes), options: .fragmentsAllowed)
      try #require(agrees(document.value, reference), "\(document.text)")
    }
  }

  /// Whatever we write, Foundation reads as the same value.
  @Test func foundationReadsTheCanonicalForm() throws {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<1000 {
      let value = GeneratedJSON(using: &random).value
      let reference = try JSONSerialization.jsonObject(
        with: Data(value.canonicalBytes), options: .fragmentsAllowed)
      try #require(agrees(value, reference), "\(value.canonicalString)")
    }
  }

  /// The comparison itself has to tell values apart.
  @Test func aDifferentValueDoesNotAgree() throws {
    let reference = try JSONSerialization.jsonObject(
      with: Data(#"{"a":[1,"x",null]}"#.utf8), options: .fragmentsAllowed)
    #expect(agrees(["a": [1, "x", nil]], reference))
    for other: JSON in [
      [:], ["a": [1, "x"]], ["a": [2, "x", nil]], ["a": [1, "y", nil]], ["a": [1, "x", 0]],
      ["a": [1, "x", nil], "b": 1], ["b": [1, "x", nil]], 1,
    ] { #expect(!agrees(other, reference)) }
  }

  /// 100,000 damaged documents: none traps, and each is accepted exactly when Foundation accepts
  /// it, except where we are stricter on purpose.
  @Test func damagedDocuments() throws {
    var random = SeededGenerator(seed: 6962)
    var (accepted, refused, stricter) = (0, 0, 0)
    while accepted + refused < 100_000 {
      let original = Array(GeneratedJSON(using: &random, depth: 3).text.utf8.prefix(160))
      for _ in 0..<20 {
        let bytes = damaged(original, &random)
        let ours = outcome(bytes)
        switch ours {
        case nil: accepted += 1
        case .some: refused += 1
        }
        if isIncomparable(ours, bytes) {
          stricter += 1
        } else {
          try #require((ours == nil) == foundationAccepts(bytes), "\(show(bytes)): \(show(ours))")
        }
      }
    }
    #expect(accepted > 5_000 && refused > 50_000)
    #expect(stricter < 5_000, "the reference must stay comparable")
  }

  // MARK: helpers

  private func outcome(_ bytes: [UInt8]) -> JSONError? {
    do {
      _ = try JSON.parse(bytes)
      return nil
    } catch { return error }
  }

  /// Foundation takes the last of two equal keys, a comma before an end, and a NUL byte behind a
  /// number; it takes no number that overflows a double.
  private func isIncomparable(_ error: JSONError?, _ bytes: [UInt8]) -> Bool {
    switch error?.reason {
    case .duplicateKey: true
    case nil: holdsHugeNumber(bytes)
    default: bytes.contains(0) || error.map { isAfterComma($0, bytes) } ?? false
    }
  }

  private func isAfterComma(_ error: JSONError, _ bytes: [UInt8]) -> Bool {
    guard bytes.indices.contains(error.offset), "]}".utf8.contains(bytes[error.offset]) else {
      return false
    }
    let before = bytes[..<error.offset].last { !" \t\r\n".utf8.contains($0) }
    return before == UInt8(ascii: ",")
  }

  private func holdsHugeNumber(_ bytes: [UInt8]) -> Bool {
    let words = bytes.split { !"+-.0123456789eE".utf8.contains($0) }
    return words.contains { Double(String(decoding: $0, as: UTF8.self))?.isFinite == false }
  }

  private func foundationAccepts(_ bytes: [UInt8]) -> Bool {
    do {
      _ = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
      return true
    } catch { return false }
  }

  private static let tokens: [[UInt8]] = [
    "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "-", ".", "e", "\\u", "\\ud83d", "\\udc00",
    "null", "true", "1e9", " ", "\n", "\0", "é", "😀", "\"a\":", "//",
  ].map { Array($0.utf8) }

  private func damaged(_ original: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = original
    for _ in 0...Int.random(in: 0...2, using: &random) {
      let position = Int.random(in: 0...bytes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes.removeSubrange(position..<min(bytes.count, position + 1))
      case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: position)
      case 2 where position < bytes.count:
        bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 3: bytes.removeLast(bytes.count - position)
      case 4:
        bytes.insert(contentsOf: Self.tokens.randomElement(using: &random) ?? [], at: position)
      default:
        let end = Int.random(in: position...bytes.count, using: &random)
        bytes.insert(contentsOf: bytes[position..<end], at: position)
      }
    }
    return bytes
  }

  private func show(_ bytes: [UInt8]) -> String {
    String(reflecting: String(decoding: bytes, as: UTF8.self))
  }
  private func show(_ error: JSONError?) -> String { error?.description ?? "accepted" }

  private func agrees(_ value: JSON, _ reference: Any) -> Bool {
    switch value {
    case .null: return reference is NSNull
    case .bool(let value): return (reference as? Bool) == value
    case .int(let value): return (reference as? NSNumber)?.int64Value == value
    case .number: return false
    case .string(let value):
      return (reference as? String).map { Array($0.utf8) } == Array(value.utf8)
    case .array(let elements):
      guard let others = reference as? [Any], others.count == elements.count else { return false }
      return zip(elements, others).allSatisfy { agrees($0, $1) }
    case .object(let members):
      guard let others = reference as? [String: Any], others.count == members.count else {
        return false
      }
      return members.allSatisfy { key, value in others[key].map { agrees(value, $0) } ?? false }
    }
  }
}
