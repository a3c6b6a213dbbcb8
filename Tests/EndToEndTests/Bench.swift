import AsyncHTTPClient
import Foundation
import Ledger
import LedgerTesting
import Testing

@testable import LedgerDemo

/// A directory, the real binary, a fake GitHub, and the server between them.
final class Bench: Sendable {
  static let secret = "0123456789abcdef0123456789abcdef"
  static let token = "github-token-of-the-test"
  static let repository = "acme/api"
  /// A child that has an environment of its own still says what it covered.
  static let profile = ProcessInfo.processInfo.environment.filter {
    $0.key == "LLVM_PROFILE_FILE"
  }

  let directory: URL
  let ledger: LedgerBinary
  let gitHub: FakeGitHub

  /// - Parameter gitHub: where it writes down every request, when that is to be checked.
  init(recordTo record: String? = nil) async throws {
    directory = FileManager.default.temporaryDirectory
      .appending(path: "ledger-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    ledger = LedgerBinary(
      executable: try Bench.binary("ledger"), directory: directory,
      terminal: Terminal(hasColour: false, width: nil))
    let record = record.map { [directory] in directory.appending(path: $0) }
    gitHub = try await FakeGitHub.start(token: Bench.token, recordTo: record)
    try Story.policy.write(toFile: ledger.policy, atomically: true, encoding: .utf8)
  }

  /// The products lie beside the bundle that runs the tests.
  static func binary(_ name: String) throws -> URL {
    let tests = try #require(Bundle.main.executableURL)
    let binary = tests.deletingLastPathComponent().appending(path: name)
    try #require(FileManager.default.isExecutableFile(atPath: binary.path), "\(binary.path)")
    return binary
  }

  /// Starts the server and waits until it is ready.
  ///
  /// - Parameter port: 0 for any.
  func start(_ variables: [String: String] = [:], port: Int = 0) async throws -> Running {
    let port = try FreePort.preferring(port)
    let child = try ledger.serve(
      on: port,
      [
        "LEDGER_WEBHOOK_SECRET": Bench.secret, "LEDGER_GITHUB_TOKEN": Bench.token,
        "LEDGER_GITHUB_API_URL": gitHub.baseURL, "LEDGER_PUBLIC_URL": "https://ledger.example",
      ].merging(variables) { $1 })
    let running = Running(url: "http://127.0.0.1:\(port)", child: child)
    try await eventually("the server is ready", within: .seconds(30)) {
      try #require(child.status == nil, "the server ended: \(running.log)")
      return await running.answers("/readyz")
    }
    return running
  }

  /// Runs `ledger ARGUMENTS` to its end, with these variables and no others.
  func run(
    _ arguments: [String], _ variables: [String: String] = [:]
  ) async throws -> LedgerBinary.Result {
    // Only where to write what was covered is passed on.
    let profile = ProcessInfo.processInfo.environment.filter { $0.key == "LLVM_PROFILE_FILE" }
    let child = try Child(
      ledger.executable, arguments,
      environment: variables.merging(profile) { own, _ in own }, in: directory,
      name: UUID().uuidString)
    let status = try await child.exit()
    return LedgerBinary.Result(
      status: status, output: try String(contentsOf: child.output, encoding: .utf8),
      errors: try String(contentsOf: child.errors, encoding: .utf8))
  }

  func ended() async throws {
    try await gitHub.stop()
    try FileManager.default.removeItem(at: directory)
  }
}

/// A server that runs.
struct Running: Sendable {
  let url: String
  let child: Child

  var sender: WebhookSender {
    WebhookSender(
      url: "\(url)/webhooks/github", secret: Bench.secret, transport: HTTPTransport())
  }

  var log: String {
    do { return try String(contentsOf: child.errors, encoding: .utf8) } catch { return "\(error)" }
  }

  func answers(_ path: String) async -> Bool {
    do { return try await get(path).status == 200 } catch { return false }
  }

  func get(
    _ path: String, _ headers: [(String, String)] = []
  ) async throws -> (status: Int, body: String) {
    var request = HTTPClientRequest(url: url + path)
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
    let body = try await answer.body.collect(upTo: 1 << 22)
    return (Int(answer.status.code), String(buffer: body))
  }

  func post(
    _ path: String, _ body: String, _ headers: [(String, String)]
  ) async throws -> (status: Int, body: String) {
    var request = HTTPClientRequest(url: url + path)
    request.method = .POST
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    request.body = .bytes(Array(body.utf8), length: .known(Int64(body.utf8.count)))
    let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
    return (Int(answer.status.code), String(buffer: try await answer.body.collect(upTo: 1 << 20)))
  }

  /// Sends, and insists on an acknowledgement.
  @discardableResult
  func send(_ delivery: WebhookDelivery) async throws -> WebhookAnswer {
    let answer = try await sender.send(delivery)
    #expect(answer.status == 202 || answer.status == 200, "\(delivery.event): \(answer.text)")
    return answer
  }

  /// SIGTERM; the exit status.
  func stop() async -> Int32 { await child.stop(patience: .seconds(10)) }

  /// SIGKILL.
  func crash() async { _ = await child.stop(patience: .zero) }
}
