import Ledger
import LedgerTesting
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct HealthTests {
    @Test func allIsWell() async throws {
      try await withService { service in
        let answer = try await service.get("/health")
        #expect(answer.status == 200)
        #expect(answer.contentType == "application/json")
        #expect(
          try answer.json == [
            "application": "ledger", "status": "success", "hostname": "ledger-0",
            "timestamp": .string(noon.description),
            "result": [
              "database": "writable", "disk": "1048576 MiB free", "outbox": "nothing is due",
            ],
          ])
      }
    }

    @Test(arguments: [
      (DiskState(freeBytes: 1 << 40, isReadOnly: true), "read-only"),
      (DiskState(freeBytes: 255 << 20, isReadOnly: false), "255 MiB free"),
    ])
    func aBadDiskIsAnError(_ disk: DiskState, _ text: String) async throws {
      try await withService(Setup(disk: disk)) { service in
        let answer = try await service.get("/health")
        #expect(answer.status == 500)
        #expect(try answer.json["status"] == "error")
        #expect(try answer.json.at("result", "disk") == .string(text))
      }
    }

    @Test func theLastByteOfTheMinimumIsEnough() async throws {
      let disk = DiskState(freeBytes: 256 << 20, isReadOnly: false)
      try await withService(Setup(disk: disk)) { service async throws in
        #expect(try await service.get("/health").status == 200)
      }
    }

    /// Nobody posts here, so what the gate wants GitHub to show grows old.
    @Test func aStatusThatWaitsTooLongIsAnError() async throws {
      try await withService(Setup(confirmation: .github)) { service in
        try await service.deliver(all: [Scene.opened()])
        service.clock.advance(seconds: 899)
        #expect(try await service.get("/health").status == 200)
        service.clock.advance(seconds: 1)
        let answer = try await service.get("/health")
        #expect(answer.status == 500)
        #expect(try answer.json["status"] == "error")
        #expect(
          try answer.json.at("result", "outbox") == "a status waits for GitHub since 900 s")
      }
    }

    @Test(arguments: [StoreError.busy, .failed("no space left on device"), .closed])
    func aStoreThatTakesNothingIsNotReady(_ error: StoreError) async throws {
      let setup = Setup(wrap: { BrokenStore(base: $0, onAppend: { _ in throw error }) })
      try await withService(setup) { service in
        let health = try await service.get("/health")
        #expect(health.status == 500)
        #expect(try health.json.at("result", "database") != "writable")
        #expect(!health.text.contains("no space"))
        let ready = try await service.get("/readyz")
        #expect(ready.status == 503)
        #expect(ready.text.hasPrefix("database: "))
        #expect(try await service.get("/livez").status == 200)
      }
    }

    @Test func probes() async throws {
      try await withService { service in
        for path in ["/livez", "/readyz"] {
          let answer = try await service.get(path)
          #expect(answer.status == 200)
          #expect(answer.text == "ok\n")
        }
      }
    }
  }
}
