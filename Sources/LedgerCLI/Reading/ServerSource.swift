import AsyncHTTPClient
import Foundation
import Ledger
import NIOCore
import Reports
import Service

/// Asks a server over its HTTP API.
struct ServerSource: LedgerSource {
  private let server: ServerConnection
  private let token: String?
  private let patience: TimeAmount
  private let busyLimit: Double

  /// - Parameters:
  ///   - patience: for one answer.
  ///   - busyLimit: seconds in which a server that is busy is asked again. 0: it is asked once.
  init(
    url: String, token: String?, patience: TimeAmount = .seconds(30), busyLimit: Double = 60
  ) throws {
    server = try ServerConnection(url: url)
    self.token = token
    self.patience = patience
    self.busyLimit = busyLimit
  }

  /// Without a slash at its end.
  var base: String { server.base }

  func unreachable(_ error: any Error) -> String { server.unreachable(error) }

  func ask(_ name: String, _ parameters: [(String, String)]) async throws -> JSON {
    guard let answer = try await get("/v1/\(name)", parameters) else { throw unanswered }
    return answer
  }

  private var unanswered: Failure {
    Failure("\(base) cannot answer this question", hint: "Is it an older version?")
  }

  func gate(repository: String, pull: Int64) async throws -> GateReport? {
    let path = repository.split(separator: "/").map { ServerConnection.escaped(String($0)) }
      .joined(separator: "/")
    return try await get("/v1/pulls/\(path)/\(pull)/gate").flatMap(GateReport.init(json:))
  }

  func entries(from: Int64, limit: Int, kind: String?) async throws -> [JSON] {
    let parameters =
      [("from", String(from)), ("limit", String(limit))] + (kind.map { [("kind", $0)] } ?? [])
    // No entries, and no such place, are not the same.
    guard let items = try await get("/v1/entries", parameters)?["items"]?.array else {
      throw unanswered
    }
    return items
  }

  func entry(_ index: Int64) async throws -> JSON? { try await get("/v1/entries/\(index)") }

  func log() async throws -> JSON {
    guard let log = try await get("/v1/log") else {
      throw Failure("\(base) does not show its keys", hint: "Is it an older version?")
    }
    return log
  }

  func follow(
    _ parameters: [(String, String)], _ tell: @Sendable (Followed) async throws -> Void
  ) async throws {
    try await ServerStream(self, parameters).run(tell)
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
    let received: ServerConnection.Answer
    do { received = try await exchange(.post, path, body: body) } catch let failure as Failure {
      return .failed(failure)
    }
    do {
      guard try answer(received.status, received.body) != nil else {
        return .failed(Failure("\(base) has no \(path)", hint: "Is it an older version?"))
      }
      return .acknowledged
    } catch let refusal as Refusal { return .refused(refusal.sentence) } catch let failure
      as Failure
    {
      let isFinal = [400, 409, 413, 415, 422].contains(received.status)
      return isFinal ? .refused(failure.message) : .failed(failure)
    }
  }

  // MARK: HTTP

  func get(_ path: String, _ parameters: [(String, String)] = []) async throws -> JSON? {
    try await send(.get, ServerSource.target(path, parameters))
  }

  static func target(_ path: String, _ parameters: [(String, String)]) -> String {
    let query = parameters.map { "\($0)=\(ServerConnection.escaped($1))" }.joined(separator: "&")
    return query.isEmpty ? path : "\(path)?\(query)"
  }

  /// `nil` for 404. A server that is busy is asked again.
  func send(
    _ method: ServerConnection.Method, _ path: String, body: [UInt8]? = nil
  ) async throws -> JSON? {
    try await Patience(limit: busyLimit).run(hint: "It has much to do: ask again later.") {
      () async throws -> Attempt<JSON?> in
      let received = try await exchange(method, path, body: body)
      guard !ServerSource.isBusy(received) else {
        return .again(reason: "\(base) is busy", wait: received.retryAfter)
      }
      return .done(try answer(received.status, received.body))
    }
  }

  /// The one refusal of which it is certain that nothing was begun: also a write may be repeated.
  private static func isBusy(_ received: ServerConnection.Answer) -> Bool {
    guard received.status == 503 else { return false }
    do { return try JSON.parse(received.body).text("code") == "busy" } catch { return false }
  }

  func request(_ method: ServerConnection.Method, _ path: String) -> HTTPClientRequest {
    server.request(method, path, token: token)
  }

  private func exchange(
    _ method: ServerConnection.Method, _ path: String, body: [UInt8]?
  ) async throws -> ServerConnection.Answer {
    var request = request(method, path)
    if let body {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(bytes: body))
    }
    do {
      return try await server.execute(request, timeout: patience)
    } catch let failure as Failure { throw failure } catch {
      throw Failure(
        server.unreachable(error), hint: "Is the server running, and the URL right?")
    }
  }

  /// The JSON of a success; `nil` for what is not there.
  ///
  /// - Throws: `Refusal` where the question was wrong, otherwise `Failure`.
  func answer(_ status: UInt, _ bytes: [UInt8]) throws -> JSON? {
    let json: JSON
    do { json = try JSON.parse(bytes) } catch {
      throw Failure("\(base) does not answer as a ledger does (\(status))")
    }
    if (200..<300).contains(status) { return json }
    let (code, detail) = (json.text("code") ?? "", json.text("detail"))
    if ["invalid_parameter", "ambiguous", "nothing"].contains(code) {
      throw Refusal(
        code: code, sentence: detail ?? code,
        candidates: json.list("candidates").compactMap(\.string))
    }
    if status == 404 { return nil }
    let isAuthentication = status == 401 || status == 403
    // Another token of the same scope would be refused, too.
    let ownHint = code == "platform" || !isAuthentication
    throw Failure(
      detail ?? "the server answered \(status)",
      hint: ownHint ? json.text("hint") : ServerSource.scopeHint(json),
      code: isAuthentication ? Exit.authentication : ServerSource.exit(code))
  }

  /// The same as where the file is asked.
  private static func exit(_ code: String) -> Int32 {
    switch code {
    case "repositories": Exit.nothing
    case "fields", "reason": Exit.usage
    default: Exit.error
    }
  }

  /// Names the scope that the refusal asks for.
  static func scopeHint(_ problem: JSON) -> String {
    let words = (problem.text("detail") ?? "").split { !$0.isLetter }.map(String.init)
    let scope = words.last { Scope(rawValue: $0) != nil }
    return "Put a token into LEDGER_TOKEN; make one with: ledger token create"
      + (problem.text("code") == "scope" ? scope.map { " --scope \($0)" } ?? "" : "")
  }
}
