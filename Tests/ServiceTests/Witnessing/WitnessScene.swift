import Foundation
import Gates
import Ledger
import LedgerTesting
import Merkle
import SQLiteStore
import Synchronization
import Testing

@testable import Service

/// A signed log, its witnesses, and the worker between them, on a clock that only the test moves.
struct WitnessScene: Sendable {
  static let origin = "ledger.example/test"

  let store: SQLiteLedger
  let path: String
  let clock: TestClock
  let metrics = Metrics()
  let witnesses: [FakeWitness]
  let watch: WitnessWatch

  static func signer() throws -> NoteSigner {
    try NoteSigner(name: origin, seed: Array(0..<32))
  }

  /// A child that another test starts just now holds every lock of this process until it is itself.
  static func open(_ path: String, _ clock: TestClock) async throws -> SQLiteLedger {
    let opened = Mutex(SQLiteLedger?.none)
    try await until {
      do {
        let store = try SQLiteLedger(
          path: path, reactor: Gatehouse(), signers: [signer()], now: { clock.now })
        opened.withLock { $0 = store }
        return true
      } catch StartupRefused.locked { return false }
    }
    return try #require(opened.withLock { $0 })
  }

  init(_ store: SQLiteLedger, _ path: String, _ clock: TestClock, _ witnesses: [FakeWitness]) {
    (self.store, self.path, self.clock, self.witnesses) = (store, path, clock, witnesses)
    watch = WitnessWatch(
      store: store, host: DirectHost(witnesses: witnesses), now: { clock.now },
      appended: Appended(), metrics: metrics, logger: quiet)
  }

  /// - Parameters:
  ///   - count: of witnesses, all of which have to cosign.
  ///   - closes: unless the test itself closes the store.
  static func with(
    _ count: Int = 1, quorum: Int? = nil, closes: Bool = true,
    _ test: @escaping @Sendable (WitnessScene) async throws -> Void
  ) async throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("ledger-witness-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer {
      do { try FileManager.default.removeItem(at: directory) } catch { Issue.record(error) }
    }
    let path = directory.appendingPathComponent("ledger.sqlite").path
    let clock = TestClock()
    let log = try signer().verifier
    var witnesses: [FakeWitness] = []
    for number in 1...count {
      witnesses.append(try await FakeWitness.start(name: "w\(number).example", logs: [log]))
    }
    let scene = WitnessScene(try await open(path, clock), path, clock, witnesses)
    try await scene.name(quorum: quorum)
    try await test(scene)
    if closes { try await scene.store.close() }
    for witness in witnesses { await witness.stop() }
  }

  /// Puts the witnesses in force, as the configuration does.
  func name(quorum: Int? = nil) async throws {
    let members = witnesses.map { LogWitnesses.Member(verifier: $0.verifier, url: $0.url) }
    let entry = try LogWitnesses(members: members, quorum: quorum).entry(received: clock.now)
    _ = try await store.append([Submission(entry: entry)])
  }

  @discardableResult
  func append(_ text: String) async throws -> Int64 {
    let entry = try Entry(
      kind: .noteRecorded, at: nil, received: clock.now, source: .token("test"),
      data: ["text": .string(text), "about": nil])
    return try await store.append([Submission(entry: entry)])[0].index
  }

  func size() async throws -> Int64 { try await store.read { try $0.size() } }

  /// The newest head that each witness cosigned, as the log knows it.
  func cosigned() async throws -> [Int64] {
    let keys = witnesses.map(\.verifier)
    return try await store.read { tables in
      try keys.map { try tables.lastCosignature(by: $0)?.size ?? 0 }
    }
  }

  func alarms() async throws -> [Stored] {
    try await store.read { try $0.entries(from: 0, limit: 0, kind: .witnessRefused) }
  }
}

/// Hands requests over without a socket; the real client has tests of its own.
struct DirectHost: WitnessHost {
  let witnesses: [FakeWitness]

  func add(
    _ request: WitnessRequest, to url: String
  ) async throws(WitnessUnreachable) -> (status: Int, body: String) {
    guard let witness = witnesses.first(where: { $0.url == url }) else {
      throw WitnessUnreachable("nobody is there")
    }
    do {
      let answer = try await witness.add(Array(request.text.utf8))
      return (answer.status, answer.body)
    } catch { throw WitnessUnreachable("\(error)") }
  }
}
