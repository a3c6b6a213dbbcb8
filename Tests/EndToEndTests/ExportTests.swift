import AsyncHTTPClient
import Foundation
import Ledger
import LedgerTesting
import NIOCore
import Testing

@testable import LedgerDemo

@Suite("Export", .serialized, .timeLimit(.minutes(3)))
struct ExportTests {
  @Test("a file and a server give the same events, each time, and they are valid")
  func cdEvents() async throws {
    let bench = try await Bench()
    let token = try await bench.ledger.run(["token", "create", "--name", "t", "--scope", "read"])
      .output.trimmingCharacters(in: .whitespacesAndNewlines)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    for delivery in Story.release(start: TestPull.start).deliveries {
      try await server.send(delivery)
    }
    let file = try await bench.ledger.run(["export", "--format", "cdevents"])
    #expect(file.status == 0, "\(file.errors)")
    #expect(try await bench.ledger.run(["export"]).output == file.output)
    let remote = try Child(
      bench.ledger.executable, ["export", "--server", server.url],
      environment: ["LEDGER_TOKEN": token], in: bench.directory, name: "remote")
    #expect(try await remote.exit() == 0)
    #expect(try String(contentsOf: remote.output, encoding: .utf8) == file.output)
    let events = try file.output.split(separator: "\n").map { try JSON.parse(Array($0.utf8)) }
    let types = Set(events.compactMap { $0.at("context", "type")?.string })
    for type in [
      "dev.cdevents.change.created.0.4.0", "dev.cdevents.change.merged.0.3.0",
      "dev.cdevents.pipelinerun.finished.0.3.0", "dev.cdevents.service.deployed.0.3.0",
      "dev.cdevents.artifact.published.0.3.0", "dev.cdeventsx.ledger-verdict.decided.0.1.0",
    ] { #expect(types.contains(type), "\(type)") }
    #expect(Set(events.compactMap { $0.at("context", "source")?.string }) == ["/ledger"])
    let index = try #require(events.last?.at("customData", "index")?.int)
    let late = try await bench.ledger.run(["export", "--from", String(index), "--source", "/me"])
    #expect(late.output.split(separator: "\n").count == 1 && late.output.contains(#""/me""#))
    try validate(events, in: bench.directory)
    #expect(await server.stop() == 0)
    try await bench.ended()
  }

  @Test("more entries than one page holds are all there, once")
  func pages() async throws {
    let bench = try await Bench()
    let token = try await bench.ledger.run(["token", "create", "--name", "t", "--scope", "record"])
      .output.trimmingCharacters(in: .whitespacesAndNewlines)
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    let pushes = (0..<600).map { number -> JSON in
      [
        "id": .string("e\(number)"), "detail-type": "ECR Image Action", "source": "aws.ecr",
        "time": "2026-11-20T10:03:00Z",
        "detail": [
          "repository-name": "api", "action-type": "PUSH",
          "image-digest": .string(Derived.digest("\(number)")),
        ],
      ]
    }
    var request = HTTPClientRequest(url: server.url + "/webhooks/aws")
    request.method = .POST
    request.headers.add(name: "X-API-Key", value: token)
    request.body = .bytes(ByteBuffer(bytes: JSON.array(pushes).canonicalBytes))
    let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
    #expect(answer.status == .created)
    let output = try await bench.ledger.run(["export"]).output
    let subjects = try output.split(separator: "\n").map {
      try JSON.parse(Array($0.utf8)).at("subject", "id")?.string
    }
    #expect(subjects.count == 600 && Set(subjects).count == 600)
    #expect(await server.stop() == 0)
    try await bench.ended()
  }

  private func validate(_ events: [JSON], in directory: URL) throws {
    guard let schemas = SharedData.cdEvents else {
      print("SKIPPED: the schemas of CDEvents are missing; exported events were not checked")
      return
    }
    let file = directory.appending(path: "events.ndjson")
    try Data(events.map { $0.canonicalString + "\n" }.joined().utf8).write(to: file)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "python3", SharedData.support.appending(path: "validate_cdevents.py").path, schemas.path,
      file.path,
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try Child.withoutBlockedSignals { try process.run() }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    if process.terminationStatus == 77 { return print("SKIPPED: \(text)") }
    #expect(process.terminationStatus == 0, "\(text)")
  }

  @Test(
    "wrong usage",
    arguments: [
      ["--format", "csv"], ["--from", "-1"], ["--from", "x"], ["--source", "a b"],
      ["--github-url", ""],
    ])
  func usage(_ arguments: [String]) async throws {
    let bench = try await Bench()
    #expect(try await bench.ledger.run(["export"] + arguments).status == 2)
    try await bench.ended()
  }
}
