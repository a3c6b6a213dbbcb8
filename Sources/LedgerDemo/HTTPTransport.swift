import AsyncHTTPClient
import LedgerTesting
import NIOCore

/// Sends webhooks over real HTTP.
struct HTTPTransport: WebhookTransport {
  func post(
    _ body: [UInt8], to url: String, headers: [(name: String, value: String)]
  ) async throws -> (status: Int, body: [UInt8]) {
    var request = HTTPClientRequest(url: url)
    request.method = .POST
    for header in headers { request.headers.add(name: header.name, value: header.value) }
    request.body = .bytes(ByteBuffer(bytes: body))
    let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
    let bytes = try await answer.body.collect(upTo: 1 << 20)
    return (Int(answer.status.code), Array(bytes.readableBytesView))
  }
}
