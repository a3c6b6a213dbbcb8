import Foundation
import Ledger
import Testing

/// `schema/entries`, as far as its files go: types, members, words, patterns and bounds.
enum EntrySchema {
  /// Read once: thousands of entries are held against the same few.
  private static let schemas = Result {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../schema/entries")
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    return try Dictionary(
      uniqueKeysWithValues: files.map {
        ($0.lastPathComponent, try JSON.parse(try Data(contentsOf: $0)))
      })
  }

  /// All that is wrong with an entry.
  static func faults(of entry: Entry) throws -> [String] {
    let schema = try #require(try schemas.get()["\(entry.kind).json"])
    return faults(of: try JSON.parse(entry.bytes), by: schema, "")
  }

  static func faults(of value: JSON, by schema: JSON, _ path: String) -> [String] {
    if schema == [:] { return [] }
    if let choices = schema["anyOf"]?.array {
      let isOne = choices.contains { faults(of: value, by: $0, path).isEmpty }
      return isOne ? [] : ["\(path): none of \(choices.count) forms"]
    }
    if let word = schema["const"] { return value == word ? [] : ["\(path): not \(word)"] }
    if let words = schema["enum"]?.array {
      return words.contains(value) ? [] : ["\(path): \(value) is no word of it"]
    }
    let types = schema["type"]?.array?.compactMap(\.string) ?? [schema["type"]?.string ?? ""]
    guard types.contains(type(of: value)) else { return ["\(path): \(value) is not \(types)"] }
    switch value {
    case .object(let members): return inside(members, schema, path)
    case .array(let elements):
      return elements.flatMap { faults(of: $0, by: schema["items"] ?? [:], path + "[]") }
    case .string(let text):
      let pattern = schema["pattern"]?.string ?? ""
      return text.range(of: pattern, options: .regularExpression) != nil || pattern.isEmpty
        ? [] : ["\(path): \(text) is not \(pattern)"]
    case .int(let number):
      return number >= schema["minimum"]?.int ?? .min ? [] : ["\(path): \(number) is too small"]
    default: return []
    }
  }

  private static func inside(
    _ members: [String: JSON], _ schema: JSON, _ path: String
  ) -> [String] {
    let known = schema["properties"]?.object ?? [:]
    let others = schema["additionalProperties"].flatMap { $0.object == nil ? nil : $0 }
    let required = (schema["required"]?.array ?? []).compactMap(\.string)
    return required.filter { members[$0] == nil }.map { "\(path).\($0) is missing" }
      + members.flatMap { key, value in
        (known[key] ?? others).map { faults(of: value, by: $0, "\(path).\(key)") }
          ?? ["\(path).\(key) is not described"]
      }
  }

  private static func type(of value: JSON) -> String {
    switch value {
    case .null: "null"
    case .bool: "boolean"
    case .int: "integer"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}

@Suite("The reader of schemas itself")
struct EntrySchemaTests {
  private let schema: JSON = [
    "type": "object", "required": ["a"], "additionalProperties": false,
    "properties": [
      "a": ["type": ["string", "null"], "pattern": "^x"], "b": ["type": "integer", "minimum": 0],
      "c": ["enum": ["d"]], "e": ["type": "array", "items": ["type": "string"]],
      "f": ["type": "object", "additionalProperties": ["type": "string"]], "g": [:],
    ],
  ]

  @Test(
    "finds nothing wrong with what is right",
    arguments: [
      ["a": "xy"], ["a": "x", "f": ["any": "text"], "g": [1]],
      ["a": nil, "b": 0, "c": "d", "e": ["f"]],
    ] as [JSON])
  func right(_ value: JSON) { #expect(EntrySchema.faults(of: value, by: schema, "") == []) }

  @Test(
    "finds each fault",
    arguments: [
      [:], ["a": 1], ["a": "yx"], ["a": "x", "b": -1], ["a": "x", "c": "e"], ["a": "x", "e": [1]],
      ["a": "x", "z": 1], ["a": "x", "f": ["any": 1]], [],
    ] as [JSON])
  func wrong(_ value: JSON) { #expect(EntrySchema.faults(of: value, by: schema, "").count == 1) }
}
