import Foundation
import Ledger
import Synchronization
import Testing

/// Keeps every answer of this run as a line of JSON, for the check against the API's description.
final class Recorder: Sendable {
  static let shared = Recorder()
  private let lines = Mutex<[JSON]>([])

  /// - Parameter target: path and query, as sent.
  func record(_ method: String, _ target: String, _ answer: Answer) {
    guard method != "HEAD" else { return }
    let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
    let line: JSON = [
      "method": .string(method), "path": .string(parts[0]),
      "query": .string(parts.count > 1 ? parts[1] : ""), "status": .int(Int64(answer.status)),
      "content_type": .string(answer.contentType ?? ""), "body": .string(answer.text),
    ]
    lines.withLock { $0.append(line) }
  }

  func write(to url: URL) throws -> Int {
    let lines = lines.withLock { $0 }
    try Data((lines.map(\.canonicalString).joined(separator: "\n") + "\n").utf8).write(to: url)
    return lines.count
  }
}

/// The place of this package's files.
enum Package {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let openAPI = root.appending(path: "schema/openapi.yaml")
  static let check = root.appending(path: "Tests/Support/check_openapi.py")
}

/// After all tests of the suite: each answer that they saw is one that `schema/openapi.yaml` allows.
struct AnswersFitTheDescription: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing tests: @Sendable () async throws -> Void
  ) async throws {
    try await tests()
    let file = FileManager.default.temporaryDirectory
      .appending(path: "ledger-answers-\(UUID().uuidString).ndjson")
    defer { try? FileManager.default.removeItem(at: file) }
    guard try Recorder.shared.write(to: file) > 0 else { return }
    let (status, output) = try Python.run(Package.check.path, [Package.openAPI.path, file.path])
    print(output)
    if status == Python.skipped {
      print("NOT CHECKED: the answers of the service against schema/openapi.yaml")
    } else {
      #expect(status == 0, "\(output)")
    }
  }
}

extension Trait where Self == AnswersFitTheDescription {
  static var answersFitTheDescription: Self { Self() }
}

/// `LEDGER_TEST_PYTHON`, or `python3`.
enum Python {
  static let skipped: Int32 = 77

  static func run(_ script: String, _ arguments: [String]) throws -> (Int32, String) {
    let python = ProcessInfo.processInfo.environment["LEDGER_TEST_PYTHON"] ?? "python3"
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [python, script] + arguments
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

/// Everything about the service, so that the answers can be checked once after all of it.
@Suite(.answersFitTheDescription) struct ServiceTests {}
