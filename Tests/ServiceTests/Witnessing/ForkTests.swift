import Foundation
import Ledger
import LedgerTesting
import Merkle
import Reports
import SQLiteStore
import Synchronization
import Testing

@testable import Service

extension ServiceTests {
  /// A log that was put back to a backup and goes on under the same key.
  @Suite struct ForkTests {
    /// Appends, lets the witness see it, and puts the file back to what it was before.
    ///
    /// - Parameter more: entries that are appended to the backup then.
    private func forked(
      more: Int, _ test: @escaping @Sendable (WitnessScene) async throws -> Void
    ) async throws {
      try await WitnessScene.with(closes: false) { scene async throws in
        try await scene.append("first")
        await scene.watch.look()
        try await scene.store.close()
        let backup = scene.path + ".backup"
        try FileManager.default.copyItem(atPath: scene.path, toPath: backup)
        let lost = WitnessScene(
          try await WitnessScene.open(scene.path, scene.clock), scene.path, scene.clock,
          scene.witnesses)
        for number in 0..<3 { try await lost.append("lost \(number)") }
        await lost.watch.look()
        #expect(try await lost.cosigned() == [6])
        try await lost.store.close()
        for suffix in ["", "-wal", "-shm"] where suffix.isEmpty || exists(scene.path + suffix) {
          try FileManager.default.removeItem(atPath: scene.path + suffix)
        }
        try FileManager.default.moveItem(atPath: backup, toPath: scene.path)
        let again = WitnessScene(
          try await WitnessScene.open(scene.path, scene.clock), scene.path, scene.clock,
          scene.witnesses)
        for number in 0..<more { try await again.append("other \(number)") }
        try await test(again)
        try await again.store.close()
      }
    }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    @Test(arguments: [(1, 409, 6), (3, 422, 6), (5, 422, 6)])
    func theWitnessRefusesItAndTheLogSaysSoOnce(more: Int, status: Int64, size: Int64) async throws
    {
      try await forked(more: more) { scene async throws in
        for _ in 0..<4 {
          await scene.watch.look()
          scene.clock.advance(seconds: 400)
          try await scene.append("and more")
        }
        let alarms = try await scene.alarms()
        #expect(alarms.count == 1)
        let data = try #require(alarms.first?.entry.data)
        #expect(data["witness"] == "w1.example" && data["status"] == .int(status))
        #expect(data["witness_size"] == .int(size) && data["size"] == .int(Int64(3 + more)))
        #expect(try await scene.cosigned() == [3])
        let (clock, store) = (scene.clock, scene.store)
        let answer = try await store.read {
          try Questions.answer("doctor", [], reading: $0, now: clock.now)
        }
        let check = answer["checks"]?.array?.first { $0["name"] == "refused by witnesses" }
        #expect(check?["state"] == "problem")
        #expect(check?["items"] == [.string("w1.example: entry \(alarms[0].index)")])
      }
    }

    /// Of the same size and with another root: tlog-witness 1.0.0 has 409 for that, without a size.
    @Test(arguments: ["", "roots do not match\n"])
    func aConflictThatNamesNoOtherSizeIsNoLessARefusal(body: String) async throws {
      try await forked(more: 3) { scene async throws in
        scene.witnesses[0].fail(.conflict(6), .answer(.init(status: 409, body: body)))
        await scene.watch.look()
        let data = try #require(try await scene.alarms().first?.entry.data)
        #expect(data["status"] == .int(409) && data["witness_size"] == .int(6))
        #expect(data["size"] == .int(6))
        #expect(scene.witnesses[0].requests.last?.old == 6)
      }
    }

    /// The negative control: the same steps, and no backup is put back.
    @Test func aLogThatOnlyGrowsIsNotRefused() async throws {
      try await WitnessScene.with { scene async throws in
        for number in 0..<4 {
          try await scene.append("\(number)")
          await scene.watch.look()
          scene.clock.advance(seconds: 400)
        }
        #expect(try await scene.alarms().isEmpty)
        #expect(scene.witnesses[0].statuses == [200, 200, 200, 200])
      }
    }
  }

  @Suite struct WitnessDoctorTests {
    private func check(_ scene: WitnessScene) async throws -> JSON? {
      let now = scene.clock.now
      let answer = try await scene.store.read {
        try Questions.answer("doctor", [], reading: $0, now: now)
      }
      return answer["checks"]?.array?.first { $0["name"] == "witnesses" }
    }

    @Test func whoeverIsBehindForAnHourIsNamed() async throws {
      try await WitnessScene.with(2, quorum: 1) { scene async throws in
        #expect(try await check(scene)?["detail"]?.string?.contains("yet") == true)
        scene.witnesses[1].isDown = true
        await scene.watch.look()
        let good = try #require(try await check(scene))
        #expect(good["state"] == "ok" && good["detail"] == "1 of 2 vouch for 2 entries of 2")
        #expect(good["items"]?.array?.last == "w2.example: never")
        scene.witnesses[0].isDown = true
        try await scene.append("unseen")
        scene.clock.advance(seconds: 3_599)
        #expect(try await check(scene)?["state"] == "ok")
        scene.clock.advance(seconds: 2)
        let bad = try #require(try await check(scene))
        #expect(bad["state"] == "warning")
        #expect(
          bad["detail"] == .string("no outside checkpoint since \(noon): 2 entries of 3"), "\(bad)")
        #expect(bad["items"]?.array?.first?.string?.hasSuffix(", 3601 s ago") == true)
      }
    }

    /// An entry is verified, and the row that says when a head was signed is not.
    @Test func sinceWhenIsTakenFromTheLog() async throws {
      try await WitnessScene.with { scene async throws in
        scene.clock.advance(seconds: 100)
        let entry = try Entry(
          kind: .noteRecorded, at: nil, received: noon, source: .token("test"),
          data: ["text": "received before its head was signed", "about": nil])
        _ = try await scene.store.append([Submission(entry: entry)])
        await scene.watch.look()
        scene.witnesses[0].isDown = true
        try await scene.append("unseen")
        scene.clock.advance(seconds: 3_601)
        let detail = try #require(try await check(scene)?["detail"])
        #expect(detail == .string("no outside checkpoint since \(noon): 3 entries of 4"))
      }
    }

    @Test func withoutWitnessesItSaysWhatThatMeans() async throws {
      try await WitnessScene.with { scene async throws in
        _ = try await scene.store.append([
          Submission(entry: try LogWitnesses.none.entry(received: noon))
        ])
        let check = try #require(try await check(scene))
        #expect(check["state"] == "warning")
        #expect(check["detail"]?.string?.hasPrefix("no outside checkpoint: ") == true)
      }
    }
  }

  @Suite struct HeadCopyTests {
    private final class Files: @unchecked Sendable {
      var writes: [(note: String, path: String)] = []
      var error: (any Error)?
      var kept: [String: String] = [:]
    }

    struct Full: Error {}

    @Test func theCopyIsWrittenWhereThereIsNews() async throws {
      try await WitnessScene.with { scene async throws in
        let (files, place) = (Files(), HeadCopyPlace("/a"))
        let copy = HeadCopy(
          store: scene.store, place: place, read: { files.kept[$0] },
          write: { text, path in
            if let error = files.error { throw error }
            files.writes.append((text, path))
          }, logger: quiet)
        for _ in 0..<3 { await copy.look() }
        #expect(files.writes.map(\.path) == ["/a"])
        #expect(files.writes.first?.note.contains("\n2\n") == true)
        try await scene.append("more")
        // Heads of one minute replace each other, also those that a file has.
        let sizes = try await scene.store.read {
          try $0.checkpoints(from: 0, limit: 0).map(\.size)
        }
        #expect(sizes == [3])
        files.error = Full()
        await copy.look()
        #expect(await copy.problem != nil)
        files.error = nil
        await copy.look()
        #expect(await copy.problem == nil)
        place.replace("/b")
        await copy.look()
        place.replace(nil)
        await copy.look()
        #expect(files.writes.map(\.path) == ["/a", "/a", "/b"])
      }
    }

    /// What a backup lacks of it is what a start cannot see.
    @Test func theCopyFollowsWithinSeconds() async throws {
      try await WitnessScene.with { scene async throws in
        let written = Mutex("")
        let copy = HeadCopy(
          store: scene.store, place: HeadCopyPlace("/a"), read: { _ in nil },
          write: { text, _ in written.withLock { $0 = text } }, logger: quiet)
        let running = Task { try await copy.run() }
        for size in 2...4 {
          if size > 2 { try await scene.append("\(size)") }
          try await until { written.withLock { $0.contains("\n\(size)\n") } }
        }
        running.cancel()
        try await running.value
      }
    }

    @Test(arguments: [1, 2, 3])
    func aCopyOfAnotherHistoryIsNotReplaced(size: Int) async throws {
      try await WitnessScene.with { scene async throws in
        let files = Files()
        let other = try Checkpoint(
          origin: WitnessScene.origin, size: size, root: .leaf("other".utf8)
        ).signed(by: [WitnessScene.signer()])
        let own = try await scene.store.read { try $0.checkpoints(from: 0, limit: 1)[0].note }
        let stranger = try NoteSigner(name: WitnessScene.origin, seed: Array(32..<64))
        let strange = try Checkpoint(text: SignedNote(own).text).signed(by: [stranger])
        files.kept = [
          "/other": other.description, "/own": own, "/garbage": "x",
          "/stranger": strange.description,
        ]
        let place = HeadCopyPlace("/other")
        let copy = HeadCopy(
          store: scene.store, place: place, read: { files.kept[$0] },
          write: { files.writes.append(($0, $1)) }, logger: quiet)
        for path in ["/other", "/garbage", "/stranger", "/own"] {
          place.replace(path)
          await copy.look()
          #expect(await (copy.problem == nil) == (path == "/own"))
        }
        #expect(files.writes.map(\.path) == ["/own"])
      }
    }
  }
}
