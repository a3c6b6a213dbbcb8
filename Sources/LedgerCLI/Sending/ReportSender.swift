import AsyncHTTPClient
import Ledger
import NIOCore

/// Sends reports to a server, again and again while it is away. The key makes sure that a report
/// which did arrive is not recorded twice.
struct ReportSender {
  let server: ServerConnection
  let token: String?
  let key: String
  let patience: Patience

  func send(_ batch: ReportBatch) async throws -> [ReportReceipt] {
    let (path, contentType, body) = try batch.request
    var request = server.request(.post, path, token: token)
    request.headers.add(name: "Content-Type", value: contentType)
    request.headers.add(name: "Idempotency-Key", value: key)
    request.body = .bytes(ByteBuffer(bytes: body))
    let sent = request
    let hint =
      "It may have arrived all the same: send it again with --idempotency-key \(key), "
      + "and it is recorded once."
    return try await patience.run(hint: hint) {
      try await attempt(sent, count: batch.count)
    }
  }

  /// Statuses that say nothing about the report itself.
  static func isTransient(_ status: UInt) -> Bool {
    status == 408 || status == 429 || (500..<600).contains(status)
  }

  private func attempt(
    _ request: HTTPClientRequest, count: Int?
  ) async throws -> Attempt<[ReportReceipt]> {
    let answer: ServerConnection.Answer
    do { answer = try await server.execute(request) } catch let failure as Failure {
      throw failure
    } catch is CancellationError { throw CancellationError() } catch {
      return .again(reason: server.unreachable(error), wait: nil)
    }
    if ReportSender.isTransient(answer.status) {
      return .again(
        reason: "\(server.base) answered \(answer.status)", wait: answer.retryAfter)
    }
    return .done(try receipts(answer, count: count))
  }

  private func receipts(
    _ answer: ServerConnection.Answer, count: Int?
  ) throws -> [ReportReceipt] {
    let json: JSON
    do { json = try JSON.parse(answer.body) } catch { throw notALedger(answer.status) }
    guard answer.status == 200 || answer.status == 201 else {
      throw ReportSender.refusal(answer.status, json)
    }
    let receipts = (json["receipts"]?.array ?? [json]).compactMap(ReportReceipt.init)
    guard !receipts.isEmpty, receipts.count == count ?? receipts.count else {
      throw notALedger(answer.status)
    }
    return receipts
  }

  private func notALedger(_ status: UInt) -> Failure {
    Failure(
      "\(server.base) does not answer as a ledger does (\(status))", hint: "Is the URL right?")
  }

  /// Each field that is wrong has a line of its own.
  static func refusal(_ status: UInt, _ problem: JSON) -> Failure {
    let errors = (problem["errors"]?.array ?? []).map { error in
      (error["field"]?.string ?? "", error["reason"]?.string ?? "")
    }
    let detail = problem["detail"]?.string ?? "the server answered \(status)"
    let isAuthentication = status == 401 || status == 403
    return Failure(
      refusal(errors, otherwise: detail),
      hint: errors.isEmpty ? hint(status, problem) : nil,
      code: isAuthentication ? Exit.authentication : Exit.error)
  }

  private static func hint(_ status: UInt, _ problem: JSON) -> String? {
    switch (status, problem["code"]?.string) {
    case (401, _):
      "Put a token into LEDGER_TOKEN; make one with: ledger token create --scope record"
    case (403, "scope"): ServerSource.scopeHint(problem)
    case (403, "repository"):
      "Give the repository's number with --repository-id N: a name alone is not believed."
    default: problem["hint"]?.string.map(Text.safe)
    }
  }

  static func refusal(_ errors: [(String, String)], otherwise detail: String) -> String {
    guard !errors.isEmpty else { return Text.safe(detail) }
    let lines = errors.map { "  \(Text.safe($0)): \(Text.safe($1))" }
    return "refused, nothing was recorded:\n" + lines.joined(separator: "\n")
  }
}
