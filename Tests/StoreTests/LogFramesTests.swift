import Foundation
import GRDB
import LedgerTesting
import Testing

@testable import SQLiteStore

/// What SQLite tells of the write-ahead log, against the log's own size.
@Suite struct LogFramesTests {
  private static let frame = 4_096 + 24
  private static let header = 32

  private struct Scene {
    let path: String
    let queue: DatabaseQueue
    let frames = LogFrames()

    init(_ path: String) throws {
      self.path = path
      queue = try DatabaseQueue(path: path)
      try queue.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0")
        frames.listen(to: db)
      }
      try write("CREATE TABLE numbers (number INTEGER, text TEXT)")
    }

    func write(_ sql: String) throws { try queue.write { try $0.execute(sql: sql) } }

    func fill(_ rows: Int) throws {
      let text = String(repeating: "x", count: 3_000)
      try queue.write { db in
        for number in 0..<rows {
          try db.execute(sql: "INSERT INTO numbers VALUES (?, ?)", arguments: [number, text])
        }
      }
    }

    func copy() throws {
      let result = try queue.writeWithoutTransaction { try $0.checkpoint(.passive) }
      frames.copied(result.checkpointedFrameCount)
    }

    /// Of a log that was never begun anew.
    var inFile: Int {
      get throws {
        let attributes = try FileManager.default.attributesOfItem(atPath: path + "-wal")
        let size = try #require(attributes[.size] as? Int)
        return (size - LogFramesTests.header) / LogFramesTests.frame
      }
    }
  }

  @Test func everyFrameCountsUntilItIsCopied() async throws {
    try await withScratch { scratch async throws in
      let scene = try Scene(scratch.path)
      try scene.fill(40)
      #expect(try scene.frames.uncopied == scene.inFile && scene.frames.uncopied > 40)
      try scene.copy()
      #expect(scene.frames.uncopied == 0)
      try scene.write("INSERT INTO numbers VALUES (1, 'the log begins anew')")
      #expect((1...3).contains(scene.frames.uncopied))
    }
  }

  @Test("what a reader holds back is still owed, and what comes after it too")
  func held() async throws {
    try await withScratch { scratch async throws in
      let scene = try Scene(scratch.path)
      let before = scene.frames.uncopied
      let reader = try LongRead(scratch.path)
      try scene.fill(40)
      try scene.copy()
      #expect(try scene.frames.uncopied == scene.inFile - before)
      try scene.fill(40)
      #expect(try scene.frames.uncopied == scene.inFile - before)
      try reader.end()
      try scene.copy()
      #expect(scene.frames.uncopied == 0)
    }
  }

  @Test func aLogThatWasCutOffOwesNothing() async throws {
    try await withScratch { scratch async throws in
      let scene = try Scene(scratch.path)
      try await scene.queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
      scene.frames.cutOff()
      #expect(scene.frames.uncopied == 0)
      try scene.fill(40)
      #expect(try scene.frames.uncopied == scene.inFile)
    }
  }
}
