import Foundation
import Ledger
import LedgerTesting
import Testing

@testable import LedgerDemo

/// The stateless half of the binary, as its replicas behind a load balancer run.
@Suite("Hello only", .serialized, .timeLimit(.minutes(2)))
struct HelloOnlyTests {
  /// No secret, no database; whatever a common environment says about a ledger is left aside.
  private func start(_ bench: Bench, _ variables: [String: String] = [:]) async throws -> Running {
    let port = try FreePort.preferring(0)
    let child = try Child(
      bench.ledger.executable, ["serve", "--hello-only", "--listen", "127.0.0.1:\(port)"],
      environment: variables.merging(Bench.profile) { own, _ in own }, in: bench.directory,
      name: "hello")
    let running = Running(url: "http://127.0.0.1:\(port)", child: child)
    try await eventually("it is ready", within: .seconds(30)) {
      try #require(child.status == nil, "it ended: \(running.log)")
      return await running.answers("/readyz")
    }
    return running
  }

  @Test("answers the hello applications without secret or database, and stops on SIGTERM")
  func answers() async throws {
    let bench = try await Bench()
    let server = try await start(
      bench, ["VERSION": "1.2.3", "LEDGER_APP_TOKEN": "app", "LEDGER_DB": "/nowhere/x.sqlite"])
    #expect(try await server.get("/").body == "Hello, World")
    #expect(try await server.get("/version").body == #"{"version":"1.2.3"}"#)
    #expect(try await server.get("/ping").body == "OK")
    #expect(try await server.get("/app").status == 403)
    #expect(try await server.get("/app", [("X-Auth-Token", "app")]).status == 200)
    #expect(try await server.get("/demo/hello?delay=1").body == "hello, world!\n")
    #expect(try await server.get("/livez").body == "ok\n")
    let health = try JSON.parse(Array(try await server.get("/health").body.utf8))
    #expect(health["status"]?.string == "success")
    #expect(health["result"] == .object([:]))
    #expect(await server.stop() == 0)
    let made = try FileManager.default.contentsOfDirectory(atPath: bench.directory.path)
    #expect(!made.contains { $0.contains("sqlite") }, "\(made)")
    try await bench.ended()
  }

  @Test("counts requests, and shows no gauge of a ledger that is not there")
  func metrics() async throws {
    let bench = try await Bench()
    let server = try await start(bench)
    _ = try await server.get("/ping")
    let page = try await server.get("/metrics").body
    #expect(page.contains(#"code="200",method="GET",path="/ping""#))
    #expect(page.contains("\nprocess_resident_memory_bytes "))
    #expect(!page.contains("ledger_entries"))
    #expect(!page.contains("ledger_disk_free_bytes"))
    #expect(await server.stop() == 0)
    try await bench.ended()
  }

  @Test(
    "says of everything else that it is not here, also of what a whole server has",
    arguments: ["/v1/history", "/v1/entries", "/checkpoint", "/ledger/acme/api/pull/1", "/x"])
  func missing(_ path: String) async throws {
    let bench = try await Bench()
    let server = try await start(bench)
    let answer = try await server.get(path, [("Authorization", "Bearer x")])
    #expect(answer.status == 404)
    #expect(answer.body.contains("This server answers the hello applications alone."))
    let posted = try await server.post("/webhooks/github", "{}", [])
    #expect(posted.status == 404)
    #expect(posted.body.contains("--hello-only"))
    #expect(await server.stop() == 0)
    try await bench.ended()
  }

  @Test(
    "is refused beside a flag that is about a ledger",
    arguments: [
      ["--db", "x.sqlite"], ["--config", "ledger.yaml"], ["--public-url", "https://x.example"],
      ["--github-api-url", "https://x.example"], ["--pending-minutes", "3"],
      ["--pages", "private"], ["--log", "public"], ["--journal", "delete"],
    ])
  func contradiction(_ flag: [String]) async throws {
    let bench = try await Bench()
    for variables in [[:], ["LEDGER_HELLO_ONLY": "1"]] {
      let own = variables.isEmpty ? ["--hello-only"] : []
      let result = try await bench.run(["serve"] + own + flag, variables)
      #expect(result.status == 2)
      #expect(result.errors.contains("does not go with \(flag[0])"), "\(result.errors)")
      #expect(result.errors.contains("\nhint: "))
    }
    try await bench.ended()
  }

  @Test("ledger health: 0 when it is ready, 1 when it is not, or nobody answers")
  func health() async throws {
    let bench = try await Bench()
    let server = try await start(bench)
    let port = try #require(server.url.split(separator: ":").last)
    #expect(try await bench.run(["health", server.url]).status == 0)
    let own = try await bench.run(["health"], ["LEDGER_LISTEN": "0.0.0.0:\(port)"])
    #expect(own.status == 0 && own.output == "ok\n")
    let other = try await bench.run(["health", server.url + "/nothing"])
    #expect(other.status == 1)
    #expect(other.errors.contains("is not ready: 404"))
    #expect(await server.stop() == 0)
    let gone = try await bench.run(["health", server.url])
    #expect(gone.status == 1)
    #expect(gone.errors.contains("connection refused"), "\(gone.errors)")
    try await bench.ended()
  }
}
