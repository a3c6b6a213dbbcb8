import Ledger
import LedgerTesting
import Testing

@testable import Service

private let chunked = "Transfer-Encoding: chunked"

/// Streams a body in chunks until the server stops taking it.
private func stream(_ count: Int, to raw: Raw) async {
  let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x20, count: 65_536) + [13, 10]
  for _ in 0..<count where await !raw.write(chunk) { return }
}

extension ServiceTests {
  @Suite struct BodyLimitTests {
    @Test("A3 a body that is announced too large is refused before it is sent")
    func aBodyThatIsAnnouncedTooLargeIsRefusedBeforeItIsSent() async throws {
      try await withLiveService { service in
        for length in ["26000001", "10000000000", "9223372036854775807"] {
          let raw = try service.connect()
          await raw.write(Scene.opened().head(framing: "Content-Length: \(length)"))
          let answer = service.record("POST /webhooks/github", await raw.answer())
          #expect(try answer?.problem(413) == "too_large", "\(length)")
          #expect(answer?.headers[.connection] == "close")
          #expect(await raw.isEnded, "\(length)")
        }
      }
    }

    @Test("A3 a streamed body is cut at the limit") func aStreamedBodyIsCutAtTheLimit() async throws
    {
      let limits = BodyLimits(one: 1_000_000, deadline: .seconds(120))
      try await withLiveService(Setup(deliveries: limits)) { service in
        let raw = try service.connect()
        await raw.write(Scene.opened().head(framing: chunked))
        async let streaming: Void = stream(limits.one / 65_536 + 1, to: raw)
        let answer = await raw.answer()
        await streaming
        #expect(try answer?.problem(413) == "too_large")
        #expect(await raw.isEnded)
      }
    }

    @Test func aStreamedBodyOfTheGreatestSizeIsTaken() async throws {
      let body = Scene.opened().body
      let setup = Setup(deliveries: BodyLimits(one: body.count))
      try await withLiveService(setup) { service in
        let size = String(body.count, radix: 16)
        let request = Scene.opened().head(framing: chunked) + "\(size)\r\n"
        let answer = try await service.send(request, body + Array("\r\n0\r\n\r\n".utf8))
        #expect(answer?.status == 202)
        #expect(try await service.send(Scene.opened().request, body)?.status == 200)
      }
    }

    @Test("A18 a dripped head is cut")
    func aDrippedHeadIsCut() async throws {
      var setup = Setup()
      setup.idle = .milliseconds(300)
      try await withLiveService(setup) { service in
        let slow = try (0..<20).map { _ in try service.connect() }
        let dripping = Task {
          for letter in "GET /ping HTTP/1.1\r\nX-Slow: \(String(repeating: "x", count: 200))" {
            for raw in slow { _ = await raw.write(String(letter)) }
            try await Task.sleep(for: .milliseconds(20))
          }
        }
        for raw in slow { #expect((await raw.rest() ?? []).isEmpty) }
        dripping.cancel()
        #expect(try await service.send(Scene.opened().request, Scene.opened().body)?.status == 202)
      }
    }

    @Test("A18 a dripped body is cut") func aDrippedBodyIsCut() async throws {
      let setup = Setup(deliveries: BodyLimits(deadline: .milliseconds(200)))
      try await withLiveService(setup) { service in
        let start = ContinuousClock.now
        for framing in ["Content-Length: 1000", chunked] {
          let raw = try service.connect()
          await raw.write(Scene.opened().head(framing: framing))
          let dripping = Task {
            while await raw.write(framing == chunked ? "1\r\n \r\n" : " ") {
              try await Task.sleep(for: .milliseconds(20))
            }
          }
          let answer = service.record("POST /webhooks/github", await raw.answer())
          #expect(try answer?.problem(408) == "too_slow")
          #expect(await raw.isEnded)
          dripping.cancel()
        }
        #expect(ContinuousClock.now - start > .milliseconds(400))
        #expect(try await service.send(Scene.opened().request, Scene.opened().body)?.status == 202)
      }
    }

    @Test func aDrippedTokenRequestIsCut() async throws {
      let setup = Setup(deliveries: BodyLimits(deadline: .milliseconds(100)))
      try await withLiveService(setup) { service in
        let token = try await makeToken(.admin, in: service.parts.store)
        let request =
          "POST /v1/tokens HTTP/1.1\r\nHost: ledger\r\nAuthorization: Bearer \(token)\r\n"
          + "Content-Length: 20\r\n\r\n{"
        let answer = try await service.send(request)
        #expect(try answer?.problem(408) == "too_slow")
      }
    }

    @Test(arguments: ["GET /ping", "POST /nothing", "POST /webhooks/github", "GET /v1/status"])
    func aBodyThatNobodyReadsIsCut(_ target: String) async throws {
      try await withLiveService { service in
        let raw = try service.connect()
        await raw.write("\(target) HTTP/1.1\r\nHost: ledger\r\n\(chunked)\r\n\r\n1\r\n \r\n")
        let answer = await raw.answer()
        #expect(answer?.headers[.connection] == "close")
        #expect(await raw.isEnded)
        let end = ContinuousClock.now + .seconds(15)
        while await raw.write("1\r\n \r\n") {
          try #require(ContinuousClock.now < end, "the connection is still open")
          try await Task.sleep(for: .milliseconds(50))
        }
      }
    }

    @Test func aConnectionStaysOpenBetweenDeliveries() async throws {
      try await withLiveService { service in
        let raw = try service.connect()
        for delivery in [Scene.opened(), Scene.ended("test"), Scene.ended("lint")] {
          await raw.write(Array(delivery.request.utf8) + delivery.body)
          #expect(await raw.answer()?.status == 202)
        }
        var forged = Scene.opened()
        forged.body.append(0x20)
        await raw.write(Array(Scene.opened().request.utf8) + Scene.opened().body)
        #expect(await raw.answer()?.status == 200)
      }
    }

    @Test("A3 the bytes of all bodies together are bounded") func bytesOfAllBodiesAreBounded()
      async throws
    {
      let body = Scene.opened().body
      let setup = Setup(deliveries: BodyLimits(together: 100_000))
      try await withLiveService(setup) { service in
        let greedy = try service.connect()
        await greedy.write(Scene.opened().head(framing: "Content-Length: 200000"))
        await greedy.write([UInt8](repeating: 0x20, count: 150_000))
        let refused = await greedy.answer()
        #expect(try refused?.problem(503) == "busy")
        #expect(refused?.headers[.retryAfter] == "1")
        #expect(await greedy.isEnded)
        // What a refused body held is free again.
        #expect(try await service.send(Scene.opened().request, body)?.status == 202)
      }
    }

    /// What is announced costs nothing: else a few silent clients would shut GitHub out.
    @Test("A18 silent clients do not shut others out") func silentClientsDoNotShutOthersOut()
      async throws
    {
      try await withLiveService { service in
        var silent: [Raw] = []
        for framing in Array(repeating: ["Content-Length: 26000000", chunked], count: 10).joined() {
          let raw = try service.connect()
          await raw.write(Scene.opened().head(framing: framing))
          silent.append(raw)
        }
        for raw in silent { await raw.write("1\r\n") }
        let answer = try await service.send(Scene.opened().request, Scene.opened().body)
        #expect(answer?.status == 202)
      }
    }
  }

  @Suite struct HostTests {
    @Test(
      "A11 exactly one Host", arguments: ["", "Host: a\r\nHost: b\r\n", "Host: a\r\nhost: a\r\n"])
    func exactlyOneHost(_ fields: String) async throws {
      try await withLiveService { service in
        let raw = try service.connect()
        await raw.write("GET /ping HTTP/1.1\r\n\(fields)\r\n")
        let answer = await raw.answer()
        #expect(try answer?.problem(400) == "host")
        #expect(answer?.headers[.connection] == "close")
        #expect(await raw.isEnded)
      }
    }

    @Test("A11 every route wants a Host") func everyRouteWantsAHost() async throws {
      try await withLiveService { service in
        for route in Routes.all(service.parts.service) {
          let path = route.path.replacing("{index}", with: "0").replacing("{number}", with: "7")
            .replacing("{owner}", with: "acme").replacing("{repo}", with: "api")
          let answer = try await service.send("\(route.method) \(path) HTTP/1.1\r\n\r\n")
          #expect(try answer?.problem(400) == "host")
        }
      }
    }

    /// What a proxy in front might read as another request.
    @Test(
      "A11 ambiguous framing ends the connection",
      arguments: [
        "Content-Length: 4\r\nTransfer-Encoding: chunked", "Content-Length: 4\r\nContent-Length: 5",
        "Content-Length: +4", "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding : chunked", "X-Folded: a\r\n b", "X-Null: \u{0}",
      ])
    func ambiguousFramingEndsTheConnection(_ fields: String) async throws {
      try await withLiveService { service in
        let raw = try service.connect()
        await raw.write(Scene.opened().head(framing: fields))
        #expect(await raw.answer()?.status == 400)
        #expect(await raw.isEnded)
      }
    }

    /// Found while the body is read, after the head was taken.
    @Test(
      "A11 a broken chunk ends the connection",
      arguments: ["zz\r\n", "FFFFFFFFFFFFFFFFF\r\n", "1\r\n{}\r\n", "2;a\n{}\r\n"])
    func brokenChunksEndTheConnection(_ chunk: String) async throws {
      try await withLiveService { service in
        let raw = try service.connect()
        await raw.write(Scene.opened().head(framing: chunked) + chunk)
        #expect(await raw.answer()?.status == 400)
        #expect(await raw.isEnded)
      }
    }

    /// RFC 9110, 9.3.2. A body would be read as the start of the next answer.
    @Test func headHasNoBody() async throws {
      try await withLiveService { service in
        let raw = try service.connect()
        await raw.write(
          "HEAD /nothing HTTP/1.1\r\nHost: a\r\n\r\n"
            + "GET /ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let text = String(decoding: await raw.rest() ?? [], as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 404 "))
        #expect(text.contains("application/problem+json"))
        #expect(text.contains("\r\n\r\nHTTP/1.1 200 "), "\(text)")
      }
    }
  }
}
