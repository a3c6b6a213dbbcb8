import AsyncHTTPClient
import Foundation
import Ledger
import NIOCore
import Reports

/// Asks a server over its HTTP API.
struct ServerSource: LedgerSource {
  private static let maximumAnswer = 64 << 20

  /// Lives as long as the process. A server that is not there is reported at once.
  private static let client: HTTPClient = {
    var configuration = HTTPClient.Configuration()
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(configuration: configuration)
  }()
  private let base: String
  private let token: String?

  init(url: String, token: String?) throws {
    guard let parsed = URL(string: url), ["http", "https"].contains(parsed.scheme),
      parsed.host != nil
    else {
      throw Failure.usage("--server \(url) is no URL", hint: "Such as https://ledger.example.com")
    }
    base = url.hasSuffix("/") ? String(url.dropLast()) : url
    self.token = token
  }

  func history(_ query: HistoryQuery) async throws -> HistoryPage {
    var page = try await historyPage(query)
    let wanted = query.limit == 0 ? Int.max : query.limit
    guard page.nextCursor != nil, page.rows.count < wanted else { return page }
    var rows = HistoryRows(
      rows: page.rows, total: page.total, hasMore: false, deliveriesTo: page.deliveriesTo)
    while let cursor = page.nextCursor, rows.rows.count < wanted {
      var next = query
      next.cursor = cursor
      next.limit = wanted - rows.rows.count
      page = try await historyPage(next)
      rows.rows += page.rows
    }
    rows.hasMore = page.nextCursor != nil
    return HistoryPage(rows, asOf: page.asOf)
  }

  private func historyPage(_ query: HistoryQuery) async throws -> HistoryPage {
    var parameters: [(String, String?)] = [
      ("commit", query.commit), ("digest", query.digest), ("since", query.since?.description),
      ("until", query.until?.description), ("cursor", query.cursor.map(String.init)),
      ("limit", String(query.limit == 0 ? 1_000 : min(query.limit, 1_000))),
    ]
    for service in query.services { parameters.append(("service", service)) }
    for environment in query.environments { parameters.append(("environment", environment)) }
    for repository in query.repositories { parameters.append(("repository", repository)) }
    for kind in query.kinds { parameters.append(("kind", kind)) }
    guard let json = try await get("/v1/history", parameters),
      let page = HistoryPage(json: json)
    else { throw Failure("the server's answer is no history") }
    return page
  }

  func gate(repository: String, pull: Int64) async throws -> GateReport? {
    let path = repository.split(separator: "/").map { ServerSource.escaped(String($0)) }
      .joined(separator: "/")
    return try await get("/v1/pulls/\(path)/\(pull)/gate", []).flatMap(GateReport.init(json:))
  }

  func entries(from: Int64, limit: Int, kind: String?) async throws -> [JSON] {
    let parameters = [("from", String(from)), ("limit", String(limit)), ("kind", kind)]
    return try await get("/v1/entries", parameters)?["items"]?.array ?? []
  }

  func entry(_ index: Int64) async throws -> JSON? { try await get("/v1/entries/\(index)", []) }

  /// Makes a token; needs one with the scope `admin`.
  func createToken(name: String, scope: String) async throws -> JSON {
    let body = JSON.object(["name": .string(name), "scope": .string(scope)]).canonicalBytes
    guard let answer = try await send("/v1/tokens", body: body) else {
      throw Failure("the server does not make tokens", hint: "Is it an older version?")
    }
    return answer
  }

  /// What became of something that was sent.
  enum Delivery {
    case acknowledged
    /// It will be refused the next time, too.
    case refused(String)
    /// Not taken now, or not with this token.
    case failed(Failure)
  }

  /// Sends a body as it is.
  func deliver(_ body: [UInt8], to path: String) async throws -> Delivery {
    let (status, bytes): (UInt, [UInt8])
    do { (status, bytes) = try await exchange(request(path, body: body)) } catch let failure
      as Failure
    { return .failed(failure) }
    do {
      guard try answer(status, bytes) != nil else {
        return .failed(Failure("\(base) has no \(path)", hint: "Is it an older version?"))
      }
      return .acknowledged
    } catch let failure as Failure {
      let isFinal = [400, 409, 413, 415, 422].contains(status)
      return isFinal ? .refused(failure.message) : .failed(failure)
    }
  }

  private func get(_ path: String, _ parameters: [(String, String?)]) async throws -> JSON? {
    let query = parameters.compactMap { name, value in
      value.map { "\(name)=\(ServerSource.escaped($0))" }
    }.joined(separator: "&")
    return try await send(query.isEmpty ? path : "\(path)?\(query)", body: nil)
  }

  /// POST when there is a body. `nil` for 404.
  private func send(_ path: String, body: [UInt8]?) async throws -> JSON? {
    let (status, bytes) = try await exchange(request(path, body: body))
    return try answer(status, bytes)
  }

  private func request(_ path: String, body: [UInt8]?) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: base + path)
    request.method = body == nil ? .GET : .POST
    request.headers.add(name: "Accept", value: "application/json")
    request.headers.add(name: "User-Agent", value: "ledger/\(Version.current)")
    if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
    if let body {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(bytes: body))
    }
    return request
  }

  private func exchange(_ request: HTTPClientRequest) async throws -> (UInt, [UInt8]) {
    do {
      let response = try await ServerSource.client.execute(request, timeout: .seconds(30))
      let body = try await response.body.collect(upTo: ServerSource.maximumAnswer)
      return (response.status.code, Array(body.readableBytesView))
    } catch {
      throw Failure(
        "cannot reach \(base): \(error)", hint: "Is the server running, and the URL right?")
    }
  }

  private func answer(_ status: UInt, _ bytes: [UInt8]) throws -> JSON? {
    let json: JSON
    do { json = try JSON.parse(bytes) } catch {
      throw Failure("\(base) does not answer as a ledger does (\(status))")
    }
    if (200..<300).contains(status) { return json }
    if status == 404 { return nil }
    let isAuthentication = status == 401 || status == 403
    throw Failure(
      json["detail"]?.string ?? "the server answered \(status)",
      hint: isAuthentication
        ? "Put a token into LEDGER_TOKEN; make one with: ledger token create"
        : json["hint"]?.string,
      code: isAuthentication ? Exit.authentication : Exit.error)
  }

  private static func escaped(_ text: String) -> String {
    let allowed = CharacterSet(
      charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
  }
}
