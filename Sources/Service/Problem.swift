import Hummingbird
import Ledger
import Reports
import Webhooks

/// A refusal as `application/problem+json` (RFC 9457): a code for machines, a sentence for people, a
/// hint for operators. What is inside stays inside.
struct Problem: Error, Equatable {
  let status: HTTPResponse.Status
  let code: String
  let detail: String
  let hint: String?
  /// What an ambiguous reference could mean.
  var candidates: [String]?
  var closesConnection = false
  /// The fields of the body that are wrong, all of them.
  var errors: [FieldProblem] = []
  /// Of a method that is not: those that are (RFC 9110, 15.5.6).
  var allowed: [HTTPRequest.Method] = []

  init(
    _ status: HTTPResponse.Status, _ code: String, _ detail: String, hint: String? = nil,
    closesConnection: Bool = false
  ) {
    self.status = status
    self.code = code
    self.detail = detail
    self.hint = hint
    self.closesConnection = closesConnection
  }

  var response: Response {
    // A cache may keep a 404 otherwise (RFC 9110, 15.1): what is not there may come.
    var headers: HTTPFields = [
      .contentType: "application/problem+json", .cacheControl: "no-store",
    ]
    if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
    if status == .serviceUnavailable { headers[.retryAfter] = "1" }
    if closesConnection { headers[.connection] = "close" }
    if !allowed.isEmpty { headers[.allow] = allowed.map(\.rawValue).joined(separator: ", ") }
    return Response(
      status: status, headers: headers, body: .init(byteBuffer: .init(bytes: json.canonicalBytes)))
  }

  private var json: JSON {
    var members: [String: JSON] = [
      "type": .string("about:blank"), "title": .string(status.reasonPhrase),
      "status": .int(Int64(status.code)), "code": .string(code), "detail": .string(detail),
      "hint": .optional(hint),
    ]
    if !errors.isEmpty { members["errors"] = .array(errors.map(\.json)) }
    if let candidates { members["candidates"] = .array(candidates.map(JSON.string)) }
    return .object(members)
  }
}

extension FieldProblem {
  fileprivate var json: JSON { ["field": .string(path), "reason": .string(reason)] }
}

extension Problem {
  static func fields(_ problems: [FieldProblem]) -> Problem {
    let first = problems.first.map { "\($0.path) \($0.reason)" } ?? ""
    let rest = problems.count > 1 ? ", and \(problems.count - 1) more" : ""
    var problem = Problem(
      .unprocessableContent, "fields", "Nothing was stored: \(first)\(rest).",
      hint: "errors names every field that is wrong.")
    problem.errors = problems
    return problem
  }

  static let notFound = Problem(.notFound, "not_found", "There is nothing here.")

  static func method(_ method: HTTPRequest.Method, allowed: [HTTPRequest.Method]) -> Problem {
    var problem = Problem(
      .methodNotAllowed, "method", "This is not answered to \(method.rawValue).")
    problem.allowed = allowed
    return problem
  }

  /// - Parameter sentence: what would reach further than the repositories that a token is bound to.
  static func bound(_ repositories: Set<Int64>, _ sentence: String) -> Problem {
    Problem(
      .forbidden, "repository",
      "This API token is bound to the repositories \(repositories.sorted()). \(sentence)",
      hint: "Use a token that is bound to none.")
  }

  init(_ question: BadQuestion) {
    let status: HTTPResponse.Status =
      switch question {
      case .parameter: .badRequest
      case .ambiguous: .conflict
      case .nothing: .notFound
      }
    self.init(status, question.code, question.sentence)
    candidates = question.candidates
  }

  static func invalid(_ parameter: String, _ reason: String) -> Problem {
    Problem(.badRequest, "invalid_parameter", "\(parameter) \(reason)")
  }
}

extension Response {
  static func json(_ json: JSON, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: .init(bytes: json.canonicalBytes)))
  }

  static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "text/plain; charset=utf-8"],
      body: .init(byteBuffer: .init(string: text)))
  }
}
