import Foundation
import Testing

@Suite struct LayoutTests {
  static let longest = 450

  @Test func noFileIsTooLong() throws {
    for folder in ["Sources", "Tests", "schema"] {
      for file in try SourceTree.files(folder, extension: "swift") {
        #expect(file.lines.count <= Self.longest, "\(file.path) has \(file.lines.count) lines")
      }
    }
  }

  /// `struct Ledger` in module `Ledger` would break `Ledger.Entry`.
  @Test(arguments: Room.all)
  func noModuleHasATypeOfItsOwnName(room: Room) throws {
    let declarations = ["struct", "class", "enum", "actor", "protocol", "typealias"]
    for file in try SourceTree.swift(of: room) {
      for line in file.code {
        let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        for (word, next) in zip(words, words.dropFirst()) where next == room.name {
          #expect(!declarations.contains(String(word)), "\(file.path): \(line)")
        }
      }
    }
  }

  /// A test that is nowhere is no test: a test target for each room but the tools.
  @Test func everyRoomOfTheProductHasTests() throws {
    let tests = try Set(SourceTree.names("Tests"))
    let others = ["LedgerTesting", "LedgerDemo", "LedgerDictionary", "SQLiteStore"]
    for room in Room.all where !others.contains(room.name) {
      #expect(tests.contains(room.name + "Tests"))
    }
    #expect(tests.contains("StoreTests"))
  }

  // MARK: schema

  @Test func everyKindHasASchema() throws {
    let kinds = try declaredKinds()
    #expect(kinds.count > 15)
    for kind in kinds {
      let schema = try object("schema/entries/\(kind).json")
      #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
      #expect((schema["$id"] as? String)?.hasSuffix("/\(kind).json") == true, "\(kind)")
      #expect((schema["title"] as? String) == kind)
      let properties = schema["properties"] as? [String: Any]
      #expect((properties?["kind"] as? [String: Any])?["const"] as? String == kind)
      #expect(properties?["data"] is [String: Any], "\(kind)")
    }
  }

  @Test func everySchemaHasAKind() throws {
    let files = try SourceTree.names("schema/entries").filter { $0 != "entry.json" }
    #expect(Set(files) == Set(try declaredKinds().map { $0 + ".json" }))
  }

  @Test func everyKindIsDocumented() throws {
    let text = try String(
      contentsOf: SourceTree.root.appending(path: "docs/entry-format.md"), encoding: .utf8)
    for kind in try declaredKinds() { #expect(text.contains("| `\(kind)` |"), "\(kind)") }
  }

  /// 1, 2, 3, … in every engine: a gap would be filled later and run in the wrong order.
  @Test func migrationsAreDense() throws {
    let engines = try SourceTree.names("schema").filter { name in
      FileManager.default.fileExists(
        atPath: SourceTree.root.appending(path: "schema/\(name)/migrations").path)
    }
    #expect(engines.contains("sqlite"))
    for engine in engines {
      let names = try SourceTree.names("schema/\(engine)/migrations")
      #expect(names.allSatisfy { $0.hasSuffix(".sql") })
      let numbers = names.map { $0.prefix { $0 != "_" } }
      #expect(numbers.allSatisfy { $0.count == 4 })
      #expect(numbers.map { Int($0) } == names.indices.map { $0 + 1 }, "\(names)")
    }
  }

  private func declaredKinds() throws -> [String] {
    let file = try SourceTree.files("Sources/Ledger", extension: "swift")
      .first { $0.path == "Sources/Ledger/Kinds.swift" }
    return try #require(file).code.compactMap { line in
      guard line.contains(": Kind = ") else { return nil }
      return line.split(separator: "\"").dropFirst().first.map(String.init)
    }
  }

  private func object(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: SourceTree.root.appending(path: path))
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }
}
