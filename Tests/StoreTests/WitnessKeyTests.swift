import Ledger
import Merkle
import Testing

@testable import SQLiteStore

/// Keys of witnesses that whoever verifies a file knows from elsewhere.
@Suite struct WitnessKeyTests {
  private func reasons(
    _ path: String, _ witnesses: [NoteSigner], against: [SignedNote] = []
  ) throws -> [String] {
    var options = VerifyOptions()
    options.trusted = try [CosignatureTests.signer().verifier] + witnesses.map(\.verifier)
    options.against = against
    return try Verifier.verify(path: path, reactor: Silence(), options: options)
      .problems.map(\.reason)
  }

  @Test func eachOneHasToHaveCosignedAHead() async throws {
    try await withScratch { scratch async throws in
      let (first, second) = (try CosignatureTests.witness(1), try CosignatureTests.witness(2))
      let ledger = try CosignatureTests.open(scratch.path)
      try await CosignatureTests.name([first], quorum: 1, in: ledger)
      let size = try await CosignatureTests.cosign([first], in: ledger)
      try await CosignatureTests.append(2, to: ledger)
      let notes = try await ledger.read {
        try $0.checkpoints(from: size, limit: 1).map { try SignedNote($0.note) }
      }
      try await ledger.close()
      var note = try #require(notes.first)
      #expect(try reasons(scratch.path, [first]) == [])
      // Of the same name, with another key.
      let stranger = try NoteSigner(
        name: first.verifier.name, seed: Array(repeating: 9, count: 32), algorithm: .cosignature)
      for absent in [second, stranger] {
        let found = try reasons(scratch.path, [first, absent])
        #expect(found.count == 1, "\(found)")
        #expect(
          found.first?.contains("the witness \(absent.verifier.name), whose key was given") == true)
      }
      // Its line is below a head that was kept elsewhere, and that the log leads to.
      note.signatures.append(try second.cosign(note.text, at: 1_790_000_000))
      #expect(try reasons(scratch.path, [first, second], against: [note]) == [])
    }
  }

  @Test func aLineThatDoesNotFitIsNone() async throws {
    try await withScratch { scratch async throws in
      let witness = try CosignatureTests.witness(3)
      let ledger = try CosignatureTests.open(scratch.path)
      try await CosignatureTests.append(1, to: ledger)
      // Not named by the log: its line is kept for who knows the key.
      try await CosignatureTests.cosign([witness], in: ledger)
      try await ledger.close()
      #expect(try reasons(scratch.path, [witness]) == [])
      let line = try witness.cosign("another text\n", at: 1_790_000_000).line
      try scratch.tamper {
        try $0.execute(sql: "UPDATE cosignatures SET line = ?", arguments: [line])
      }
      #expect(try reasons(scratch.path, [witness]).count == 1)
    }
  }
}
