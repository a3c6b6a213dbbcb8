import Ledger
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct HelloTests {
    @Test func rootSaysHello() async throws {
      try await withService { service in
        let answer = try await service.get("/")
        #expect(answer.status == 200)
        #expect(answer.contentType == "text/plain; charset=utf-8")
        #expect(answer.text == "Hello, World")
      }
    }

    @Test(arguments: ["latest", "1.2.3"]) func version(_ version: String) async throws {
      try await withService(Setup(version: version)) { service in
        let answer = try await service.get("/version")
        #expect(answer.status == 200)
        #expect(answer.contentType == "application/json")
        #expect(try answer.json == ["version": .string(version)])
      }
    }

    @Test func ping() async throws {
      try await withService { service in
        let answer = try await service.get("/ping")
        #expect(answer.status == 200)
        #expect(answer.text == "OK")
      }
    }

    @Test func appLetsItsTokenIn() async throws {
      try await withService { service in
        let answer = try await service.get("/app", headers: [("X-Auth-Token", "the app's token")])
        #expect(answer.status == 200)
        #expect(answer.contentType == "application/json")
        #expect(try answer.json == ["message": "Hello World"])
      }
    }

    @Test(arguments: [
      [], ["wrong"], [""], ["the app's toke"], ["the app's token."],
      ["the app's token", "the app's token"], ["wrong", "the app's token"],
    ])
    func appRefuses(_ tokens: [String]) async throws {
      try await withService { service in
        let answer = try await service.get("/app", headers: tokens.map { ("X-Auth-Token", $0) })
        #expect(answer.status == 403)
        #expect(answer.contentType == "application/json")
        #expect(try answer.json == ["error": "Invalid auth token"])
      }
    }

    @Test(arguments: [[], [""], ["nil"]]) func appWithoutATokenLetsNobodyIn(
      _ tokens: [String]
    ) async throws {
      try await withService(Setup(appToken: nil)) { service in
        let answer = try await service.get("/app", headers: tokens.map { ("X-Auth-Token", $0) })
        #expect(answer.status == 403)
        #expect(try answer.json == ["error": "Invalid auth token"])
      }
    }

    @Test(arguments: [
      ("", 0), ("?delay=0", 0), ("?delay=250", 250), ("?delay=3000", 3_000),
      ("?delay=3001", 3_000), ("?delay=9223372036854775807", 3_000),
    ])
    func helloWaitsAsLongAsAskedUpToFiveSeconds(
      _ query: String, _ milliseconds: Int
    ) async throws {
      try await withService { service in
        let answer = try await service.get("/demo/hello\(query)")
        #expect(answer.status == 200)
        #expect(answer.contentType == "text/plain; charset=utf-8")
        #expect(answer.text == "hello, world!\n")
        #expect(service.naps.all == [.milliseconds(milliseconds)])
      }
    }

    @Test(arguments: ["?delay=-1", "?delay=soon", "?delay=", "?delay=1&delay=2", "?wait=1"])
    func helloRefusesAnotherDelay(_ query: String) async throws {
      try await withService { service in
        let answer = try await service.get("/demo/hello\(query)")
        #expect(try answer.problem(400) == "invalid_parameter")
        #expect(service.naps.all.isEmpty)
      }
    }

    @Test(arguments: [
      (0.0, 500), (0.05, 500), (0.099_999, 500), (0.1, 200), (0.5, 200), (0.999, 200),
    ])
    func oneInTenFails(_ random: Double, _ status: Int) async throws {
      try await withService(Setup(random: random)) { service in
        let answer = try await service.get("/demo/random-error")
        #expect(answer.status == status)
        #expect(answer.contentType == "text/plain; charset=utf-8")
        #expect(
          answer.text
            == (status == 500
              ? "ERROR: Something, somewhere, went wrong!\n" : "Everything is still OK\n"))
      }
    }

    @Test func whatIsNotThereIsAProblem() async throws {
      try await withService { service async throws in
        #expect(try await service.get("/nothing").problem(404) == "not_found")
        #expect(try await service.get("/v1").problem(404) == "not_found")
        #expect(try await service.send(.post, "/ping").problem(405) == "method")
        #expect(try await service.send(.delete, "/v1/tokens").problem(405) == "method")
        let head = try await service.send(.head, "/nothing")
        #expect(head.status == 404)
        #expect(head.contentType == "application/problem+json")
        #expect(head.body.isEmpty)
      }
    }
  }
}
