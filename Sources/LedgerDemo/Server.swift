import AsyncHTTPClient
import Foundation
import LedgerTesting
import NIOCore

/// `ledger serve` as a child process.
struct Server: Sendable {
  let url: String
  let secret: String
  private let child: Child

  /// Starts it on a free port and returns once it is ready.
  static func start(_ ledger: LedgerBinary, gitHub: DemoGitHub) async throws -> Server {
    let port = try FreePort.preferring(8080)
    let server = try Server(ledger, on: port, gitHub: gitHub)
    do {
      try await server.becomeReady()
    } catch {
      await server.abandon()
      throw server.explained(error)
    }
    return server
  }

  private init(_ ledger: LedgerBinary, on port: Int, gitHub: DemoGitHub) throws {
    url = "http://127.0.0.1:\(port)"
    secret = Server.randomHex(bytes: 32)
    child = try ledger.serve(
      on: port,
      [
        "LEDGER_WEBHOOK_SECRET": secret, "LEDGER_GITHUB_TOKEN": gitHub.token,
        "LEDGER_GITHUB_API_URL": gitHub.baseURL, "LEDGER_PUBLIC_URL": url,
      ])
  }

  var webhooks: WebhookSender {
    WebhookSender(url: "\(url)/webhooks/github", secret: secret, transport: HTTPTransport())
  }

  /// Throws once the server is gone.
  func checkAlive() throws {
    if let status = child.status { throw endedByItself(status) }
  }

  /// Throws unless it ends with exit status 0.
  func stop() async throws {
    let status = await child.stop(patience: .seconds(10))
    guard status == 0 else {
      throw DemoError.failed(
        "the server did not stop cleanly: exit status \(status)", log: logTail)
    }
  }

  /// Ends it after a failure, however that goes.
  func abandon() async { _ = await child.stop(patience: .seconds(5)) }

  /// The error with what the server has to say to it.
  func explained(_ error: any Error) -> any Error {
    if error is CancellationError { return error }
    if let status = child.status, !(error is DemoError) { return endedByItself(status) }
    return (error as? DemoError ?? .failed("\(error)")).with(log: logTail)
  }

  private func endedByItself(_ status: Int32) -> DemoError {
    .failed("the server ended by itself with exit status \(status)", log: logTail)
  }

  /// The last lines that it wrote.
  private var logTail: String {
    let text = [child.output, child.errors].map { file in
      do { return try String(contentsOf: file, encoding: .utf8) } catch {
        return "(\(file.lastPathComponent) is unreadable: \(error))"
      }
    }
    let lines = text.joined(separator: "\n").split(separator: "\n")
    return lines.suffix(30).joined(separator: "\n")
  }

  private func becomeReady() async throws {
    try await eventually("the server is ready", within: .seconds(30)) {
      try checkAlive()
      return await isReady()
    }
  }

  private func isReady() async -> Bool {
    do {
      let answer = try await HTTPClient.shared.execute(
        HTTPClientRequest(url: "\(url)/readyz"), timeout: .seconds(2))
      return answer.status.code == 200
    } catch {
      return false  // nobody listens yet
    }
  }

  static func randomHex(bytes: Int) -> String {
    (0..<bytes).map { _ in
      let byte = UInt8.random(in: .min ... .max)
      return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}
