import Foundation
import Ledger
import LedgerTesting
import Testing

@testable import LedgerDemo

/// Schemathesis makes requests of the API's own description, right ones and wrong ones. `make fuzz`
/// makes many more of them.
@Suite("Strange requests", .serialized, .timeLimit(.minutes(10)))
struct StrangeRequestTests {
  private static let examples =
    ProcessInfo.processInfo.environment["LEDGER_FUZZ_EXAMPLES"] ?? "8"

  @Test("no 5xx, and no answer that the description does not know")
  func everyRoute() async throws {
    guard let program = StrangeRequestTests.program else {
      print("SKIPPED: schemathesis is not installed (make venv); the API was not asked strangely")
      return
    }
    let bench = try await Bench()
    let made = try await bench.ledger.run([
      "token", "create", "--name", "strange", "--scope", "admin",
    ])
    try #require(made.status == 0, "\(made.errors)")
    let server = try await bench.start(["LEDGER_APP_TOKEN": "token-of-the-app"])
    for step in Story.release(start: Instant(seconds: 1_790_000_000)).deliveries {
      try await server.send(step)
    }
    let result = try run(program, server, token: made.output.trimmingCharacters(in: .newlines))
    #expect(result.status == 0, "\(result.text)")
    #expect(result.text.contains("generated"))
    #expect(await server.stop() == 0)
    let verified = try await bench.ledger.run(["verify"])
    #expect(verified.status == 0, "\(verified.output)")
    try await bench.ended()
  }

  private static var program: URL? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").map {
      URL(filePath: String($0)).appending(path: "schemathesis")
    }
    .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  private func run(
    _ program: URL, _ server: Running, token: String
  ) throws -> (status: Int32, text: String) {
    let description = SharedData.support.deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "schema/openapi.yaml")
    let process = Process()
    process.executableURL = program
    process.currentDirectoryURL = FileManager.default.temporaryDirectory
    process.environment = ProcessInfo.processInfo.environment.merging([
      "SCHEMATHESIS_HOOKS": "strange_requests", "PYTHONPATH": SharedData.support.path,
      "PYTHONDONTWRITEBYTECODE": "1",
    ]) { $1 }
    process.arguments = [
      "run", description.path, "--url", server.url, "--header", "Authorization: Bearer \(token)",
      "--checks",
      "not_a_server_error,status_code_conformance,content_type_conformance,"
        + "response_schema_conformance",
      "--phases", "examples,coverage,fuzzing", "--max-examples", Self.examples, "--seed", "1",
      "--no-shrink",
      // One does not end, the other fails by chance: that is what it is for.
      "--exclude-path", "/v1/stream", "--exclude-path", "/demo/random-error",
      "--suppress-health-check", "all",
      "--warnings", "off",
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try Child.withoutBlockedSignals { try process.run() }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, String(text.suffix(6_000)))
  }
}
