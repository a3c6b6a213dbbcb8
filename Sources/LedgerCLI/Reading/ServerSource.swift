import AsyncHTTPClient
import Foundation
import Ledger
import NIOCore
import Reports

/// Asks a server over its HTTP API.
struct ServerSource: LedgerSource {
  private let server: ServerConnection
  private let token: String?

  init(url: String, token: String?) throws {
    server = try ServerConnection(url: url)
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
    let path = repository.split(separator: "/").map { ServerConnection.escaped(String($0)) }
      .joined(separator: "/")
    return try await get("/v1/pulls/\(path)/\(pull)/gate", []).flatMap(GateReport.init(json:))
  }

  func entries(from: Int64, limit: Int, kind: String?) async throws -> [JSON] {
    let parameters = [("from", String(from)), ("limit", String(limit)), ("kind", kind)]
    return try await get("/v1/entries", parameters)?["items"]?.array ?? []
  }

  func entry(_ index: Int64) async throws -> JSON? { try await get("/v1/entries/\(index)", []) }

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
    do { (status, bytes) = try await exchange(.post, path, body: body) } catch let failure
      as Failure
    { return .failed(failure) }
    do {
      guard try answer(status, bytes) != nil else {
        return .failed(Failure("\(server.base) has no \(path)", hint: "Is it an older version?"))
      }
      return .acknowledged
    } catch let failure as Failure {
      let isFinal = [400, 409, 413, 415, 422].contains(status)
      return isFinal ? .refused(failure.message) : .failed(failure)
    }
  }

  func get(_ path: String, _ parameters: [(String, String?)]) async throws -> JSON? {
    let query = parameters.compactMap { name, value in
      value.map { "\(name)=\(ServerConnection.escaped($0))" }
    }.joined(separator: "&")
    return try await send(.get, query.isEmpty ? path : "\(path)?\(query)")
  }

  /// `nil` for 404.
  func send(_ method: ServerConnection.Method, _ path: String, body: [UInt8]? = nil) async throws
    -> JSON?
  {
    let (status, bytes) = try await exchange(method, path, body: body)
    return try answer(status, bytes)
  }

  private func exchange(
    _ method: ServerConnection.Method, _ path: String, body: [UInt8]?
  ) async throws -> (UInt, [UInt8]) {
    var request = server.request(method, path, token: token)
    if let body {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(bytes: body))
    }
    do {
      let answer = try await server.execute(request)
      return (answer.status, answer.body)
    } catch let failure as Failure { throw failure } catch {
      throw Failure(
        "cannot reach \(server.base): \(error)", hint: "Is the server running, and the URL right?")
    }
  }

  private func answer(_ status: UInt, _ bytes: [UInt8]) throws -> JSON? {
    let json: JSON
    do { json = try JSON.parse(bytes) } catch {
      throw Failure("\(server.base) does not answer as a ledger does (\(status))")
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
}
