import Foundation
import GRDB
import Gates
import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import SQLiteStore

/// Numbers are dense in each stream, whatever was refused, rolled back or repeated in between.
@Suite struct StreamTests {
  private struct Refused: Error {}

  /// Fails where pull request 13 is among the subjects, and notes every other one.
  private struct Notes: Reactor {
    func reactions(
      to subjects: Set<Subject>, reading tables: any LedgerReader, now: Instant
    ) throws -> [Entry] {
      if subjects.contains(.pull(repository: 1, number: 13)) { throw Refused() }
      return try subjects.map { _ in
        try Entry(
          kind: .noteRecorded, at: nil, received: now, source: .ledger,
          data: ["repository_id": 1, "text": "seen"])
      }
    }

    func occasion(of conclusion: Entry) -> Subject? { nil }
  }

  private func build(_ id: Int, key: String? = nil, repository: Int64 = 1) throws -> Submission {
    Submission(
      entry: try Entry(
        kind: .buildRecorded, at: nil, received: moment, source: .token("ci", key: key),
        data: ["id": .string(String(id)), "repository_id": .int(repository), "service": "api"]))
  }

  private func delivery(
    _ guid: String, hook: Int64 = 7, body: String, pull: Int64 = 1
  ) throws -> Submission {
    let evidence = Evidence(Array(body.utf8))
    return Submission(
      entry: try Entry(
        kind: .pullRequest, at: moment, received: moment,
        source: .github(event: "pull_request", delivery: guid, hook: hook),
        data: [
          "repository_id": 1, "repository": "acme/api", "number": .int(pull), "action": "opened",
          "head_sha": .string(Derived.commit(body)), "updated_at": .string(moment.description),
        ], evidence: evidence.reference), evidence: evidence)
  }

  /// Swift takes them for one text, SQLite for two.
  private static let spellings = ["caf\u{E9}", "cafe\u{301}"]

  @Test func twoSpellingsOfANameAreTwoStreams() async throws {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Silence(), now: { moment })
      for (number, service) in (Self.spellings + Self.spellings).enumerated() {
        let entry = try Entry(
          kind: .buildRecorded, at: nil, received: moment, source: .token("ci"),
          data: ["id": .string(String(number)), "service": .string(service)])
        _ = try await ledger.append([Submission(entry: entry)])
      }
      for service in Self.spellings {
        let name = Streams.service(service)
        #expect(try await ledger.read { try $0.end(of: name) } == 2)
        let found = try await ledger.read { try $0.entries(of: [name], in: 0..<4) }
        #expect(found.compactMap { $0.entry.number(in: name) } == [1, 2])
      }
      try await ledger.close()
      #expect(try Verifier.verify(path: scratch.path, reactor: Silence()).problems == [])
    }
  }

  @Test func twoSpellingsOfARefAreTwoRows() async throws {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Silence(), now: { moment })
      for (number, branch) in Self.spellings.enumerated() {
        let entry = try Entry(
          kind: .push, at: moment, received: moment,
          source: .github(event: "push", delivery: "p\(number)", hook: 7),
          data: [
            "repository_id": 1, "repository": "acme/api", "deleted": false,
            "ref": .string("refs/heads/\(branch)"), "after": .string(Derived.commit("one")),
          ])
        _ = try await ledger.append([Submission(entry: entry)])
      }
      try await ledger.close()
      let rows = try await DatabaseQueue(path: scratch.path).read {
        try Int.fetchOne($0, sql: "SELECT count(*) FROM pushes")
      }
      #expect(rows == 2)
      #expect(try Verifier.verify(path: scratch.path, reactor: Silence()).problems == [])
    }
  }

  private func check(_ ledger: SQLiteLedger) async throws -> [String: Int64] {
    let entries = try await ledger.read { try $0.entries(from: 0, limit: 0, kind: nil) }
    var last: [String: Int64] = [:]
    for stored in entries {
      let names = Streams.names(of: stored.entry)
      #expect(Set(stored.entry.streams.keys) == names, "entry \(stored.index)")
      for (name, number) in stored.entry.streams {
        #expect(number == last[name, default: 0] + 1, "\(name) at entry \(stored.index)")
        last[name] = number
      }
    }
    for (name, end) in last {
      let found = try await ledger.read { try $0.end(of: name) }
      #expect(found == end)
    }
    return last
  }

  @Test func numbersAreDenseAfterEverythingThatGoesWrong() async throws {
    try await withScratch { scratch in
      var ledger = try SQLiteLedger(path: scratch.path, reactor: Notes(), now: { moment })
      // Two of one call, and a note that the reactor adds.
      _ = try await ledger.append([build(1, key: "a"), delivery("g1", body: "one")])
      // A duplicate, a conflict, a witness.
      for (guid, hook, body) in [("g1", 7, "one"), ("g1", 7, "two"), ("g1", 8, "three")] {
        _ = try await ledger.append([delivery(guid, hook: Int64(hook), body: body)])
      }
      _ = try await ledger.append([build(1, key: "a")])
      // A contradiction behind something good: all of the call is rolled back.
      await #expect(throws: StoreError.contradiction(of: 0)) {
        _ = try await ledger.append([build(2, key: "b"), build(3, key: "a")])
      }
      // A group whose reaction fails.
      await #expect(throws: StoreError.self) {
        _ = try await ledger.append([build(4), delivery("g13", body: "13", pull: 13)])
      }
      // Many at once, some of which contradict: they share groups and savepoints.
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<60 {
          let calls = [
            try build(100 + number, key: "k\(number)", repository: Int64(number % 3)),
            try build(number, key: number % 4 == 0 ? "a" : "l\(number)"),
          ]
          let opened = ledger
          group.addTask {
            do { _ = try await opened.append(calls) } catch StoreError.contradiction {}
          }
        }
        try await group.waitForAll()
      }
      let before = try await check(ledger)
      let expected: Int64 = 1 + 45 * 2
      #expect(before["service/api"] == expected)
      try await ledger.close()
      ledger = try SQLiteLedger(path: scratch.path, reactor: Notes(), now: { moment })
      _ = try await ledger.append([build(999)])
      let after = try await check(ledger)
      #expect(after["service/api"] == expected + 1)
      try await ledger.close()
      #expect(try Verifier.verify(path: scratch.path, reactor: WithoutGates()).problems == [])
    }
  }

  // MARK: logs from before

  /// Takes the numbers out of the first entries, as an earlier version had written them.
  private func age(_ scratch: Scratch, below limit: Int64) throws {
    try scratch.tamper { db in
      var (frontier, fold) = (Frontier(), Fold(db))
      try db.execute(sql: "DELETE FROM tree_nodes")
      for table in Tables.all { try db.execute(sql: "DELETE FROM \(table.name)") }
      for row in try GRDB.Row.fetchAll(db, sql: "SELECT idx, bytes FROM entries ORDER BY idx") {
        let (index, bytes): (Int64, Data) = (row[0], row[1])
        let entry = try Entry(decoding: Array(bytes))
        let old = index < limit ? entry.unnumbered : entry
        try db.execute(
          sql: "UPDATE entries SET bytes = ?, leaf = ? WHERE idx = ?",
          arguments: [Data(old.bytes), Data(old.leaf.bytes), index])
        try fold.write(each: Projections.changes(of: Stored(index: index, entry: old)))
        for node in frontier.append(old.leaf) {
          try db.execute(
            sql: "INSERT INTO tree_nodes VALUES (?, ?, ?)",
            arguments: [node.position.level, node.position.index, Data(node.hash.bytes)])
        }
      }
    }
  }

  private func token() throws -> Submission {
    Submission(
      entry: try Entry(
        kind: .tokenCreated, at: nil, received: moment, source: .token("cli"),
        data: ["hash": "h", "name": "n", "scope": "read"]))
  }

  @Test func anOldLogIsNumberedFromItsFirstNewEntryOn() async throws {
    try await withScratch { scratch in
      var ledger = try SQLiteLedger(path: scratch.path, reactor: WithoutGates(), now: { moment })
      _ = try await ledger.append([token(), build(1), build(2), token()])
      #expect(try await ledger.read { try $0.numberedFrom() } == 0)
      try await ledger.close()
      try age(scratch, below: 4)
      ledger = try SQLiteLedger(path: scratch.path, reactor: WithoutGates(), now: { moment })
      #expect(try await ledger.read { try $0.numberedFrom() } == 3)
      _ = try await ledger.append([token(), build(3), build(4)])
      let entries = try await ledger.read { try $0.entries(from: 5, limit: 0, kind: nil) }
      #expect(entries.map { $0.entry.streams["service/api"] } == [1, 2])
      #expect(try await ledger.read { try $0.numberedFrom() } == 3)
      try await ledger.close()
      #expect(try Verifier.verify(path: scratch.path, reactor: WithoutGates()).problems == [])
    }
  }

  @Test func aLogWithoutMembersOfStreamsIsNumberedFromTheStart() async throws {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: WithoutGates(), now: { moment })
      _ = try await ledger.append([token(), token()])
      #expect(try await ledger.read { try $0.numberedFrom() } == 0)
      try await ledger.close()
    }
  }

  // MARK: reading

  @Test func entriesOfAStreamAreFoundByTheirNumbersAlone() async throws {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: WithoutGates(), now: { moment })
      let text = #"","streams":{"service/api":1},"service/api":2"#
      let note = try Entry(
        kind: .noteRecorded, at: nil, received: moment, source: .token("ci"),
        data: ["text": .string(text), "a": ["service/api": 5]])
      _ = try await ledger.append([
        Submission(entry: note), build(1), build(2, repository: 11), build(3),
      ])
      func found(_ names: Set<String>, _ range: Range<Int64>) async throws -> [Int64] {
        try await ledger.read { try $0.entries(of: names, in: range).map(\.index) }
      }
      #expect(try await found(["service/api"], 0..<9) == [1, 2, 3])
      #expect(try await found(["repository/1"], 0..<9) == [1, 3])
      #expect(try await found(["repository/1", "repository/11"], 2..<3) == [2])
      #expect(try await found(["service/ap"], 0..<9) == [])
      #expect(try await found([], 0..<9) == [])
      // More than SQLite's expressions may have.
      let many = Set((0..<3_000).map { "repository/\($0)" })
      #expect(try await found(many, 0..<9) == [1, 2, 3])
      #expect(try await found(many, 2..<3) == [2])
      #expect(try await found(many.subtracting(["repository/1"]), 0..<9) == [2])
      try await ledger.close()
    }
  }

  // MARK: exports

  private func export(_ names: [String], numberedFrom: Int64 = 0) throws -> Submission {
    Submission(
      entry: try Entry(
        kind: .exportMade, at: nil, received: moment, source: .ledger,
        data: [
          "streams": .object(Dictionary(uniqueKeysWithValues: names.map { ($0, 0) })),
          "numbered_from": .int(numberedFrom),
        ]))
  }

  @Test func anExportSaysWhereItsStreamsEndAtItsPlace() async throws {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: WithoutGates(), now: { moment })
      _ = try await ledger.append([build(1), build(2, repository: 2)])
      _ = try await ledger.append([
        build(3), export(["service/api", "repository/1", "repository/3"]), build(4),
      ])
      let stored = try await ledger.read { try $0.entry(at: 3) }
      #expect(
        stored?.entry.data["streams"]
          == ["service/api": 3, "repository/1": 2, "repository/3": 0])
      #expect(stored?.entry.streams == [:])
      try await ledger.close()
      #expect(try Verifier.verify(path: scratch.path, reactor: WithoutGates()).problems == [])
    }
  }

  struct Forgery: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let reason: String
    let index: Int64
    let change: @Sendable (Entry) throws -> Entry
  }

  static let forgeries = [
    Forgery(testDescription: "a number is left out", reason: "should be 2", index: 1) {
      try $0.numbered(["service/api": 3, "repository/1": 2])
    },
    Forgery(testDescription: "a number is given twice", reason: "should be 2", index: 1) {
      try $0.numbered(["service/api": 2, "repository/1": 1])
    },
    Forgery(testDescription: "a stream is left out", reason: "not numbered", index: 1) {
      try $0.numbered(["service/api": 2])
    },
    Forgery(testDescription: "all are left out", reason: "not numbered", index: 1) {
      $0.unnumbered
    },
    Forgery(testDescription: "a stream too many", reason: "not about", index: 1) {
      try $0.numbered(["service/api": 2, "repository/1": 2, "service/other": 1])
    },
    Forgery(testDescription: "an export ends elsewhere", reason: "ends at 1", index: 2) {
      try Entry(
        kind: .exportMade, at: nil, received: $0.received, source: .ledger,
        data: ["streams": ["service/api": 1], "numbered_from": 0])
    },
    Forgery(testDescription: "an export begins elsewhere", reason: "numbered from 0", index: 2) {
      try Entry(
        kind: .exportMade, at: nil, received: $0.received, source: .ledger,
        data: ["streams": ["service/api": 2], "numbered_from": 1])
    },
  ]

  /// The number is right, and the stream another one.
  @Test func aTwinsStreamIsNotTheNameds() throws {
    let entry = try Entry(
      kind: .buildRecorded, at: nil, received: moment, source: .token("ci"),
      data: ["id": "1", "service": .string(Self.spellings[0])])
    var check = StreamCheck()
    let honest = try entry.numbered([Streams.service(Self.spellings[0]): 1])
    #expect(check.check(Stored(index: 0, entry: honest)).isEmpty)
    var other = StreamCheck()
    let forged = try entry.numbered([Streams.service(Self.spellings[1]): 1])
    #expect(other.check(Stored(index: 0, entry: forged)).count == 1)
  }

  @Test(arguments: forgeries)
  func verifyCountsAgain(_ forgery: Forgery) async throws {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: WithoutGates(), now: { moment })
      _ = try await ledger.append([build(1), build(2), export(["service/api"]), build(3)])
      try await ledger.close()
      try scratch.tamper { db in
        let bytes =
          try Data.fetchOne(
            db, sql: "SELECT bytes FROM entries WHERE idx = ?", arguments: [forgery.index])
          ?? Data()
        let forged = try forgery.change(try Entry(decoding: Array(bytes)))
        try db.execute(
          sql: "UPDATE entries SET bytes = ?, leaf = ? WHERE idx = ?",
          arguments: [Data(forged.bytes), Data(forged.leaf.bytes), forgery.index])
      }
      let problems = try Verifier.verify(path: scratch.path, reactor: WithoutGates()).problems
      #expect(
        problems.contains { $0.entry == forgery.index && $0.reason.contains(forgery.reason) },
        "\(problems)")
    }
  }
}

private struct WithoutGates: Reactor {
  func reactions(
    to subjects: Set<Subject>, reading tables: any LedgerReader, now: Instant
  ) -> [Entry] { [] }

  func occasion(of conclusion: Entry) -> Subject? { nil }
}
