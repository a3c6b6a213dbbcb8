import Foundation
import Ledger
import Reports

/// Makes the calls of a survey, through the commands that operators know: their credentials, their
/// settings, their retries.
struct LiveAsker {
  /// Calls that are under way at once.
  private static let width = 4
  private static let largestOutput = 256 << 20
  /// Pages of one answer: a token that never ends is no answer.
  private static let mostPages = 1_000

  let region: String?
  let profile: String?
  /// The context of kubectl.
  let context: String?

  func ask(_ scope: LiveSurvey.Scope) async throws -> LiveSurvey {
    let progress = LiveProgress()
    var survey = LiveSurvey(scope)
    while !survey.waiting.isEmpty {
      var calls: [LiveCall] = []
      while calls.count < LiveAsker.width, let call = survey.next() { calls.append(call) }
      progress.show(done: survey.log.count, left: survey.waiting.count + calls.count, calls[0])
      let results = try await answers(calls)
      // Those of one round are taken in their order: the report must not depend on who was faster.
      for (call, result) in zip(calls, results) { survey.take(result, of: call) }
    }
    progress.clear()
    return survey
  }

  private func answers(_ calls: [LiveCall]) async throws -> [LiveResult] {
    try await withThrowingTaskGroup(of: (Int, LiveResult).self) { group in
      for (place, call) in calls.enumerated() {
        group.addTask { (place, try await pages(call)) }
      }
      var results: [Int: LiveResult] = [:]
      for try await (place, result) in group { results[place] = result }
      return calls.indices.compactMap { results[$0] }
    }
  }

  /// Most commands follow their pages by themselves; some print a token for the next.
  private func pages(_ call: LiveCall) async throws -> LiveResult {
    var (pages, token): ([JSON], String?) = ([], nil)
    repeat {
      let more = token.map { ["--next-token", $0] } ?? []
      switch try await run(call, more) {
      case .answer(let some):
        pages += some
        let next = some.last?.text("NextToken") ?? some.last?.text("nextToken")
        if next != nil, next == token { return .failed("its pages do not end") }
        token = next
      case let other: return other
      }
      guard pages.count < LiveAsker.mostPages else { return .failed("its pages do not end") }
    } while token != nil
    return .answer(pages)
  }

  private func run(_ call: LiveCall, _ more: [String]) async throws -> LiveResult {
    let result: Tool.Result
    do {
      result = try await Tool.run(
        call.tool.rawValue, arguments(call) + more, with: ["AWS_PAGER": ""],
        limit: LiveAsker.largestOutput)
    } catch let failure as Failure { return .failed(failure.message) }
    guard result.terminationStatus.isSuccess else {
      return LiveAsker.refusal(result.standardError, "\(result.terminationStatus)")
    }
    let output = result.standardOutput
    // Nothing at all is how some commands say that there is nothing.
    guard !output.allSatisfy(\.isWhitespace) else { return .answer([]) }
    do { return .answer([try JSON.parse(Array(output.utf8))]) } catch {
      return .failed("it did not print JSON: \(error.description)")
    }
  }

  private func arguments(_ call: LiveCall) -> [String] {
    guard call.tool == .aws else {
      return (context.map { ["--context", $0] } ?? []) + call.arguments + ["-o", "json"]
    }
    // Version 1 of the command does not look at AWS_ENDPOINT_URL when it talks to SQS.
    let isQueue = call.arguments.first == "sqs"
    let endpoint = isQueue ? Configuration.sqsEndpoint : nil
    return call.arguments + ["--output", "json"]
      + (region.map { ["--region", $0] } ?? []) + (profile.map { ["--profile", $0] } ?? [])
      + (endpoint.map { ["--endpoint-url", $0] } ?? [])
  }

  private static let denials = [
    "AccessDenied", "UnauthorizedOperation", "AuthFailure", "not authorized", "Forbidden",
    "NotAuthorized", "ExpiredToken", "Unable to locate credentials", "InvalidClientTokenId",
  ]

  private static func refusal(_ complaint: String, _ status: String) -> LiveResult {
    let line = complaint.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
    let words = line.map { Text.safe(String($0)).trimmingCharacters(in: .whitespaces) }
    let reason = words ?? "it said nothing (\(status))"
    return denials.contains(where: complaint.contains) ? .denied(reason) : .failed(reason)
  }
}

/// What is asked just now, for somebody who looks at it, and for a log.
struct LiveProgress {
  private let line = StatusLine()

  func show(done: Int, left: Int, _ call: LiveCall) {
    let name = Text.shortened(Text.safe(call.name), to: 60)
    let text = "asking \(done + 1) of \(done + left): \(name)"
    line.isShown ? line.show(text) : Console.error(text)
  }

  func clear() { line.clear() }
}
