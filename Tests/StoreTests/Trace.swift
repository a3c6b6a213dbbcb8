import Foundation

/// The flushes of this process, as the kernel saw them.
final class Trace {
  private let strace: Process
  private let output: URL

  /// Whether strace is there and may attach.
  static let isPossible: Bool = {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "ledger-trace-\(UUID().uuidString)")
    do {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      _ = try Trace.ofThisProcess(in: directory).stop()
      try FileManager.default.removeItem(at: directory)
      return true
    } catch {
      return false
    }
  }()

  struct Impossible: Error {}

  /// Attaches to every thread of this process, and returns when that is done.
  static func ofThisProcess(in directory: URL) throws -> Trace {
    let output = directory.appending(path: "strace.txt")
    let (strace, messages) = (Process(), Pipe())
    strace.executableURL = URL(filePath: "/usr/bin/env")
    strace.arguments = [
      "strace", "-f", "-y", "-e", "trace=fdatasync,fsync", "-o", output.path, "-p",
      String(ProcessInfo.processInfo.processIdentifier),
    ]
    strace.standardError = messages
    try strace.run()
    // It says so when it has attached, and ends when it may not.
    var text = ""
    while !text.contains("attached") {
      let data = messages.fileHandleForReading.availableData
      guard !data.isEmpty else {
        strace.waitUntilExit()
        throw Impossible()
      }
      text += String(decoding: data, as: UTF8.self)
    }
    return Trace(strace, output)
  }

  private init(_ strace: Process, _ output: URL) {
    self.strace = strace
    self.output = output
  }

  /// Lets go and returns the calls, with the path of each file.
  func stop() throws -> [String] {
    // It inherits the mask of the thread that started it, which may block every other signal. What
    // it traced goes on, and each line that it wrote is in the file.
    kill(strace.processIdentifier, SIGKILL)
    strace.waitUntilExit()
    return try String(contentsOf: output, encoding: .utf8).split(separator: "\n").map(String.init)
  }
}
