import Foundation
import Gates
import HTTPTypes
import Ledger

/// A code host over plain sockets. The real client has tests of its own; this one keeps to what the
/// port promises: an answer that says no, or none at all to a question, is `unavailable`; none to a
/// post is `ambiguous`.
struct SocketHost: QuietHost {
  let port: Int
  /// Of an App as well, although statuses are all that it posts.
  var form = Posted.Form.status

  func evidence(
    for sha: String, in repository: RepositoryRow, includingStatuses: Bool, includingTriggers: Bool
  ) async throws(CodeHostError) -> CommitEvidence {
    let path = "/repos/\(repository.name)/commits/\(sha)/check-runs?per_page=100"
    let answer = try await exchange("GET", path)
    let runs = Self.parsed(answer)["check_runs"]?.array ?? []
    let observations = runs.compactMap { run -> Observation? in
      var members = run.object ?? [:]
      members["app_id"] = run.at("app", "id")
      members["app"] = run.at("app", "slug")
      members["suite_id"] = run.at("check_suite", "id")
      return Observation(checkRun: .object(members))
    }
    var evidence = CommitEvidence(observations: observations, raw: answer.body)
    if includingTriggers { evidence.runs = Self.runs(of: observations) }
    return evidence
  }

  /// Every suite was triggered by its pull request.
  static func runs(of observations: [Observation]) -> [WorkflowRunSight] {
    Set(observations.compactMap(\.suiteID)).map { suite in
      WorkflowRunSight(
        id: suite + 1, attempt: 1, name: "CI", path: ".github/workflows/ci.yml",
        event: "pull_request",
        headSHA: observations.first?.headSHA ?? "", status: "completed", conclusion: "success",
        suiteID: suite, actor: nil, startedAt: nil, updatedAt: nil)
    }
  }

  func shown(
    of sha: String, in repository: RepositoryRow, context: String
  ) async throws(CodeHostError) -> Shown? {
    let answer = try await exchange("GET", "/repos/\(repository.name)/commits/\(sha)/statuses")
    let status = Self.parsed(answer).array?.first { $0["context"]?.string == context }
    return status.map {
      let text = StatusText(
        state: $0["state"]?.string ?? "", description: $0["description"]?.string ?? "")
      return Shown(
        text: text, id: $0["id"]?.int ?? 0, reporter: $0.at("creator", "id")?.int)
    }
  }

  func post(
    _ status: CommitStatus, replacing id: Int64?, to sha: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Posted {
    let body: JSON = [
      "state": .string(status.text.state), "description": .string(status.text.description),
      "context": .string(status.context), "target_url": .optional(status.targetURL),
    ]
    let path = "/repos/\(repository.name)/statuses/\(sha)"
    let status = Self.parsed(try await exchange("POST", path, body.canonicalBytes))
    return Posted(
      id: status["id"]?.int ?? 0, form: form, reporter: status.at("creator", "id")?.int)
  }

  private static func parsed(_ answer: Answer) -> JSON {
    do { return try answer.json } catch { return .null }
  }

  private func exchange(
    _ method: String, _ path: String, _ body: [UInt8] = []
  ) async throws(CodeHostError) -> Answer {
    guard let raw = try? Raw(port: port) else {
      throw .unavailable(after: nil, reason: "no connection")
    }
    let head =
      "\(method) \(path) HTTP/1.1\r\nHost: github\r\nConnection: close\r\n"
      + "Content-Length: \(body.count)\r\n\r\n"
    await raw.write(Array(head.utf8) + body)
    guard let answer = await raw.answer() else {
      throw method == "POST"
        ? .ambiguous(reason: "no answer") : .unavailable(after: nil, reason: "no answer")
    }
    switch answer.status {
    case 200..<300: return answer
    case 429, 500...:
      let after = answer.headers[.retryAfter].flatMap { Double($0) }
      throw .unavailable(after: after, reason: "\(answer.status)")
    default:
      if let wait = Self.spentLimit(answer) { throw .unavailable(after: wait, reason: "spent") }
      throw .refused(status: answer.status, reason: answer.text)
    }
  }

  /// Seconds until there are requests again.
  private static func spentLimit(_ answer: Answer) -> Double? {
    func field(_ name: String) -> String? { HTTPField.Name(name).flatMap { answer.headers[$0] } }
    guard answer.status == 403, field("x-ratelimit-remaining") == "0" else { return nil }
    return field("x-ratelimit-reset").flatMap { Int64($0) }
      .map { Instant(seconds: $0).seconds(since: noon) }
  }
}
