import Foundation
import Synchronization
import Testing

/// `LEDGER_TEST_PYTHON`, the environment that `make venv` made, or `python3`.
enum Python {
  /// Exit code of a script that checked nothing.
  private static let skipped: Int32 = 77
  // One at a time: `Process.run()` of Foundation was seen to crash beside another.
  private static let running = Mutex(())

  private static var interpreter: String {
    let made = SharedFiles.package.appending(path: ".build/venv/bin/python3").path
    let isMade = FileManager.default.isExecutableFile(atPath: made)
    return ProcessInfo.processInfo.environment["LEDGER_TEST_PYTHON"]
      ?? (isMade ? made : "python3")
  }

  /// What a script can check nothing without; `nil` when all of it is there. Without arguments it
  /// says that it lacks a package, or else how it is used.
  static func lack(_ script: String) -> Comment? {
    do {
      let (status, output) = try run(script, [])
      return status == skipped ? "SKIPPED: \(script): \(output)" : nil
    } catch { return "SKIPPED: \(script): \(error)" }
  }

  /// - Parameter script: its name in `Tests/Support`.
  static func run(_ script: String, _ arguments: [String]) throws -> (Int32, String) {
    try running.withLock { _ in
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments =
        [interpreter, SharedFiles.package.appending(path: "Tests/Support/\(script)").path]
        + arguments
      let pipe = Pipe()
      process.standardOutput = pipe
      process.standardError = pipe
      try process.run()
      let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      // 127: there is no such program.
      let status = process.terminationStatus == 127 ? skipped : process.terminationStatus
      return (status, String(decoding: output, as: UTF8.self))
    }
  }
}
