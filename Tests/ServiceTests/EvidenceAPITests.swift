import Foundation
import HTTPTypes
import Ledger
import LedgerTesting
import Merkle
import Synchronization
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct EvidenceAPITests {
    private static let mia = Deliveries.Account(id: 7_001, login: "mia-hopper")
    private static let acme = Deliveries(
      repository: .init(
        id: 640, owner: .init(id: 50, login: "acme", kind: .organization), name: "api"))

    private static func push(_ number: Int, by sender: Deliveries.Account) -> WebhookDelivery {
      acme.push(
        .init(
          ref: "refs/heads/main", before: Derived.commit("\(number)"),
          after: Derived.commit("\(number + 1)"), commits: [], at: noon), by: sender)
    }

    @Test func aBodyAsItCame() async throws {
      try await withService { service in
        let delivery = Self.push(1, by: Self.mia)
        try await service.deliver(all: [delivery])
        let (admin, hash) = (try await service.token(.admin), Hash.sha256(delivery.body).hex)
        for reference in [hash, String(hash.prefix(6)), "sha256:\(hash)"] {
          let answer = try await service.get("/v1/evidence/\(reference)", token: admin)
          #expect(answer.status == 200 && answer.body == delivery.body)
          #expect(answer.contentType == "application/octet-stream")
          #expect(answer.headers[.cacheControl] == "no-store")
        }
        for wrong in [String(hash.prefix(5)), hash + "0", hash.uppercased(), "zzzzzz"] {
          let answer = try await service.get("/v1/evidence/\(wrong)", token: admin)
          #expect(try answer.problem(400) == "invalid_parameter")
        }
        let other = try await service.get(
          "/v1/evidence/\(Hash.sha256([1]).hex)", token: admin)
        #expect(try other.problem(404) == "nothing")
      }
    }

    @Test(arguments: [Scope.read, .record, .override])
    func bodiesAreForAdministrators(_ scope: Scope) async throws {
      try await withService { service in
        let delivery = Self.push(1, by: Self.mia)
        try await service.deliver(all: [delivery])
        let token = try await service.token(scope)
        for path in ["/v1/evidence", "/v1/evidence/\(Hash.sha256(delivery.body).hex)"] {
          #expect(try await service.get(path, token: token).problem(403) == "scope")
          #expect(try await service.get(path).problem(401) == "token_missing")
        }
        let body = Array(#"{"person":7001}"#.utf8)
        let answer = try await service.send(.post, "/v1/people/forget", token: token, body: body)
        #expect(try answer.problem(403) == "scope")
        #expect(try await service.store.read { try $0.login(7_001) } == "mia-hopper")
      }
    }

    @Test func numbers() async throws {
      try await withService { service in
        let deliveries = [Self.push(1, by: Self.mia), Self.push(2, by: Self.mia)]
        try await service.deliver(all: deliveries)
        let answer = try await service.get(
          "/v1/evidence", token: try await service.token(.admin)
        ).json
        #expect(answer["bodies"] == 2 && answer["keep"] == .null && answer["due"] == 0)
        #expect(answer["bytes"]?.int == Int64(deliveries.reduce(0) { $0 + $1.body.count }))
        #expect(try #require(answer["stored_bytes"]?.int) * 2 < answer["bytes"]?.int ?? 0)
      }
    }

    private func forget(_ service: TestService, _ body: String) async throws -> Answer {
      try await service.send(
        .post, "/v1/people/forget", token: try await service.token(.admin),
        body: Array(body.utf8))
    }

    @Test func aPersonIsForgotten() async throws {
      try await withService { service in
        let noor = Deliveries.Account(id: 7_002, login: "noor")
        let (hers, his) = (Self.push(1, by: Self.mia), Self.push(2, by: noor))
        try await service.deliver(all: [hers, his])
        let dry = try await forget(service, #"{"person":"mia-hopper","dry_run":true}"#)
        #expect(dry.status == 200)
        #expect(try dry.json["bodies"] == 1 && dry.json["entries"] == [])
        #expect(try await service.store.read { try $0.login(7_001) } == "mia-hopper")
        let done = try await forget(service, #"{"person":"mia-hopper","reason":"asked"}"#)
        #expect(try done.json["bodies"] == 1 && done.json["person"] == 7_001)
        let index = try #require(try done.json["entries"]?.array?.first?.int)
        let entry = try await service.store.read { try $0.entry(at: index)?.entry }
        #expect(entry?.kind == .personForgotten && entry?.source == .token("admin for a test"))
        #expect(try await service.store.read { try $0.login(7_001) } == nil)
        let gone = try await service.get(
          "/v1/evidence/\(Hash.sha256(hers.body).hex)", token: try await service.token(.admin))
        #expect(try gone.problem(404) == "nothing")
        #expect(try gone.detail.contains("deleted for a person, entry \(index)"))
        #expect(try await service.store.read { try $0.evidence(.sha256(his.body)) } == his.body)
      }
    }

    @Test(arguments: [
      ("[]", 400, "body"), ("{", 400, "body"), ("{}", 422, "fields"),
      (#"{"person":""}"#, 422, "fields"), (#"{"person":"x","reason":1}"#, 422, "fields"),
      (#"{"person":"x","dry_run":"yes"}"#, 422, "fields"),
      (#"{"person":"x","why":"y"}"#, 422, "fields"), (#"{"person":"x"}"#, 404, "nothing"),
      (#"{"person":"9223372036854775807","dry_run":true}"#, 404, "nothing"),
      (#"{"person":9007199254740993}"#, 404, "nothing"),
      (#"{"person":"mia-hopper","reason":"mia-hopper asked"}"#, 422, "reason"),
      (#"{"person":"mia-hopper","reason":"mia-hopper asked","dry_run":true}"#, 422, "reason"),
    ])
    func whatIsRefusedErasesNothing(
      _ body: String, _ status: Int, _ code: String
    ) async throws {
      try await withService { service in
        try await service.deliver(all: [Self.push(1, by: Self.mia)])
        #expect(try await forget(service, body).problem(status) == code)
        #expect(try await service.store.read { try $0.login(7_001) } == "mia-hopper")
      }
    }

    private final class Announced: Sendable { let count = Atomic<Int>(0) }

    @Test func theWorkerPrunesWhatThePolicyInForceSays() async throws {
      try await withService { service in
        let delivery = Self.push(1, by: Self.mia)
        try await service.deliver(all: [delivery])
        let retention = RetentionInForce()
        let later = noon.adding(seconds: 40 * 86_400)
        let announced = Announced()
        let pruner = EvidencePruner(
          store: service.store, retention: retention, now: { later },
          announce: { announced.count.add(1, ordering: .relaxed) }, logger: quiet)
        #expect(try await pruner.prune().count == 0)
        retention.replace(Retention("41d"))
        #expect(
          try await pruner.prune().count == 0 && announced.count.load(ordering: .relaxed) == 0)
        retention.replace(Retention("39d"))
        #expect(
          try await pruner.prune().count == 1 && announced.count.load(ordering: .relaxed) == 1)
        #expect(try await service.store.read { try $0.evidence(.sha256(delivery.body)) } == nil)
      }
    }
  }
}
