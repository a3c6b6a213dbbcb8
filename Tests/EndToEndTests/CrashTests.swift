import Foundation
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("A server that is killed", .serialized, .timeLimit(.minutes(5)))
struct CrashTests {
  private static let clients = 8

  /// 40 pull requests, six deliveries each.
  private let pulls = (1...40).map { TestPull(Int64($0)) }

  private func deliveries(of pull: TestPull) -> [WebhookDelivery] {
    let (test, lint) = (
      pull.run("test", pull.number % 4 == 0 ? "failure" : "success"), pull.run("lint", "success")
    )
    return [
      pull.opened, pull.triggered(), pull.check(pull.run("test", nil)), pull.check(test),
      pull.check(pull.run("lint", nil)), pull.check(lint),
    ]
  }

  @Test(
    "loses nothing that it acknowledged, and GitHub ends with one status for each commit",
    arguments: ["wal", "delete"])
  func killedUnderLoad(_ journal: String) async throws {
    let bench = try await Bench()
    for pull in pulls {
      let last = deliveries(of: pull).count
      #expect(last == 6)
      bench.gitHub.show(
        [
          pull.run("test", pull.number % 4 == 0 ? "failure" : "success"),
          pull.run("lint", "success"),
        ], of: pull)
    }
    let all = pulls.flatMap(deliveries)
    #expect(all.count == 240)

    let first = try await bench.start(["LEDGER_JOURNAL": journal])
    #expect(first.log.contains("journal=\(journal)"))
    let acknowledged = await sendUntilKilled(all, first)
    #expect(!acknowledged.isEmpty && acknowledged.count < all.count)
    let second = try await bench.start(["LEDGER_JOURNAL": journal])
    try await resend(all, second, acknowledged)
    try await bench.gitHub.wait { gitHub in
      pulls.allSatisfy { isFinal(gitHub.texts(of: $0).last, $0) }
    }
    #expect(await second.stop() == 0)

    let verify = try await bench.ledger.run(["verify"])
    #expect(verify.status == 0, "\(verify.output)")
    try await expectEveryDeliveryOnce(all, bench)
    for pull in pulls {
      let texts = bench.gitHub.texts(of: pull)
      #expect(texts.count { isFinal($0, pull) } == 1, "\(texts)")
      #expect(zip(texts, texts.dropFirst()).allSatisfy { $0 != $1 }, "posted twice: \(texts)")
    }
    try await bench.ended()
  }

  private func isFinal(_ text: String?, _ pull: TestPull) -> Bool {
    pull.number % 4 == 0
      ? text == "failure test failed" : text?.hasPrefix("success 2 of 2 passed") == true
  }

  /// Eight clients send; the server is killed as soon as a third is acknowledged.
  private func sendUntilKilled(_ all: [WebhookDelivery], _ server: Running) async -> Set<String> {
    let acknowledged = Acknowledged()
    await withTaskGroup(of: Void.self) { group in
      for client in 0..<CrashTests.clients {
        group.addTask {
          for position in stride(from: client, to: all.count, by: CrashTests.clients) {
            do {
              let answer = try await server.sender.send(all[position])
              guard answer.status == 202 || answer.status == 200 else { return }
            } catch { return }
            if await acknowledged.add(all[position].id) == all.count / 3 { await server.crash() }
          }
        }
      }
    }
    return await acknowledged.ids
  }

  private func resend(
    _ all: [WebhookDelivery], _ server: Running, _ acknowledged: Set<String>
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for client in 0..<CrashTests.clients {
        group.addTask {
          for position in stride(from: client, to: all.count, by: CrashTests.clients) {
            let answer = try await server.send(all[position])
            if acknowledged.contains(all[position].id) {
              #expect(answer.status == 200, "acknowledged and lost: \(all[position].event)")
            }
          }
        }
      }
      try await group.waitForAll()
    }
  }

  private func expectEveryDeliveryOnce(_ all: [WebhookDelivery], _ bench: Bench) async throws {
    let log = try await bench.ledger.run(["entries", "-o", "ndjson"])
    for delivery in all {
      let lines = log.output.ranges(of: "\"delivery\":\"\(delivery.id)\"").count
      #expect(lines == 1, "\(delivery.event) \(delivery.id)")
    }
  }

  private actor Acknowledged {
    private(set) var ids: Set<String> = []

    func add(_ id: String) -> Int {
      ids.insert(id)
      return ids.count
    }
  }
}
