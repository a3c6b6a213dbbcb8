import Foundation
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite(
  "GitHub's own payloads", .serialized, .timeLimit(.minutes(3)),
  .enabled(if: SharedData.payloads != nil, "SKIPPED: GitHub's sample payloads are missing"))
struct PayloadTests {
  private func deliveries() throws -> [WebhookDelivery] {
    let root = try #require(SharedData.payloads)
    let files = try FileManager.default.subpathsOfDirectory(atPath: root.path)
      .filter { $0.hasSuffix(".json") && $0.contains("/") }.sorted()
    return try files.map { file in
      let body = try Data(contentsOf: root.appending(path: file))
      return WebhookDelivery(
        event: String(file.split(separator: "/")[0]), body: Array(body), hookID: 1)
    }
  }

  @Test("each is accepted; in any order, and twice, they give the same history")
  func anyOrder() async throws {
    var histories: Set<String> = []
    for seed in 0..<3 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let order = try deliveries().shuffled(using: &generator)
      #expect(order.count > 50)
      let bench = try await Bench()
      let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
      for delivery in order { #expect(try await server.send(delivery).status == 202) }
      for delivery in order.reversed() {
        #expect(try await server.send(delivery).receipt?.duplicate == true)
      }
      #expect(await server.stop() == 0)
      #expect(try await bench.ledger.run(["verify"]).status == 0)
      let history = try await bench.ledger.run(["history", "-L", "0", "-o", "csv"]).output
      // What the deploy gate answered is dated by when it was asked, and GitHub dates no switching
      // of all protections.
      let lines = history.split(separator: "\n").filter {
        !$0.contains(",gate,") && !$0.contains(",protection,")
      }
      histories.insert(lines.map(withoutIndex).joined(separator: "\n"))
      try await bench.ended()
    }
    #expect(histories.count == 1)
  }

  /// The first column is the place in the log, which is the order of arrival.
  private func withoutIndex(_ line: Substring) -> Substring { line.drop { $0 != "," } }
}
