import Foundation
import LedgerTesting
import Testing

@testable import LedgerDemo

/// Data that may lie beside a checkout. A clone that stands alone has none: its tests say so.
enum SharedData {
  private static let root = SharedFolder(
    named: ProcessInfo.processInfo.environment["LEDGER_SHARED_DATA"])

  static let support = SharedFolder.package.appending(path: "Tests/Support")
  static let payloads = root.existing("github/payloads")
  static let cdEvents = root.existing("cdevents")
  static let openAPI = root.existing("github/openapi-extract.json")
}

/// Every request that the ledger sent has to be one that GitHub documents.
enum GitHubRequests {
  /// Exit code of the script when something that it needs is missing.
  private static let skipped: Int32 = 77

  static func validate(_ record: URL) throws {
    guard let extract = SharedData.openAPI else {
      print("SKIPPED: GitHub's OpenAPI extract is missing; requests to GitHub were not checked")
      return
    }
    let script = SharedData.support.appending(path: "validate_github_requests.py").path
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", script, extract.path, record.path]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try Child.withoutBlockedSignals { try process.run() }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    if process.terminationStatus == skipped { return print("SKIPPED: \(text)") }
    #expect(process.terminationStatus == 0, "\(text)")
  }
}
