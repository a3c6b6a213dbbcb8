import Foundation
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("The demo", .serialized, .timeLimit(.minutes(2)))
struct DemoTests {
  @Test("plays its story and leaves with 0")
  func demo() async throws {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "ledger-demo-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let environment = ProcessInfo.processInfo.environment
    let child = try Child(
      try Bench.binary("ledger-demo"), ["--exit"], environment: environment, in: directory,
      name: "demo")
    let status = try await child.exit()
    let output = try String(contentsOf: child.output, encoding: .utf8)
    let errors = try String(contentsOf: child.errors, encoding: .utf8)
    #expect(status == 0, "\(output)\n\(errors)")
    for words in ["ALLOWED", "BYPASSED", "✗ bypass", "↺ rolled back", "everything agrees"] {
      #expect(output.contains(words), "\(words) is missing in\n\(output)")
    }
    try FileManager.default.removeItem(at: directory)
  }
}
