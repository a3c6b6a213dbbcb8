import Foundation
import Testing

@testable import LedgerDemo

@Suite("What is kept of a child", .timeLimit(.minutes(1)))
struct ChildTests {
  /// Foundation's `Process.run()` crashes where about 1,340 files are open: a few hundred children
  /// whose files stayed open were enough.
  @Test("No file of a child stays open here")
  func files() async throws {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "ledger-child-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let child = try Child(
      URL(filePath: "/bin/sh"), ["-c", "echo said; echo warned >&2"], environment: [:],
      in: directory, name: "child")
    let open = try openFiles()
    #expect(try await child.exit() == 0)
    #expect(!open.isEmpty)
    #expect(open.filter { $0.contains(directory.lastPathComponent) } == [])
    #expect(try String(contentsOf: child.output, encoding: .utf8) == "said\n")
    #expect(try String(contentsOf: child.errors, encoding: .utf8) == "warned\n")
  }

  /// proc(5): a symbolic link for each descriptor. The one that lists them is gone when it is read.
  private func openFiles() throws -> [String] {
    let folder = "/proc/self/fd"
    return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
    }
  }
}
