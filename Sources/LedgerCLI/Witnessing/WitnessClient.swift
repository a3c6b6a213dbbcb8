import AsyncHTTPClient
import Gates
import GitHubAPI
import Merkle
import NIOCore

/// Speaks to witnesses over HTTP. A hostile or hanging one costs ten seconds and 64 KiB.
struct WitnessClient: WitnessHost {
  private static let maximumAnswer = 64 << 10
  private let patience: TimeAmount

  /// - Parameter patience: for one request, from connecting to the last byte of the answer.
  init(patience: TimeAmount = .seconds(10)) { self.patience = patience }

  /// Lives as long as the process.
  private static let client: HTTPClient = {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = .seconds(5)
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(configuration: configuration)
  }()

  func add(
    _ request: WitnessRequest, to url: String
  ) async throws(WitnessUnreachable) -> (status: Int, body: String) {
    var message = HTTPClientRequest(url: url + "/add-checkpoint")
    message.method = .POST
    message.headers.add(name: "Content-Type", value: "text/plain; charset=utf-8")
    message.headers.add(name: "User-Agent", value: "ledger/\(Version.current)")
    message.body = .bytes(ByteBuffer(string: request.text))
    do {
      return try await WitnessClient.send(message, patience)
    } catch let error as WitnessUnreachable { throw error } catch {
      throw WitnessUnreachable(WitnessClient.reason(error))
    }
  }

  private static func send(
    _ message: HTTPClientRequest, _ patience: TimeAmount
  ) async throws -> (status: Int, body: String) {
    // The client's own deadline ends with the head of the answer.
    let (response, bytes) = try await withDeadline(.nanoseconds(patience.nanoseconds)) {
      let response = try await client.execute(message, deadline: .distantFuture)
      return (response, try await response.body.collect(upTo: maximumAnswer))
    }
    guard let text = String(validating: bytes.readableBytesView, as: UTF8.self) else {
      throw WitnessUnreachable("the answer is no text")
    }
    return (Int(response.status.code), text)
  }

  private static func reason(_ error: any Error) -> String {
    let text = "\(error)"
    if text.contains("Connection refused") { return "connection refused" }
    let isLate = text.contains("deadlineExceeded") || text.contains("imeout")
    if isLate || error is DeadlinePassed { return "no answer in time" }
    return String(text.prefix(200))
  }
}
