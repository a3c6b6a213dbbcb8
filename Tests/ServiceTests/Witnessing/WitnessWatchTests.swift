import Foundation
import Ledger
import LedgerTesting
import Merkle
import Reports
import SQLiteStore
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct WitnessWatchTests {
    @Test func everyHeadIsBroughtOnceAndEachProofBeginsWhereTheWitnessIs() async throws {
      try await WitnessScene.with { scene async throws in
        let witness = scene.witnesses[0]
        for round in 0..<3 {
          try await scene.append("\(round)")
          for _ in 0..<3 { await scene.watch.look() }
        }
        #expect(witness.requests.map(\.old) == [0, 3, 4])
        #expect(witness.statuses == [200, 200, 200])
        #expect(try await scene.cosigned() == [5])
        let note = try await scene.store.read { try $0.cosignedCheckpoint() }
        #expect(
          try note?.signatures(by: [WitnessScene.signer().verifier, witness.verifier]).count == 2)
        #expect(
          scene.metrics.text().contains(
            #"ledger_witness_requests_total{witness="w1.example",result="cosigned"} 3"#))
      }
    }

    @Test func nothingGoesOutBeforeItIsKept() async throws {
      try await WitnessScene.with { scene async throws in
        scene.witnesses[0].fail(
          .perform {
            // While the request is under way the log goes on within the same minute.
            do { try await scene.append("during") } catch { Issue.record(error) }
          })
        await scene.watch.look()
        let sizes = try await scene.store.read {
          try $0.checkpoints(from: 0, limit: 0).map(\.size)
        }
        #expect(sizes == [2, 3])
        #expect(try await scene.cosigned() == [2])
      }
    }

    struct Trouble: Sendable, CustomTestStringConvertible {
      let testDescription: String
      let fault: FakeWitness.Fault
      /// Seconds after which it is asked again, and not before.
      let pause: Double
    }

    static let troubles = [
      Trouble(testDescription: "cut before", fault: .refuse, pause: 1),
      Trouble(testDescription: "cut after it kept", fault: .cut(), pause: 1),
      Trouble(testDescription: "500", fault: .answer(.init(status: 500, body: "")), pause: 1),
      Trouble(testDescription: "no lines", fault: .answer(.init(status: 200, body: "")), pause: 1),
      Trouble(
        testDescription: "a size that is none", fault: .answer(.init(status: 409, body: "?\n")),
        pause: 1),
      Trouble(testDescription: "404", fault: .answer(.init(status: 404, body: "")), pause: 300),
      Trouble(testDescription: "403", fault: .answer(.init(status: 403, body: "")), pause: 300),
      Trouble(testDescription: "400", fault: .answer(.malformed), pause: 300),
      Trouble(testDescription: "another key", fault: .wrongKey, pause: 300),
      Trouble(testDescription: "another text", fault: .otherText, pause: 300),
    ]

    @Test(arguments: troubles)
    func afterTroubleItIsAskedAgainButNotAtOnce(_ trouble: Trouble) async throws {
      try await WitnessScene.with { scene async throws in
        let witness = scene.witnesses[0]
        witness.fail(trouble.fault)
        await scene.watch.look()
        #expect(try await scene.cosigned() == [0])
        #expect(await scene.watch.hindrances.keys.map(\.self) == [witness.vkey])
        scene.clock.advance(seconds: trouble.pause - 0.5)
        await scene.watch.look()
        #expect(witness.requests.count == 1)
        scene.clock.advance(seconds: 1)
        await scene.watch.look()
        #expect(try await scene.cosigned() == [2])
        #expect(await scene.watch.hindrances.isEmpty)
        #expect(try await scene.alarms().isEmpty)
      }
    }

    @Test func pausesDouble() async throws {
      try await WitnessScene.with { scene async throws in
        let witness = scene.witnesses[0]
        witness.isDown = true
        for _ in 0..<64 {
          await scene.watch.look()
          scene.clock.advance(seconds: 1)
        }
        // After 0, 1, 3, 7, 15, 31 and 63 seconds.
        #expect(witness.requests.count == 7)
      }
    }

    @Test(arguments: [0, 1, 2])
    func itGoesOnFromTheSizeThatTheWitnessNames(known: Int) async throws {
      try await WitnessScene.with { scene async throws in
        let witness = scene.witnesses[0]
        if known > 0 {
          // It saw a head whose cosignature never came here, as after a kill.
          witness.fail(.cut())
          await scene.watch.look()
          scene.clock.advance(seconds: 10)
        }
        if known == 1 { try await scene.append("more") }
        if known == 0 { witness.fail(.conflict(1)) }
        await scene.watch.look()
        #expect(witness.statuses == (known == 0 ? [409, 409, 200] : [409, 200]))
        #expect(try await scene.cosigned() == [try await scene.size()])
        #expect(try await scene.alarms().isEmpty)
      }
    }

    @Test func aWitnessThatNamesAnotherSizeEachTimeIsLeftAlone() async throws {
      try await WitnessScene.with { scene async throws in
        scene.witnesses[0].fail(.conflict(1), .conflict(2), .conflict(1), .conflict(2))
        await scene.watch.look()
        #expect(scene.witnesses[0].requests.count == 3)
        #expect(try await scene.alarms().isEmpty)
      }
    }

    @Test func oneThatIsDownHoldsUpNobodyAndCatchesUp() async throws {
      try await WitnessScene.with(2) { scene async throws in
        scene.witnesses[1].isDown = true
        await scene.watch.look()
        #expect(try await scene.cosigned() == [2, 0])
        #expect(try await scene.store.read { try $0.cosignedCheckpoint() } == nil)
        scene.witnesses[1].isDown = false
        scene.clock.advance(seconds: 2)
        await scene.watch.look()
        #expect(try await scene.cosigned() == [2, 2])
        #expect(scene.witnesses[0].requests.count == 1)
        let note = try await scene.store.read { try $0.cosignedCheckpoint() }
        #expect(try note.map { try Checkpoint(text: $0.text).size } == 2)
      }
    }

    @Test func linesOfUnknownKeysAreKeptAndThoseUnderOtherNamesAreNot() async throws {
      try await WitnessScene.with { scene async throws in
        let own = NoteSignature(name: "w1.example", id: 9, bytes: [1, 2, 3]).line
        let other = NoteSignature(name: WitnessScene.origin, id: 9, bytes: [1, 2, 3]).line
        scene.witnesses[0].fail(.extraLines("\(own)\n\(other)\n"))
        await scene.watch.look()
        let lines = try await scene.store.read { try $0.cosignatures(of: 2).map(\.line) }
        #expect(lines.count == 2 && lines.contains(own))
      }
    }

    /// The worker's loop, with its own clock: one request at a time, however much is appended.
    @Test func manyAppendsAreFewHeads() async throws {
      try await WitnessScene.with(2) { scene async throws in
        let appended = Appended()
        var pace = WitnessWatch.Pace()
        pace.second = .milliseconds(10)
        let (clock, store) = (scene.clock, scene.store)
        let watch = WitnessWatch(
          store: store, host: DirectHost(witnesses: scene.witnesses), now: { clock.now },
          appended: appended, metrics: scene.metrics, logger: quiet, pace: pace)
        let running = Task { try await watch.run() }
        for number in 0..<200 {
          try await scene.append("\(number)")
          appended.announce()
        }
        try await until { try await scene.cosigned() == [202, 202] }
        running.cancel()
        try await running.value
        for witness in scene.witnesses {
          #expect(witness.mostConcurrent == 1)
          #expect(witness.requests.count < 150)
        }
      }
    }
  }
}
