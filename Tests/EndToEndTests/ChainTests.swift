import AsyncHTTPClient
import Foundation
import Ledger
import LedgerTesting
import Testing

@testable import LedgerDemo

/// The whole chain over all ways in, as everyone who knows a part of it tells that part.
@Suite("From a pull request to what runs", .serialized, .timeLimit(.minutes(5)))
struct ChainTests {
  private let story = ChainMessages()

  /// A server, and everything told to it.
  private final class Told {
    let bench: Bench
    let server: Running
    let token: String

    init(_ story: ChainMessages) async throws {
      bench = try await Bench()
      try ChainMessages.policy.write(
        toFile: bench.ledger.policy, atomically: true, encoding: .utf8)
      token = try await bench.ledger.run(["token", "create", "--name", "ci", "--scope", "record"])
        .output.trimmingCharacters(in: .newlines)
      let pull = story.pull
      bench.gitHub.show([pull.run("test", "success"), pull.run("lint", "success")], of: pull)
      server = try await bench.start()
    }

    func tell(_ message: ChainMessages.Message, _ job: [String: String]) async throws {
      switch message {
      case .webhook(let delivery): try await server.send(delivery)
      case .post(let path, let type, let key, let body):
        try await post(path, type, key, body)
      case .record(let arguments, let file): try await record(arguments, file, job)
      }
    }

    private func post(_ path: String, _ type: String, _ key: String?, _ body: JSON) async throws {
      var request = HTTPClientRequest(url: server.url + path)
      request.method = .POST
      request.headers.add(name: "Content-Type", value: type)
      request.headers.add(name: "Authorization", value: "Bearer \(token)")
      if let key { request.headers.add(name: "Idempotency-Key", value: key) }
      request.body = .bytes(.init(bytes: body.canonicalBytes))
      let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
      let text = String(buffer: try await answer.body.collect(upTo: 1 << 20))
      #expect([200, 201].contains(answer.status.code), "\(path): \(text)")
    }

    private func record(
      _ arguments: [String], _ file: String?, _ job: [String: String]
    ) async throws {
      let name = UUID().uuidString
      let path = bench.directory.appending(path: "\(name).in").path
      try file?.write(toFile: path, atomically: true, encoding: .utf8)
      var variables = job
      variables["LEDGER_URL"] = server.url
      variables["LEDGER_TOKEN"] = token
      let child = try Child(
        bench.ledger.executable, ["record"] + arguments.map { $0 == "FILE" ? path : $0 },
        environment: variables.merging(Bench.profile) { own, _ in own }, in: bench.directory,
        name: name)
      let status = try await child.exit()
      let errors = try String(contentsOf: child.errors, encoding: .utf8)
      #expect(status == 0, "\(arguments): \(errors)")
    }

    func ask(_ arguments: [String]) async throws -> String {
      let answer = try await bench.ledger.run(arguments)
      #expect(answer.status == 0, "\(arguments): \(answer.errors)")
      return answer.output
    }

    func answers() async throws -> [JSON] {
      var answers: [JSON] = []
      for question in [["trace", "acme/api#17"], ["running"], ["show", "api@prod"], ["history"]] {
        answers.append(try JSON.parse(try await ask(question + ["-o", "json"]).utf8))
      }
      return answers.map(\.withoutPlaces)
    }

    func end() async throws {
      #expect(await server.stop() == 0)
      #expect(try await bench.ledger.run(["verify"]).status == 0)
      try await bench.ended()
    }
  }

  @Test("told once, in order: the trace has no gap, and what runs is shown")
  func inOrder() async throws {
    let told = try await Told(story)
    for message in story.all { try await told.tell(message, story.job) }
    let trace = try JSON.parse(try await told.ask(["trace", "acme/api#17", "-o", "json"]).utf8)
    #expect(trace["missing"] == [])
    let stages = Set((trace["items"]?.array ?? []).compactMap { $0["stage"]?.string })
    #expect(stages == Set(Node.Stage.allCases.map(\.rawValue)))
    let text = try await told.ask(["trace", "acme/api#17", "-o", "table"])
    #expect(text.contains("no gap"), "\(text)")
    for reference in [
      "sha:\(story.merge.prefix(7))", "td:api:57", "api@prod",
      String(ChainMessages.digest.prefix(14)),
      "task:arn:aws:ecs:eu-central-1:123456789012:task/prod-1/0000000000000017",
    ] {
      let answer = try JSON.parse(try await told.ask(["trace", reference, "-o", "json"]).utf8)
      #expect(answer["missing"] == [], "\(reference)")
    }
    let running = try JSON.parse(try await told.ask(["running", "-o", "json"]).utf8)
    #expect(running["environments"] == ["staging", "prod"])
    let cells = try #require(running["items"]?.array?.first?["cells"]?.array)
    for cell in cells {
      #expect(cell.at("deployment", "digest") == .string(ChainMessages.digest))
      #expect(cell.at("observed", "digests") == [.string(ChainMessages.digest)])
      #expect(cell["drift"] == .null)
    }
    try await told.end()
  }

  @Test("shuffled and doubled it says the same")
  func shuffled() async throws {
    let expected = try await answers(story.all)
    for seed in [17, 18] as [UInt64] {
      var random = SeededGenerator(seed: seed)
      let answers = try await answers((story.all + story.all).shuffled(using: &random))
      for (answer, expected) in zip(answers, expected) { #expect(answer == expected) }
    }
  }

  private func answers(_ messages: [ChainMessages.Message]) async throws -> [JSON] {
    let told = try await Told(story)
    for message in messages { try await told.tell(message, story.job) }
    let answers = try await told.answers()
    try await told.end()
    return answers
  }
}
