import AsyncHTTPClient
import Foundation
import Ledger
import LedgerTesting
import NIOCore
import Testing

@testable import LedgerDemo

@Suite("Identity tokens of workflows", .serialized, .timeLimit(.minutes(3)))
struct WorkflowTokenTests {
  private static let audience = "https://ledger.example"
  private static let digest = "sha256:" + String(repeating: "5d", count: 32)
  private static let sha = String(repeating: "a1", count: 20)

  private static func file(_ issuer: FakeIssuer) -> String {
    Story.policy + """
      environments: [staging, {name: production, aliases: [live]}]
      services:
        - {name: api, repositories: [acme/api], images: [ghcr.io/acme/api]}
      recording:
        issuer: \(issuer.address)
        audience: \(audience)
        workflows:
          - {repository-id: 640, owner-id: 45, environments: [production]}

      """
  }

  private static var now: Instant {
    Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
  }

  private func token(
    _ issuer: FakeIssuer, _ jti: String, _ changes: [String: JSON] = [:]
  ) throws -> String {
    let claims = issuer.claims(audience: Self.audience, at: Self.now, jti: jti)
    return try issuer.sign(claims.merging(changes) { $1 })
  }

  private func withServer(
    _ test: (Bench, Running, FakeIssuer) async throws -> Void
  ) async throws {
    let (bench, issuer) = (try await Bench(), try await FakeIssuer.start())
    try Self.file(issuer).write(toFile: bench.ledger.policy, atomically: true, encoding: .utf8)
    let server = try await bench.start()
    try await test(bench, server, issuer)
    #expect(await server.stop() == 0)
    await issuer.stop()
    try await bench.ended()
  }

  private func image(_ more: [String: JSON] = [:]) -> JSON {
    let fields: [String: JSON] = ["image": "ghcr.io/acme/api", "digest": .string(Self.digest)]
    return .object(fields.merging(more) { $1 })
  }

  @Test("a job records with its token once; what it says otherwise is refused")
  func records() async throws {
    try await withServer { bench, server, issuer in
      let token = try token(issuer, "one")
      let wrong = try await server.post("/v1/images", token, image(["commit": .string(sha("b2"))]))
      #expect(wrong.status == 403, "\(wrong.body)")
      #expect(wrong.json["code"] == "claims")
      for status in [201, 200] {
        let answer = try await server.post("/v1/images", token, image())
        #expect(answer.status == status, "\(answer.body)")
      }
      let other = try await server.post("/v1/images", token, image(["tag": "v2"]))
      #expect(other.status == 401 && other.json["code"] == "replayed", "\(other.body)")
      let batch = try await server.post(
        "/v1/entries", self.token(issuer, "two"),
        image(["kind": "image.recorded.v1"]), type: "application/x-ndjson")
      #expect(batch.status == 403 && batch.json["code"] == "workflow", "\(batch.body)")
      let lines = try await bench.ledger.run(
        ["entries", "--kind", "image.recorded.v1", "-o", "ndjson"]
      ).output.split(separator: "\n")
      #expect(lines.count == 1)
      let entry = try JSON.parse(Array((lines.first ?? "{}").utf8))
      #expect(entry.at("source", "from") == "github-actions")
      #expect(entry.at("source", "key") == "job/one")
      #expect(entry.at("data", "commit") == .string(Self.sha))
      #expect(entry.at("data", "repository_id") == 640)
      #expect(entry.at("data", "actor") == 9_001)
      #expect(!lines.joined().contains("noor"))
      #expect(try await bench.ledger.run(["verify"]).status == 0)
      #expect(issuer.count() == 1)
    }
  }

  private func sha(_ pair: String) -> String { String(repeating: pair, count: 20) }

  @Test("whoever is not let in to record learns why; nobody reads with such a token")
  func refusals() async throws {
    try await withServer { bench, server, issuer in
      let read = try await server.get(
        "/v1/status", [("Authorization", "Bearer \(try token(issuer, "read"))")])
      #expect(read.status == 403)
      #expect(read.body.contains(#""code":"scope""#), "\(read.body)")
      for (changes, status, code) in [
        (["aud": "https://github.com/acme"], 401, "identity"), (["exp": 1], 401, "identity"),
        (["repository_id": "7"], 403, "workflow"), (["environment": "staging"], 403, "workflow"),
      ] as [([String: JSON], Int, String)] {
        let answer = try await server.post("/v1/images", try token(issuer, "x", changes), image())
        #expect(answer.status == status, "\(answer.body)")
        #expect(answer.json["code"] == .string(code), "\(answer.body)")
      }
      let entries = try await bench.ledger.run(["entries", "--kind", "image.recorded.v1"])
      #expect(entries.output.isEmpty)
      #expect(!server.log.contains("eyJ"))
    }
  }

  @Test("a catalog is in the log each time another one is in force; the policy stays what it was")
  func catalogs() async throws {
    let (bench, issuer) = (try await Bench(), try await FakeIssuer.start())
    func entries(_ kind: String) async throws -> [JSON] {
      try await bench.ledger.run(["entries", "--kind", kind, "-o", "ndjson"]).output
        .split(separator: "\n").map { try JSON.parse(Array($0.utf8)) }
    }
    for (file, count) in [
      (Story.policy, 0), (Self.file(issuer), 1), (Self.file(issuer), 1), (Story.policy, 2),
      (Story.policy, 2), (Self.file(issuer), 3),
    ] {
      try file.write(toFile: bench.ledger.policy, atomically: true, encoding: .utf8)
      let server = try await bench.start()
      #expect(await server.stop() == 0)
      #expect(try await entries("catalog.v1").count == count)
    }
    let all = try await entries("catalog.v1")
    try #require(all.count == 3)
    #expect(all[0]["data"] == all[2]["data"] && all[0]["data"] != all[1]["data"])
    #expect(all.allSatisfy { $0.at("source", "from") == "ledger" })
    #expect(all[0].at("data", "catalog", "services")?.array?.count == 1)
    #expect(all[0].at("data", "catalog", "recording", "audience") == .string(Self.audience))
    #expect(try await entries("policy.v1").count == 1)
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    await issuer.stop()
    try await bench.ended()
  }

  @Test("policy check says what a file says beside its gates")
  func check() async throws {
    let (bench, issuer) = (try await Bench(), try await FakeIssuer.start())
    try Self.file(issuer).write(toFile: bench.ledger.policy, atomically: true, encoding: .utf8)
    let right = try await bench.run(["policy", "check", bench.ledger.policy])
    #expect(right.status == 0)
    #expect(
      right.output.hasSuffix(
        "\n  1 service with 0 workloads; environments staging, production; "
          + "1 rule for workflows that record\n"
          + "  no witnesses; attestations are not checked; bodies are kept for ever\n"),
      "\(right.output)")
    let wrong = Self.file(issuer) + "service: x\n"
    try wrong.write(toFile: bench.ledger.policy, atomically: true, encoding: .utf8)
    let refused = try await bench.run(["policy", "check", bench.ledger.policy])
    #expect(refused.status == 1)
    #expect(refused.errors.contains(":18: service: is unknown"), "\(refused.errors)")
    await issuer.stop()
    try await bench.ended()
  }
}

extension Running {
  struct Told: Sendable {
    let status: Int
    let body: String
    let json: JSON
  }

  fileprivate func post(
    _ path: String, _ token: String, _ body: JSON, type: String = "application/json"
  ) async throws -> Told {
    var request = HTTPClientRequest(url: url + path)
    request.method = .POST
    request.headers.add(name: "Authorization", value: "Bearer \(token)")
    request.headers.add(name: "Content-Type", value: type)
    request.body = .bytes(ByteBuffer(bytes: body.canonicalBytes))
    let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
    let text = String(buffer: try await answer.body.collect(upTo: 1 << 20))
    return Told(
      status: Int(answer.status.code), body: text, json: try JSON.parse(Array(text.utf8)))
  }
}
