import Foundation
import Testing

@testable import Ledger

/// What a projection reads is what the kind's schema describes.
@Suite struct SchemaTests {
  private static let kinds = Projections.all.flatMap { projection in projection.kinds }
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../schema/entries")

  @Test(arguments: kinds)
  func samplesFitTheirSchema(kind: Kind) throws {
    let file = Self.folder.appending(path: "\(kind).json")
    let schema = try JSON.parse(try Data(contentsOf: file))
    let sample = try #require(try Samples.one(of: kind))
    let data = try #require(schema.at("properties", "data"))
    let described = try #require(data["properties"]?.object)
    for member in sample.keys {
      #expect(described[member] != nil, "\(kind) has no \(member) in its schema")
    }
    let required = try #require(data["required"]?.array).compactMap(\.string)
    #expect(required.allSatisfy { described[$0] != nil })
  }

  /// Members of the envelope, as the writer writes them.
  @Test(arguments: kinds)
  func theEnvelopeIsDescribed(kind: Kind) throws {
    let file = Self.folder.appending(path: "\(kind).json")
    let schema = try JSON.parse(try Data(contentsOf: file))
    let entry = try Samples.entry(kind, try #require(try Samples.one(of: kind)))
    let written = try #require(JSON.parse(entry.bytes).object)
    let properties = try #require(schema["properties"]?.object)
    #expect(Set(properties.keys) == Set(written.keys).union(["streams"]))
    #expect(Set(schema["required"]?.array?.compactMap(\.string) ?? []) == Set(written.keys))
  }
}
