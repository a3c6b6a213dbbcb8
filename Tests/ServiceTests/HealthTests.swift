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

    /// Its commit is gone: waiting mends nothing. A missing permission can be mended.
    @Test(arguments: [(404, true), (422, true), (403, false), (401, false)])
    func whatGitHubRefusesForGoodIsNoError(_ status: Int, _ isForGood: Bool) async throws {
      try await withPosting { posting in
        posting.github.fail(on: .postStatus, with: .status(status, message: "no"))
        // It is not tried again within the time of this test.
        posting.start(second: .seconds(1))
        try await posting.service.deliver(all: [Scene.opened()])
        let metrics = posting.parts.service.metrics
        try await until { metrics.text().contains("result=\"refused\"} 1") }
        if isForGood { try await until { metrics.refused.count == 1 } }
        posting.service.clock.advance(seconds: 1_000)
        let health = try await posting.service.get("/health")
        #expect(health.status == (isForGood ? 200 : 500))
        #expect(
          try health.json.at("result", "outbox")
            == (isForGood
              ? "nothing is due but 1 refused" : "a status waits for GitHub since 1000 s"))
        let page = try await posting.service.get("/metrics").text
        #expect(page.contains("\nledger_outbox_due 1\n"))
        #expect(page.contains("\nledger_outbox_oldest_seconds 1000\n"))
        #expect(page.contains("\nledger_outbox_refused \(isForGood ? 1 : 0)\n"))
        let doctor = try await posting.service.get(
          "/v1/doctor", token: try await posting.service.token(.read)
        ).json
        let check = doctor["checks"]?.array?.first { $0["name"] == "statuses" }
        #expect(check?["state"] == "problem")
      }
    }

    /// Nothing is posted by a name that another repository has now, and no waiting mends that.
    @Test func whatHasNoNameOfItsOwnIsNoError() async throws {
      try await withPosting { posting in
        var other = Scene.acme
        other.repository.id += 1
        let run = Scene.run("test", attempt: 10)
        let end = other.checkRun(
          "completed", run.completed("success", at: run.startedAt.adding(seconds: 60)))
        try await posting.service.deliver(all: [Scene.opened(), end])
        posting.start(second: .seconds(1))
        let metrics = posting.parts.service.metrics
        try await until { metrics.refused.count == 1 }
        posting.service.clock.advance(seconds: 1_000)
        let health = try await posting.service.get("/health")
        #expect(health.status == 200)
        #expect(try health.json.at("result", "outbox") == "nothing is due but 1 refused")
        let page = try await posting.service.get("/metrics").text
        #expect(page.contains("\nledger_outbox_due 1\n"))
        #expect(page.contains("\nledger_outbox_refused 1\n"))
        #expect(posting.github.count(of: .postStatus) == 0)
      }
    }

    @Test func whatWaitsBesideItIsAnError() async throws {
      try await withPosting { posting in
        posting.github.fail(on: .postStatus, with: .status(404, message: "Not Found"))
        posting.github.fail(next: 1_000, on: .postStatus, with: .status(502))
        posting.start(second: .seconds(1))
        let metrics = posting.parts.service.metrics
        try await posting.service.deliver(all: [Scene.opened()])
        try await until { metrics.refused.count == 1 }
        try await posting.service.deliver(all: [Scene.opened(8, head: Derived.commit("other"))])
        try await until { metrics.text().contains("result=\"later\"") }
        posting.service.clock.advance(seconds: 1_000)
        let answer = try await posting.service.get("/health")
        #expect(answer.status == 500)
        #expect(
          try answer.json.at("result", "outbox") == "a status waits for GitHub since 1000 s")
      }
    }

    @Test func whatGitHubTakesAfterAllIsRefusedNoMore() async throws {
      try await withPosting { posting in
        posting.github.fail(on: .postStatus, with: .status(404, message: "Not Found"))
        posting.start(second: .milliseconds(1))
        try await posting.service.deliver(all: [Scene.opened()])
        try await posting.settle()
        #expect(posting.github.count(of: .postStatus) == 2)
        try await until { posting.parts.service.metrics.refused.isEmpty }
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
