import Foundation
import Gates
import Ledger
import Merkle
import Reports
import SQLiteStore
import Testing

@testable import LedgerCLI

private let moment = Instant(seconds: 1_795_000_000)

/// A log to which something happens whenever it has shown its head.
private struct BusySource: LedgerSource {
  let file: FileSource
  let meanwhile: @Sendable () async throws -> Void
  /// What becomes of an answer.
  var change: @Sendable (JSON) -> JSON = { $0 }

  /// A trace that cites two entries, whatever it is of.
  private static let trace: JSON = ["links": [["entry": "0"], ["entry": "2"]]]

  func ask(_ name: String, _ parameters: [(String, String)]) async throws -> JSON {
    if name == TraceQuestion.name { return BusySource.trace }
    return change(try await file.ask(name, parameters))
  }

  func gate(repository: String, pull: Int64) async throws -> GateReport? { nil }

  func entries(from: Int64, limit: Int, kind: String?) async throws -> [JSON] { [] }

  func entry(_ index: Int64) async throws -> JSON? { try await file.entry(index) }

  func log() async throws -> JSON {
    let log = try await file.log()
    try await meanwhile()
    return log
  }

  func follow(
    _ parameters: [(String, String)], _ tell: @Sendable (Followed) async throws -> Void
  ) async throws {}
}

/// Proofs of a log that is written to while they are made.
@Suite struct ProverTests {
  private static func signer() throws -> NoteSigner {
    try NoteSigner(name: "a.example/log", seed: Array(0..<32))
  }

  private static func append(to store: SQLiteLedger) async throws {
    let entry = try Entry(
      kind: .noteRecorded, at: nil, received: moment, source: .token("test"),
      data: ["text": "more", "about": nil])
    _ = try await store.append([Submission(entry: entry)])
  }

  /// A log of four entries, all of whose heads are of one minute: each takes the other's place.
  private func withLog(_ test: (SQLiteLedger, FileSource) async throws -> Void) async throws {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "ledger-prover-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let path = directory.appending(path: "ledger.sqlite").path
    let store = try SQLiteLedger(
      path: path, reactor: Gatehouse(), signers: [Self.signer()], now: { moment })
    let result: Result<Void, any Error>
    do {
      for _ in 0..<3 { try await Self.append(to: store) }
      result = .success(try await test(store, FileSource(path)))
    } catch { result = .failure(error) }
    try await store.close()
    try FileManager.default.removeItem(at: directory)
    try result.get()
  }

  @Test func aHeadThatTheLogDroppedSinceStillProves() async throws {
    try await withLog { store, file async throws in
      let source = BusySource(file: file, meanwhile: { try await Self.append(to: store) })
      let chain = try await Prover(source).chain(of: "api@prod")
      let checkpoint = try chain.entries(signedBy: [Self.signer().verifier]).checkpoint
      #expect(chain.parts.map(\.index) == [0, 2])
      let sizes = try await store.read { try $0.checkpoints(from: 0, limit: 0).map(\.size) }
      #expect(checkpoint.size == 5 && sizes == [6])
      #expect(try await Prover(source).proof(of: 1).file.index == 1)
    }
  }

  @Test func whatWitnessesAddedMeanwhileIsInTheProof() async throws {
    let witness = try NoteSigner(
      name: "w.example", seed: Array(32..<64), algorithm: .cosignature)
    try await withLog { store, file async throws in
      let source = BusySource(
        file: file,
        meanwhile: {
          let head = try #require(try await store.keepCheckpoint())
          let line = try witness.cosign(SignedNote(head.note).text, at: 1_795_000_001)
          try await store.cosign(head.size, [line], at: moment)
          try await Self.append(to: store)
        })
      let chain = try await Prover(source).chain(of: "api@prod")
      let keys = [try Self.signer().verifier, witness.verifier]
      #expect(try chain.note.signatures(by: keys).count == 2)
      #expect(try chain.entries(signedBy: keys).checkpoint.size == 5)
    }
  }

  /// Two heads of one size are two histories, also where the log's key signed both.
  @Test func anotherHeadThanTheOneThatWasShownIsNoProof() async throws {
    try await withLog { store, file async throws in
      let other = try Checkpoint(origin: "a.example/log", size: 4, root: .leaf([1]))
        .signed(by: [Self.signer()]).description
      let source = BusySource(
        file: file, meanwhile: {}, change: { $0.with(["checkpoint": .string(other)]) })
      let failure = try await #require(throws: Failure.self) {
        try await Prover(source).chain(of: "api@prod")
      }
      #expect(failure.code == Exit.integrity && failure.message.contains("head of 4 entries"))
    }
  }
}
