import AsyncHTTPClient
import Foundation
import Ledger
import LedgerTesting
import NIOCore
import Testing

@testable import LedgerDemo

/// A ledger with a key in a file of its own, served when a test wants it.
struct PublishedLog: Sendable {
  let bench: Bench
  let name: String

  private var database: String { bench.directory.appending(path: "\(name).sqlite").path }

  /// With a token that may record and read; its secret.
  func initialize(isSigned: Bool = true) async throws -> String {
    if isSigned {
      let made = try await bench.run([
        "init", "--db", database, "--origin", "\(name).example/log",
      ])
      try #require(made.status == 0, "\(made.errors)")
    }
    return try await bench.run([
      "token", "create", "--db", database, "--name", "ci", "--scope", "record",
    ]).output.trimmingCharacters(in: .newlines)
  }

  /// File and key, while nobody serves them.
  func copied(to other: String) throws -> PublishedLog {
    let copy = PublishedLog(bench: bench, name: other)
    for suffix in ["", ".key"] {
      try FileManager.default.copyItem(atPath: database + suffix, toPath: copy.database + suffix)
    }
    return copy
  }

  var vkey: String {
    get async throws {
      try await bench.run(["key", "show", "--db", database]).output
        .trimmingCharacters(in: .newlines)
    }
  }

  /// By `ledger key rotate`, while nobody serves it.
  func rotate() async throws {
    let rotated = try await bench.run(["key", "rotate", "--db", database])
    try #require(rotated.status == 0, "\(rotated.errors)")
  }

  /// Until `work` is done.
  func served(_ work: (Running) async throws -> Void) async throws {
    let server = try await start()
    try await work(server)
    #expect(await server.stop() == 0)
  }

  func start(isPublic: Bool = true) async throws -> Running {
    let port = try FreePort.preferring(0)
    let arguments = ["serve", "--db", database, "--listen", "127.0.0.1:\(port)"]
    let variables = ["LEDGER_WEBHOOK_SECRET": Bench.secret].merging(Bench.profile) { own, _ in own }
    let child = try Child(
      bench.ledger.executable, arguments + (isPublic ? ["--log", "public"] : []),
      environment: variables, in: bench.directory, name: "serve-\(name)")
    let running = Running(url: "http://127.0.0.1:\(port)", child: child)
    try await eventually("\(name) is ready", within: .seconds(30)) {
      try #require(child.status == nil, "the server ended: \(running.log)")
      return await running.answers("/readyz")
    }
    return running
  }
}

extension Running {
  /// Reports of pushed images: one entry each.
  func push(_ names: [String], token: String) async throws {
    let events = names.map { name -> JSON in
      [
        "id": .string(name), "detail-type": "ECR Image Action", "source": "aws.ecr",
        "time": "2026-11-20T10:03:00Z",
        "detail": [
          "repository-name": "api", "action-type": "PUSH",
          "image-digest": .string(Derived.digest(name)), "image-tag": "<b>'\"&</b>",
        ],
      ]
    }
    var request = HTTPClientRequest(url: url + "/webhooks/aws")
    request.method = .POST
    request.headers.add(name: "X-API-Key", value: token)
    request.body = .bytes(ByteBuffer(bytes: JSON.array(events).canonicalBytes))
    let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
    #expect(answer.status == .created)
  }
}

/// A script of Tests/Support.
enum Script {
  static let skipped: Int32 = 77

  static func run(_ name: String, _ arguments: [String]) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["python3", "-W", "error::DeprecationWarning:__main__"]
      + [SharedData.support.appending(path: name).path] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try Child.withoutBlockedSignals { try process.run() }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}
