import Foundation
import Testing

@testable import LedgerCLI

@Suite struct OutputTargetTests {
  private func withFolder(_ test: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
      do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
    }
    try test(folder)
  }

  @Test func whatIsReadIsNotWrittenOver() throws {
    try withFolder { folder in
      func path(_ name: String) -> String { folder.appending(path: name).path }
      let files = FileManager.default
      for name in ["x", "x.key", "kept"] { try Data([1]).write(to: folder.appending(path: name)) }
      try files.createSymbolicLink(atPath: path("link"), withDestinationPath: "x")
      try files.linkItem(atPath: path("x"), toPath: path("hard"))
      for name in [
        "x", "link", "hard", "./x", "x.key", "x-wal", "x.key.next", "x-shm", "x.lock", "kept",
      ] {
        #expect(throws: Failure.self, "\(name)") {
          try OutputTarget.refuse(writing: path(name), ofLedger: path("x"), inputs: [path("kept")])
        }
      }
      // A ledger that is named by a link has its log beside the file, and its key beside the link.
      for name in ["x", "x-wal", "link.key"] {
        #expect(throws: Failure.self, "\(name)") {
          try OutputTarget.refuse(writing: path(name), ofLedger: path("link"))
        }
      }
      for name in ["y", "x.pages", "none/x"] {
        try OutputTarget.refuse(writing: path(name), ofLedger: path("x"), inputs: ["-"])
      }
      try OutputTarget.refuse(writing: nil, ofLedger: path("x"))
      try OutputTarget.refuse(writing: "-", ofLedger: path("x"), inputs: ["-"])
      try OutputTarget.refuse(writing: path("x"), ofLedger: nil)
    }
  }
}
