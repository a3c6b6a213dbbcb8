import Foundation
import Ledger
import Testing

@testable import Webhooks

@Suite("The vocabulary")
struct VocabularyTests {
  @Test("has 45 types") func count() { #expect(CDEventVocabulary.all.count == 45) }
}

/// CDEvents' own schemas and examples.
@Suite(
  "CDEvents as published",
  .enabled(if: SharedFiles.cdEvents != nil, SharedFiles.lack("cdevents")))
struct PublishedCDEventTests {
  static let examples =
    SharedFiles.json(in: SharedFiles.folder("cdevents/conformance"))
    + SharedFiles.json(in: SharedFiles.folder("cdevents/custom")).filter {
      $0.url.lastPathComponent == "conformance.json"
    }
  static let schemas = SharedFiles.json(in: SharedFiles.folder("cdevents/schemas"))

  @Test("are all there")
  func count() { #expect(Self.examples.count == 46 && Self.schemas.count == 45) }

  @Test("are accepted", arguments: examples)
  func accepted(_ file: SharedFile) throws {
    let entry = try CDEventSamples.submission(file.bytes).entry
    #expect(try EntrySchema.faults(of: entry) == [])
    let type = try #require(try file.json.at("context", "type")?.string)
    let (said, version) = (entry.data["type"]?.string ?? "", entry.data["version"]?.string ?? "")
    #expect(type.hasSuffix(".\(said).\(version)"))
  }

  @Test("are refused without any member that their schema requires", arguments: examples)
  func mutilated(_ file: SharedFile) throws {
    let (event, schema) = (try file.json, try Schema(for: try file.json))
    var removed = 0
    for path in event.paths where schema.requires(path) {
      removed += 1
      #expect(
        try CDEventSamples.faults(of: event.replacing(path, with: nil)) != nil, "\(path)")
    }
    #expect(removed >= 9)
  }

  @Test("are refused with a member more in any closed object", arguments: examples)
  func extended(_ file: SharedFile) throws {
    let (event, schema) = (try file.json, try Schema(for: try file.json))
    for path in [[]] + event.paths where schema.isClosed(path) {
      let more = event.replacing(path + ["brandNew"], with: 1)
      #expect(try CDEventSamples.faults(of: more) != nil, "\(path)")
    }
  }

  @Test("are refused with a value of another type in any member", arguments: examples)
  func mistyped(_ file: SharedFile) throws {
    let (event, schema) = (try file.json, try Schema(for: try file.json))
    for path in event.paths where schema.describes(path) {
      #expect(
        try CDEventSamples.faults(of: event.replacing(path, with: 7)) != nil, "\(path)")
    }
  }

  /// The table, written as a schema again, is the schema.
  @Test("their schemas are the table", arguments: schemas)
  func table(_ file: SharedFile) throws {
    let schema = try file.json
    let text = try #require(
      schema.at("properties", "context", "properties", "type", "enum")?.array?.first?.string)
    let type = try #require(CDEventType(text))
    let known = try #require(CDEventVocabulary.all[type.name])
    #expect(known.version == type.version)
    let content = try #require(
      schema.at("properties", "subject", "properties", "content"))
    #expect(Shape.object(known.content).schema == content.normalised)
  }

  @Test("the control: the comparison sees a difference")
  func control() {
    let shape = Shape.object(Members(needs: ["a": .name], allows: ["b": .uri]))
    let schema: JSON = [
      "type": "object", "additionalProperties": false, "required": ["a"],
      "properties": [
        "a": ["type": "string", "minLength": 1, "default": "x"],
        "b": ["type": "string", "format": "uri", "minLength": 1],
      ],
    ]
    #expect(shape.schema == schema.normalised)
    for (path, value) in [
      (["required"], []), (["additionalProperties"], nil), (["properties", "a", "minLength"], nil),
      (["properties", "b", "format"], nil), (["properties", "c"], ["type": "string"]),
      (["properties", "b"], nil), (["properties", "a", "enum"], ["x"]),
    ] as [([String], JSON?)] {
      #expect(shape.schema != schema.replacing(path, with: value).normalised, "\(path)")
    }
  }
}

/// What the schema of an event's type says about the members on a path. Links are left out.
private struct Schema {
  private let root: JSON

  init(for event: JSON) throws {
    let type = try #require(event.at("context", "type")?.string)
    let parts = type.split(separator: ".")
    let name =
      type.hasPrefix("dev.cdeventsx.")
      ? "custom/schema.json" : "schemas/\(parts[2])\(parts[3]).json"
    let folder = try #require(SharedFiles.cdEvents)
    root = try SharedFile(url: folder.appending(path: name)).json
  }

  private func at(_ path: some Sequence<String>) -> JSON? {
    path.reduce(root as JSON?) { $0?.at("properties", $1) }
  }

  func describes(_ path: [String]) -> Bool { at(path)?["type"] != nil }
  func isClosed(_ path: [String]) -> Bool { at(path)?["additionalProperties"] == false }

  func requires(_ path: [String]) -> Bool {
    let required = at(path.dropLast())?["required"]?.array ?? []
    return required.contains(.string(path.last ?? ""))
  }
}

extension Shape {
  /// As `JSON.normalised` writes it.
  fileprivate var schema: JSON {
    switch self {
    case .text: ["type": "string"]
    case .name: ["type": "string", "minLength": 1]
    case .word(let words): ["type": "string", "enum": .array(words.map(JSON.string))]
    case .uri: ["type": "string", "format": "uri"]
    case .reference: ["type": "string", "format": "uri-reference"]
    case .list(let shape): ["type": "array", "items": shape.schema]
    case .object(let members):
      [
        "type": "object", "closed": .bool(members.isClosed),
        "required": .array(members.needs.keys.sorted().map(JSON.string)),
        "properties": .object(members.needs.merging(members.allows) { $1 }.mapValues(\.schema)),
      ]
    case .token, .instant, .maybe, .either: "not of JSON Schema"
    }
  }
}

extension JSON {
  /// A schema without what has no effect, in one spelling.
  fileprivate var normalised: JSON {
    if let choices = self["anyOf"]?.array {
      // A list of words, or any text: any text.
      return choices.last?.normalised ?? .null
    }
    var schema: [String: JSON] = ["type": self["type"] ?? .null]
    schema["enum"] = self["enum"]
    schema["format"] = self["format"]
    // An empty text is no URI.
    if self["format"] == nil, self["enum"] == nil { schema["minLength"] = self["minLength"] }
    schema["items"] = self["items"]?.normalised
    guard self["type"] == "object" else { return .object(schema) }
    schema["closed"] = .bool(self["additionalProperties"] == false)
    schema["required"] = .array(
      (self["required"]?.array ?? []).compactMap(\.string).sorted().map(JSON.string))
    schema["properties"] = .object((self["properties"]?.object ?? [:]).mapValues(\.normalised))
    return .object(schema)
  }
}
