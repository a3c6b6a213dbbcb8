import Foundation
import Glibc
import Synchronization

/// A child process whose output goes to two files.
final class Child: Sendable {
  let output: URL
  let errors: URL
  private let process: Process
  private let ending: Ending

  private final class Ending: Sendable {
    let status = Mutex(Int32?.none)
  }

  /// - Parameter name: of its two files in `directory`.
  init(
    _ executable: URL, _ arguments: [String], environment: [String: String], in directory: URL,
    name: String
  ) throws {
    output = directory.appendingPathComponent("\(name).out")
    errors = directory.appendingPathComponent("\(name).err")
    let ending = Ending()
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    // The backtracer of a child that crashed would inherit, and keep, what tells of its end.
    process.environment = ["SWIFT_BACKTRACE": "enable=no"].merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    let files = try [Child.file(output), Child.file(errors)]
    process.standardOutput = files[0]
    process.standardError = files[1]
    process.terminationHandler = { process in
      ending.status.withLock { $0 = Child.status(of: process) }
    }
    try Child.withoutBlockedSignals { try process.run() }
    // The child has its own. `Process` would keep these open for good, and its `run()` reads 256 bytes
    // of each name in /proc/self/fd, beyond the end of what readdir(3) gave: with more than 1,340 files
    // open that is the end of a page, and of this process.
    for file in files { try file.close() }
    self.process = process
    self.ending = ending
  }

  /// The exit status, 128 and the number of the signal that killed it, or `nil` while it runs.
  var status: Int32? { ending.status.withLock { $0 } }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Waits for the end.
  func exit() async throws -> Int32 {
    while true {
      if let status { return status }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// SIGTERM, and after `patience` SIGKILL. Returns when it is gone; not to be cancelled.
  func stop(patience: Duration) async -> Int32 {
    process.terminate()
    let deadline = ContinuousClock.now + patience
    while status == nil, ContinuousClock.now < deadline { await Child.pause() }
    if status == nil { kill(process.processIdentifier, SIGKILL) }
    while true {
      if let status { return status }
      await Child.pause()
    }
  }

  /// A cancelled task still waits here.
  private static func pause() async {
    _ = await Task.detached { try await Task.sleep(for: .milliseconds(20)) }.result
  }

  /// A child inherits the signals that its parent's thread blocks, and the threads of a task block
  /// nearly all: without this it would never hear SIGTERM.
  static func withoutBlockedSignals(_ start: () throws -> Void) rethrows {
    var none = sigset_t()
    var own = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &own)
    defer { pthread_sigmask(SIG_SETMASK, &own, nil) }
    try start()
  }

  private static func file(_ url: URL) throws -> FileHandle {
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }

  private static func status(of process: Process) -> Int32 {
    process.terminationReason == .exit
      ? process.terminationStatus : 128 + process.terminationStatus
  }
}
