import AsyncHTTPClient
import Foundation
import LedgerTesting
import NIOCore
import Testing

@testable import LedgerDemo

/// What strangers and people with too few rights may try on the real binary.
@Suite("Attacks, over real HTTP", .serialized, .timeLimit(.minutes(3)))
struct AttackTests {
  @Test("A3 bodies of 100 MB that nobody signed cost no memory")
  func forgedGiants() async throws {
    let bench = try await Bench()
    let server = try await bench.start()
    let before = try await server.residentBytes
    await withTaskGroup(of: Int?.self) { group in
      for _ in 0..<50 { group.addTask { await server.sendGiant(chunks: 1_600) } }
      for await status in group { #expect(status == nil || status == 413 || status == 503) }
    }
    let grown = try await server.residentBytes - before
    // All bodies together may hold 256 MiB; the forged ones would be 5 GB.
    #expect(grown < Double(320 << 20), "grown by \(grown)")
    #expect(await server.answers("/readyz"))
    try await server.send(TestPull(7).opened)
    #expect(await server.stop() == 0)
    try await bench.ended()
  }

  @Test("A13 no secret is in the logs, the file, or an answer")
  func canaries() async throws {
    let bench = try await Bench()
    let canaries = [
      "canary-of-the-webhook-0123456789abcdef", "canary-of-the-app-token",
    ]
    let server = try await bench.start([
      "LEDGER_WEBHOOK_SECRET": canaries[0], "LEDGER_APP_TOKEN": canaries[1],
    ])
    let made = try await bench.ledger.run(["token", "list"])
    var texts = [made.output, made.errors]
    let pull = TestPull(7)
    let sender = WebhookSender(
      url: "\(server.url)/webhooks/github", secret: canaries[0], transport: HTTPTransport())
    bench.gitHub.fail(next: 2, on: .postStatus, with: .status(500))
    bench.gitHub.fail(next: 1, on: .listCheckRuns, with: .status(401))
    for delivery in [
      pull.opened, pull.check(pull.run("test", "success")), pull.check(pull.run("lint", "success")),
    ] {
      texts.append(try await sender.send(delivery).text)
    }
    // Signed with another secret, and asked for with wrong ones.
    texts.append(try await server.sender.send(pull.merged(at: 200)).text)
    for path in ["/app", "/v1/status", "/v1/entries", "/health", "/metrics", "/nothing"] {
      for token in ["", "Bearer \(canaries[1])", "Bearer \(Bench.token)"] {
        texts.append(try await server.get(path, [("Authorization", token)]).body)
      }
    }
    try await bench.gitHub.wait { $0.count(of: .postStatus) >= 3 }
    #expect(await server.stop() == 0)
    texts.append(server.log)
    texts.append(try await bench.ledger.run(["entries", "--limit", "0", "-o", "ndjson"]).output)
    let file = try Data(contentsOf: URL(filePath: bench.ledger.database))
    for canary in canaries + [Bench.token] {
      #expect(!texts.contains { $0.contains(canary) }, "\(canary)")
      #expect(file.range(of: Data(canary.utf8)) == nil, "\(canary)")
    }
    // The control: what is told is found.
    #expect(file.range(of: Data(pull.sha.utf8)) != nil)
    try await bench.ended()
  }
}

extension Running {
  fileprivate var residentBytes: Double {
    get async throws {
      let line = try await get("/metrics").body.split(separator: "\n")
        .first { $0.hasPrefix("process_resident_memory_bytes ") }
      return try #require(line.flatMap { Double($0.split(separator: " ")[1]) })
    }
  }

  /// Streams chunks of 64 KiB under a signature of nobody's; the status, if one came.
  fileprivate func sendGiant(chunks: Int) async -> Int? {
    var request = HTTPClientRequest(url: "\(url)/webhooks/github")
    request.method = .POST
    for (name, value) in [
      ("Content-Type", "application/json"), ("X-GitHub-Event", "push"),
      ("X-GitHub-Delivery", UUID().uuidString), ("X-GitHub-Hook-ID", "1"),
      ("X-Hub-Signature-256", "sha256=" + String(repeating: "0", count: 64)),
    ] { request.headers.add(name: name, value: value) }
    let chunk = ByteBuffer(repeating: 0x20, count: 65_536)
    request.body = .stream(
      AsyncStream<ByteBuffer> { continuation in
        for _ in 0..<chunks { continuation.yield(chunk) }
        continuation.finish()
      }, length: .unknown)
    do {
      let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
      return Int(answer.status.code)
    } catch { return nil }
  }
}
