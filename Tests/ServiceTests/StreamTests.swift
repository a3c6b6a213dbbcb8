import Hummingbird
import HummingbirdTesting
import Ledger
import LedgerTesting
import Reports
import Synchronization
import Testing

@testable import Service

/// A clock that goes on when a test says so, and shows when it was looked at.
final class Ticks: Sendable {
  private let (ticks, tick) = AsyncStream.makeStream(of: Void.self)
  private let reads = Atomic<Int>(0)

  var setup: Setup {
    var setup = Setup(wrap: { [self] base in
      BrokenStore(base: base, afterRead: { [self] in reads.add(1, ordering: .relaxed) })
    })
    setup.sleep = { [self] _ in
      for await _ in ticks { return }
      throw CancellationError()
    }
    return setup
  }

  /// One second, until the service has looked at the log.
  func advance() async throws {
    let before = reads.load(ordering: .relaxed)
    tick.yield()
    try await until { self.reads.load(ordering: .relaxed) > before }
  }
}

extension ServiceTests {
  @Suite(.timeLimit(.minutes(2))) struct StreamTests {
    private static let heartbeat = ": still here\n"

    private func follow(
      _ live: LiveService, _ token: String, _ query: String = "", _ fields: String = ""
    ) async throws -> Raw {
      let raw = try live.connect()
      await raw.write(
        "GET /v1/stream\(query) HTTP/1.1\r\nHost: ledger\r\nAuthorization: Bearer \(token)\r\n"
          + "\(fields)\r\n")
      return raw
    }

    /// Entry 0 is the policy, 1 to 4 are deployments, 5 is the token.
    private func withDeployments(
      _ ticks: Ticks = Ticks(), streams: Int = 200,
      _ test: @escaping @Sendable (LiveService, String) async throws -> Void
    ) async throws {
      var setup = ticks.setup
      setup.streams = streams
      try await withLiveService(setup) { live in
        for number in 1...4 {
          let delivery = Scene.deployment(number.asInt64, to: number < 3 ? "staging" : "production")
          #expect(try await live.send(delivery.request, delivery.body)?.status == 202)
        }
        try await test(live, try await makeToken(.read, in: live.parts.store))
      }
    }

    private func deploy(_ number: Int64, _ live: LiveService) async throws {
      let delivery = Scene.deployment(number, to: "staging")
      #expect(try await live.send(delivery.request, delivery.body)?.status == 202)
    }

    @Test(arguments: [
      ("", "Last-Event-ID: 2\r\n"), ("?after=2", ""), ("?after=4", "Last-Event-ID: 2\r\n"),
    ])
    func whatCameAfterIsReplayed(_ query: String, _ field: String) async throws {
      try await withDeployments { live, token in
        let raw = try await follow(live, token, query, field)
        let text = try #require(await raw.text(until: "id: 4\n", "\n\n"))
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(text.contains("Content-Type: text/event-stream\r\n"))
        #expect(text.contains("Cache-Control: no-cache\r\n"))
        #expect(text.contains("\(Self.heartbeat)id: 2\n\n"))
        let rows = try await rows(text, live)
        #expect(rows.map { $0["id"] } == ["3", "4"])
        let history = try await live.parts.store.read { tables in
          try tables.lines(citing: 3).map(\.json)
        }
        #expect(rows.first == history.first, "a line is a row of the history")
      }
    }

    /// The data of the events in an answer, and their ids.
    private func rows(_ text: String, _ live: LiveService) async throws -> [JSON] {
      let events = text.split(separator: "\n\n").filter { $0.contains("event: line") }
      _ = live.record(
        "GET /v1/stream",
        Answer(
          status: 200, headers: [.contentType: "text/event-stream"],
          body: Array(Self.heartbeat.utf8)))
      return try events.map { event in
        let lines = event.split(separator: "\n").map(String.init)
        let data = try #require(lines.first { $0.hasPrefix("data: ") })
        let row = try JSON.parse(Array(data.dropFirst(6).utf8))
        #expect(lines.contains("id: \(row["id"]?.string ?? "")"))
        return row
      }
    }

    /// No tick is needed: whoever appends tells.
    @Test func whatIsAppendedComesAtOnce() async throws {
      try await withDeployments { live, token in
        let raw = try await follow(live, token)
        let head = try #require(await raw.text(until: "id: 5\n\n"))
        #expect(!head.contains("event: line"), "it begins with what comes")
        try await deploy(5, live)
        let text = try #require(await raw.text(until: "id: 6\n", "\n\n"))
        #expect(text.contains("\"commit\":\"\(Derived.commit("deploy 5"))\""))
      }
    }

    @Test func withoutASignItLooksEverySecond() async throws {
      let ticks = Ticks()
      try await withDeployments(ticks) { live, token in
        let raw = try await follow(live, token)
        _ = try #require(await raw.text(until: "id: 5\n\n"))
        let entry = try ChainEntries(start: noon).entry(.imageRecorded)
        _ = try await live.parts.store.append([Submission(entry: entry)])
        try await ticks.advance()
        let text = try #require(await raw.text(until: "id: 6\n", "\n\n"))
        #expect(text.contains("\"digest\":\"\(ChainEntries.digest)\""))
      }
    }

    @Test func aHeartbeatAfterFifteenQuietSeconds() async throws {
      let ticks = Ticks()
      try await withDeployments(ticks) { live, token in
        let raw = try await follow(live, token)
        _ = try #require(await raw.text(until: "id: 5\n\n"))
        for _ in 1...14 { try await ticks.advance() }
        try await deploy(5, live)
        let line = try #require(await raw.text(until: "id: 6\n", "\n\n"))
        #expect(!line.contains(Self.heartbeat))
        // What was told counts as a sign of life: the count begins anew.
        for _ in 1...14 { try await ticks.advance() }
        try await deploy(6, live)
        let other = try #require(await raw.text(until: "id: 7\n", "\n\n"))
        #expect(!other.contains(Self.heartbeat))
        for _ in 1...15 { try await ticks.advance() }
        let quiet = try #require(await raw.text(until: Self.heartbeat, "\n\n"))
        #expect(quiet.contains("\(Self.heartbeat)id: 7\n\n"), "it moves the place on")
      }
    }

    @Test(arguments: [
      ("environment=production", ["3", "4"]), ("environment=staging", ["1", "2"]),
      ("environment=staging&environment=production", ["1", "2", "3", "4"]),
      ("service=api&environment=production", ["3", "4"]),
      ("kind=deploy&service=api", ["1", "2", "3", "4"]),
    ])
    func filters(_ query: String, _ expected: [String]) async throws {
      try await withDeployments { live, token in
        let raw = try await follow(live, token, "?after=0&\(query)")
        let last = expected.last ?? ""
        let text = try #require(await raw.text(until: Self.heartbeat, "id: \(last)\n", "\n\n"))
        #expect(try await rows(text, live).compactMap { $0["id"]?.string } == expected)
      }
    }

    @Test(arguments: [
      ("after=-1", "", "after"), ("after=x", "", "after"), ("limit=1", "", "limit"),
      ("", "x", "Last-Event-ID"), ("", "-1", "Last-Event-ID"),
      ("", "9223372036854775807", "Last-Event-ID"),
    ])
    func aBadParameterIsNamed(_ query: String, _ last: String, _ name: String) async throws {
      try await withService { service in
        let token = try await service.token(.read)
        let answer = try await service.get(
          "/v1/stream?\(query)", token: token,
          headers: last.isEmpty ? [] : [("Last-Event-ID", last)])
        #expect(try answer.problem(400) == "invalid_parameter")
        #expect(try answer.detail.hasPrefix("\(name) "))
      }
    }

    @Test func aPlaceBehindTheEndIsTheEnd() async throws {
      try await withDeployments { live, token in
        let raw = try await follow(live, token, "?after=1000000")
        #expect(await raw.text(until: "\(Self.heartbeat)id: 5\n\n") != nil)
      }
    }

    @Test func soManyMayLookOn() async throws {
      let streams = 5
      try await withDeployments(streams: streams) { live, token in
        var raws: [Raw] = []
        for _ in 0..<streams {
          let raw = try await follow(live, token)
          #expect(await raw.text(until: Self.heartbeat) != nil)
          raws.append(raw)
        }
        #expect(live.parts.service.appended.count == streams)
        let head =
          "GET /v1/stream HTTP/1.1\r\nHost: ledger\r\nAuthorization: Bearer \(token)\r\n\r\n"
        let refused = try #require(try await live.send(head))
        #expect(try refused.problem(503) == "busy")
        raws.removeLast()
        // Who leaves makes room, without a heartbeat that finds out.
        try await until { live.parts.service.appended.count < streams }
        let next = try await follow(live, token)
        #expect(await next.text(until: Self.heartbeat) != nil)
      }
    }

    /// A connection that breaks between two lines of one entry is resumed at the first of them.
    @Test func theIDStandsInTheLastLineOfAnEntry() throws {
      let lines = [(3, "a"), (3, "b"), (4, "c")].map { entry, subject in
        var row = HistoryRow(
          entry: 1, kind: "deploy", at: noon, outcome: nil, finishedAt: nil, note: nil,
          service: nil, environment: nil, repository: RepositoryRow(id: 1, name: "acme/api"),
          commit: nil, pull: nil, digest: nil, revision: nil, actorID: nil, actor: nil)
        row.subject = subject
        return Following.Line(entry: Int64(entry), row: row)
      }
      let events = EventStream.events(lines).split(separator: "\n\n").map { event in
        event.split(separator: "\n").map { String($0.prefix { $0 != "{" }) }
      }
      #expect(
        events == [
          ["event: line", "data: "], ["event: line", "id: 3", "data: "],
          ["event: line", "id: 4", "data: "],
        ])
    }

    /// A service that stops ends its streams in order, with the last chunk.
    @Test func aStopEndsIt() async throws {
      let ticks = Ticks()
      try await withParts(ticks.setup) { parts in
        let token = try await makeToken(.read, in: parts.store)
        let application = Application(router: Routes.router(parts.service), logger: quiet)
        let raw = try await application.test(.live) { client in
          let raw = try Raw(port: try #require(client.port))
          await raw.write(
            "GET /v1/stream HTTP/1.1\r\nHost: ledger\r\nAuthorization: Bearer \(token)\r\n\r\n")
          #expect(await raw.text(until: Self.heartbeat) != nil)
          return raw
        }
        let rest = try #require(await raw.rest())
        #expect(String(decoding: rest, as: UTF8.self).hasSuffix("0\r\n\r\n"))
        #expect(parts.service.appended.count == 0)
      }
    }
  }
}

extension Int {
  fileprivate var asInt64: Int64 { Int64(self) }
}
