import Ledger
import LedgerTesting
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct WebhookTests {
    @Test func aDeliveryIsAnEntry() async throws {
      try await withService { service in
        let answer = try await service.deliver(Scene.opened())
        #expect(answer.status == 202)
        #expect(answer.contentType == "application/json")
        let receipt = try answer.json
        #expect(receipt.object?.keys.sorted() == ["duplicate", "index", "leaf"])
        #expect(receipt["index"] == 1)
        #expect(receipt["duplicate"] == false)
        let token = try await service.token(.read)
        let entry = try await service.get("/v1/entries/1", token: token).json
        #expect(entry["leaf"] == receipt["leaf"])
        #expect(entry["kind"] == "github.pull_request.v1")
        #expect(entry.at("source", "delivery") == .string(Scene.opened().id))
        #expect(entry.at("evidence", "bytes") == .int(Int64(Scene.opened().body.count)))
      }
    }

    @Test("G33 A5 the same again is a duplicate") func theSameAgainIsADuplicate() async throws {
      try await withService { service in
        let first = try await service.deliver(Scene.opened())
        let size = try await service.store.read { try $0.size() }
        var replayed = Scene.opened()
        replayed.id = Derived.guid("fresh")
        for delivery in [Scene.opened(), replayed] {
          let again = try await service.deliver(delivery)
          #expect(again.status == 200)
          #expect(try again.json["duplicate"] == true)
          #expect(try again.json["index"] == first.json["index"])
          #expect(try again.json["leaf"] == first.json["leaf"])
        }
        #expect(try await service.store.read { try $0.size() } == size)
      }
    }

    @Test("A5 the same id with another body is a conflict")
    func theSameIdWithAnotherBodyIsAConflict() async throws {
      try await withService { service in
        let first = Scene.opened()
        _ = try await service.deliver(first)
        var other = Scene.ended("test")
        other.id = first.id
        let answer = try await service.deliver(other)
        #expect(try answer.problem(409) == "delivery_conflict")
        #expect(try answer.json["hint"]?.string != nil)
        let conflicts = try await service.store.read {
          try $0.entries(from: 0, limit: 10, kind: .deliveryConflict)
        }
        #expect(conflicts.count == 1)
        #expect(conflicts.first?.entry.data["earlier"] == 1)
        #expect(conflicts.first?.entry.data["would_be"] == "github.check_run.v1")
      }
    }

    @Test func whatIsNotUnderstoodIsKept() async throws {
      try await withService { service in
        for (event, body) in [
          ("teleportation", #"{"action":"beamed","to":{"x":1.5e300}}"#), ("check_run", "{}"),
        ] {
          let delivery = WebhookDelivery(event: event, body: Array(body.utf8), hookID: 1)
          let answer = try await service.deliver(delivery)
          #expect(answer.status == 202)
          let index = try #require(try answer.json["index"]?.int)
          let entry = try #require(try await service.store.read { try $0.entry(at: index) })
          #expect(entry.entry.kind == .undecoded)
          let evidence = try #require(entry.entry.evidence)
          let kept = try await service.store.read { try $0.evidence(evidence.hash) }
          #expect(kept == delivery.body)
        }
      }
    }

    @Test func eachDeliveryWakesTheWorkers() async throws {
      let wakes = Naps()
      try await withService(Setup(wake: { wakes.add(.zero) })) { service in
        _ = try await service.deliver(Scene.opened())
        #expect(wakes.all.count == 1)
        let forged = Scene.ended("test").headers(secret: "wrong").map { ($0.name, $0.value) }
        _ = try await service.send(
          .post, "/webhooks/github", headers: forged, body: Scene.ended("test").body)
        #expect(wakes.all.count == 1)
      }
    }

    @Test(arguments: [(StoreError.busy, "busy"), (.failed("disk"), "store"), (.closed, "store")])
    func whatIsNotStoredIsNotAcknowledged(_ error: StoreError, _ code: String) async throws {
      let setup = Setup(wrap: { BrokenStore(base: $0, onAppend: { _ in throw error }) })
      try await withService(setup) { service in
        let answer = try await service.deliver(Scene.opened())
        #expect(try answer.problem(503) == code)
        #expect(answer.headers[.retryAfter] == "1")
        #expect(!answer.text.contains("disk"))
      }
    }

    @Test func allSamplesAreTaken() async throws {
      try await withService { service in
        for delivery in Deliveries.samples() {
          #expect(try await service.deliver(delivery).status == 202, "\(delivery.event)")
        }
        let undecoded = try await service.store.read {
          try $0.entries(from: 0, limit: 10, kind: .undecoded)
        }
        #expect(undecoded.isEmpty)
      }
    }
  }
}
