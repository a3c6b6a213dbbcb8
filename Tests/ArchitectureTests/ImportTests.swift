import Testing

@Suite struct ImportTests {
  @Test func everyModuleIsARoom() throws {
    let rooms = Set(Room.all.map(\.name))
    // C libraries have a module map and no Swift.
    let folders = try SourceTree.names("Sources").filter { !$0.hasPrefix("C") }
    #expect(Set(folders) == rooms)
  }

  @Test(arguments: Room.all)
  func importsStayWithinTheWalls(room: Room) throws {
    let files = try SourceTree.swift(of: room)
    #expect(!files.isEmpty)
    for file in files {
      for line in file.code {
        guard let module = importedModule(line) else { continue }
        #expect(room.allowed.contains(module), "\(file.path) imports \(module)")
      }
    }
  }

  /// Nothing flows back: sorted by who imports whom, the rooms form no circle.
  @Test func roomsFormNoCircle() {
    var built: Set<String> = ["SQLiteSchema", "EvidenceDictionaries", "CZstd"]
    var waiting = Room.all
    while let next = waiting.firstIndex(where: { $0.own.isSubset(of: built) }) {
      built.insert(waiting.remove(at: next).name)
    }
    #expect(waiting.map(\.name) == [])
  }

  @Test func pureRoomsRestOnPureRooms() {
    let pure = Set(Room.all.filter(\.isPure).map(\.name))
    for room in Room.all where room.isPure {
      #expect(room.own.isSubset(of: pure), "\(room.name)")
      let system = room.system.subtracting(
        room.name == "Attestations" ? ["FoundationEssentials"] : [])
      #expect(system.isSubset(of: ["Synchronization"]), "\(room.name)")
    }
  }

  /// Each technology lives behind one door; the executable may wire them.
  @Test(arguments: [
    ("GRDB", ["SQLiteStore"]), ("GRDBSQLite", ["SQLiteStore"]), ("Mustache", ["Service"]),
    ("Yams", ["LedgerCLI"]),
    ("ArgumentParser", ["LedgerCLI"]), ("JWTKit", ["GitHubAPI"]),
    ("Subprocess", ["LedgerCLI"]), ("X509", ["Attestations"]),
    ("AsyncHTTPClient", ["GitHubAPI", "LedgerCLI", "LedgerDemo"]),
  ])
  func technologiesHaveOneRoom(module: String, rooms: [String]) {
    #expect(Room.all.filter { $0.external.contains(module) }.map(\.name) == rooms)
  }

  @Test func nothingOfTheProductImportsTestingTools() throws {
    for room in Room.all where !["LedgerDemo", "LedgerDictionary"].contains(room.name) {
      #expect(room.own.isDisjoint(with: ["LedgerTesting", "LedgerDemo", "LedgerCLI"]))
    }
  }

  @Test(
    arguments: [
      ("import Ledger", "Ledger"), ("@testable import Ledger", "Ledger"),
      ("public import Ledger", "Ledger"),
      ("@_exported public import struct Ledger.Entry", "Ledger"),
      ("import class Foundation.Process", "Foundation"),
      ("@preconcurrency import NIOCore", "NIOCore"),
      ("import Glibc;", "Glibc"), ("let import = 1", nil), ("important Ledger", nil),
      ("x.import Ledger", nil), ("", nil),
    ] as [(Substring, String?)])
  func importLinesAreUnderstood(line: Substring, module: String?) {
    #expect(importedModule(line) == module)
  }
}
