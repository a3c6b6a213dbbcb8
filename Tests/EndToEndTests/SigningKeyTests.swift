import Foundation
import Glibc
import Testing

@testable import LedgerDemo

@Suite("The file of the signing key", .serialized, .timeLimit(.minutes(2)))
struct SigningKeyTests {
  /// Whether strace is there and may look at what it starts.
  private static let canTrace: Bool = {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["strace", "-o", "/dev/null", "true"]
    process.standardError = FileHandle.nullDevice
    do { try Child.withoutBlockedSignals { try process.run() } } catch { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  private static let skipped: Comment = "SKIPPED: strace is missing, or ptrace is not permitted"

  /// The flushes and renames of a command that ends well, in their order.
  private func calls(of arguments: [String], _ bench: Bench) async throws -> [String] {
    let trace = bench.directory.appending(path: "trace-\(UUID().uuidString)")
    let child = try Child(
      URL(filePath: "/usr/bin/env"),
      [
        "strace", "-f", "-y", "-e", "trace=fsync,?rename,?renameat,?renameat2", "-o", trace.path,
        bench.ledger.executable.path,
      ] + arguments,
      environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"]
        .merging(Bench.profile) { own, _ in own }, in: bench.directory, name: UUID().uuidString)
    let status = try await child.exit()
    let errors = try String(contentsOf: child.errors, encoding: .utf8)
    #expect(status == 0, "\(errors)")
    return try String(contentsOf: trace, encoding: .utf8).split(separator: "\n").map(String.init)
      .filter { $0.contains("fsync(") || $0.contains("rename") }
  }

  /// That the call behind this one flushes the directory.
  private func expectFlush(
    behind place: Int?, in calls: [String], _ bench: Bench,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let next = try #require(place, "\(calls)", sourceLocation: sourceLocation) + 1
    let directory = "/\(bench.directory.lastPathComponent)>"
    #expect(
      calls.indices.contains(next) && calls[next].contains("fsync(")
        && calls[next].contains(directory), "\(calls)", sourceLocation: sourceLocation)
  }

  /// The log's entry about the next key comes behind its file: one that a power cut takes away could
  /// be replaced by nobody.
  @Test(
    "it is on disk, and so is its name",
    .enabled(if: SigningKeyTests.canTrace, SigningKeyTests.skipped))
  func flushes() async throws {
    let bench = try await Bench()
    let file = bench.ledger.database
    let made = try await calls(
      of: ["init", "--db", file, "--origin", "demo.example/ledger"], bench)
    let first = made.firstIndex { $0.contains("fsync(") && $0.contains("ledger.sqlite.key>") }
    try expectFlush(behind: first, in: made, bench)

    let rotated = try await calls(of: ["key", "rotate", "--db", file], bench)
    let next = rotated.firstIndex { $0.contains("fsync(") && $0.contains(".key.next>") }
    try expectFlush(behind: next, in: rotated, bench)
    let moved = rotated.firstIndex { $0.contains("rename") && $0.contains(".key.next\"") }
    try expectFlush(behind: moved, in: rotated, bench)
    try await bench.ended()
  }

  /// Before the log knows it: the rotation that made it may have been stopped before it was flushed.
  @Test(
    "one that an interrupted rotation left is flushed before it is used",
    .enabled(if: SigningKeyTests.canTrace, SigningKeyTests.skipped))
  func left() async throws {
    let bench = try await Bench()
    try await bench.ledger.initialize()
    let other = bench.directory.appending(path: "other.sqlite").path
    let made = try await bench.run(["init", "--db", other, "--origin", "demo.example/ledger"])
    #expect(made.status == 0, "\(made.errors)")
    let place = bench.ledger.database + ".key.next"
    try FileManager.default.moveItem(atPath: other + ".key", toPath: place)
    let rotated = try await calls(of: ["key", "rotate", "--db", bench.ledger.database], bench)
    let next = rotated.firstIndex { $0.contains("fsync(") && $0.contains(".key.next>") }
    try expectFlush(behind: next, in: rotated, bench)
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    try await bench.ended()
  }

  @Test("one that is mounted may be read by its group and by all, and not be written by all")
  func mounted() async throws {
    let bench = try await Bench()
    try await bench.ledger.initialize()
    let key = bench.directory.appending(path: "mounted").path
    try FileManager.default.moveItem(atPath: bench.ledger.database + ".key", toPath: key)
    // As Kubernetes mounts it.
    let link = bench.directory.appending(path: "link").path
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: key)
    for (mode, status) in [(0o400, 0), (0o440, 0), (0o444, 0), (0o666, 1), (0o602, 1)] {
      try #require(chmod(key, mode_t(mode)) == 0)
      for path in [key, link] {
        let result = try await bench.run(
          [
            "token", "create", "--db", bench.ledger.database, "--scope", "read",
            "--name", "t\(mode)\(path == link ? "-link" : "")",
          ], ["LEDGER_SIGNING_KEY_FILE": path])
        #expect(result.status == Int32(status), "\(String(mode, radix: 8)): \(result.errors)")
        #expect(result.errors.contains("hint: chmod o-w \(path)") == (status != 0))
      }
    }
    try await bench.ended()
  }
  @Test("one behind a link is judged by what the link leads to")
  func linked() async throws {
    let bench = try await Bench()
    try await bench.ledger.initialize()
    let files = FileManager.default
    let (key, folder) = (bench.ledger.database + ".key", bench.directory.appending(path: "mount"))
    let data = folder.appending(path: "..2026").path
    try files.createDirectory(atPath: data, withIntermediateDirectories: true)
    let secret = data + "/key"
    try files.moveItem(atPath: key, toPath: secret)
    // As Kubernetes mounts it.
    try files.createSymbolicLink(
      atPath: folder.appending(path: "..data").path, withDestinationPath: "..2026")
    try files.createSymbolicLink(
      atPath: folder.appending(path: "key").path, withDestinationPath: "..data/key")
    try files.createSymbolicLink(atPath: key, withDestinationPath: "mount/key")
    func sign(_ name: String) async throws -> LedgerBinary.Result {
      try await bench.ledger.run(["token", "create", "--scope", "read", "--name", name])
    }
    for (mode, status) in [(0o400, 0), (0o600, 0), (0o440, 1), (0o604, 1), (0o777, 1)] {
      try #require(chmod(secret, mode_t(mode)) == 0)
      let result = try await sign("t\(mode)")
      #expect(result.status == Int32(status), "\(String(mode, radix: 8)): \(result.errors)")
      let isSaid = result.errors.contains("the file that \(key) leads to can be read by others")
      #expect(isSaid == (status != 0))
    }
    try #require(chmod(secret, 0o600) == 0)
    let rotated = try await bench.ledger.run(["key", "rotate"])
    #expect(rotated.status == 1 && rotated.errors.contains("is a link"), "\(rotated.errors)")
    try files.removeItem(atPath: secret)
    let nowhere = try await sign("nowhere")
    #expect(nowhere.status == 1, "\(nowhere.errors)")
    #expect(nowhere.errors.contains("\(key) is a link that leads to no key"), "\(nowhere.errors)")
    try await bench.ended()
  }
}
