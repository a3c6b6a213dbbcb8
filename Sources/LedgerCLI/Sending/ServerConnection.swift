import AsyncHTTPClient
import Foundation
import NIOCore

/// One server of the ledger, asked over HTTP.
struct ServerConnection: Sendable {
  enum Method: String, Sendable { case get = "GET", post = "POST", delete = "DELETE" }

  struct Answer: Sendable {
    let status: UInt
    let headers: [String: String]
    let body: [UInt8]

    /// Seconds that it asks to wait.
    var retryAfter: Double? {
      headers["retry-after"].flatMap { plainNumber($0[...]) }.map { Double($0) }
    }
  }

  private static let maximumAnswer = 64 << 20
  static let patience = TimeAmount.seconds(30)

  /// Lives as long as the process. A server that is not there is reported at once. A redirection is
  /// not followed: a report would become a question, and its token another host's.
  private static let client: HTTPClient = {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(configuration: configuration)
  }()

  /// Without a slash at its end.
  let base: String

  init(url: String) throws {
    guard let parsed = URL(string: url), ["http", "https"].contains(parsed.scheme),
      parsed.host != nil
    else {
      throw Failure.usage("--server \(url) is no URL", hint: "Such as https://ledger.example.com")
    }
    base = url.hasSuffix("/") ? String(url.dropLast()) : url
  }

  func request(_ method: Method, _ path: String, token: String?) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: base + path)
    request.method = .init(rawValue: method.rawValue)
    request.headers.add(name: "Accept", value: "application/json")
    request.headers.add(name: "User-Agent", value: "ledger/\(Version.current)")
    if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
    return request
  }

  func execute(
    _ request: HTTPClientRequest, timeout: TimeAmount = patience
  ) async throws -> Answer {
    let answer = try await ServerConnection.execute(request, timeout: timeout)
    if (300..<400).contains(answer.status), let target = answer.headers["location"] {
      throw Failure(
        "\(base) redirects to \(Text.safe(target))", hint: "Give that address as --server.")
    }
    return answer
  }

  func unreachable(_ error: any Error) -> String {
    "cannot reach \(base): \(ServerConnection.cause(of: error))"
  }

  /// The system's word without the wrapping of the network library, whose own errors may repeat
  /// header values, and so the token.
  static func cause(of error: any Error) -> String {
    if let error = error as? HTTPClientError { return error.shortDescription }
    let text = "\(error)"
    return text.contains("Connection refused") ? "connection refused" : text
  }

  static func execute(
    _ request: HTTPClientRequest, timeout: TimeAmount = patience
  ) async throws -> Answer {
    let response = try await client.execute(request, timeout: timeout)
    let body = try await response.body.collect(upTo: maximumAnswer)
    var headers: [String: String] = [:]
    for (name, value) in response.headers { headers[name.lowercased()] = value }
    return Answer(
      status: response.status.code, headers: headers, body: Array(body.readableBytesView))
  }

  /// For a value in a query, or a step of a path (RFC 3986, 2.3).
  static func escaped(_ text: String) -> String {
    let allowed = CharacterSet(
      charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
  }
}
