import AsyncHTTPClient
import Gates
import Ledger
import NIOCore

extension GitHubClient {
  /// `answer` if it is 2xx; otherwise what its status means for the caller.
  func accepted(_ answer: Answer, to call: Call) throws(CodeHostError) -> Answer {
    switch answer.status {
    case 200..<300: return answer
    case 408, 500...: throw failed(answer, to: call)
    case 403, 429:
      if isLimit(answer) {
        let wait = answer.rateLimit.wait(at: now())
        if !answer.isOfOneAccount { budget.silence(for: wait, at: now()) }
        throw unavailable(answer, to: call, after: wait)
      }
    default: break
    }
    guard call.answers.contains(answer.status) else { throw refused(answer, to: call) }
    return answer
  }

  /// A 403 may be a limit or a missing permission. A secondary limit may name no time at all; then
  /// only its message tells.
  func isLimit(_ answer: Answer) -> Bool {
    if answer.status == 429 || answer.rateLimit.retryAfter != nil || answer.rateLimit.isSpent {
      return true
    }
    guard let message = answer.message?.lowercased() else { return false }
    return message.contains("rate limit") || message.contains("abuse detection")
  }

  /// A gateway that gave up says nothing of the write that it had passed on. Only who names a wait
  /// has not begun.
  private func failed(_ answer: Answer, to call: Call) -> CodeHostError {
    let wait = answer.rateLimit.named
    if call.method == .get || wait != nil { return unavailable(answer, to: call, after: wait) }
    return .ambiguous(reason: sentence(answer, call))
  }

  private func unavailable(_ answer: Answer, to call: Call, after: Double?) -> CodeHostError {
    .unavailable(after: after, reason: sentence(answer, call))
  }

  private func sentence(_ answer: Answer, _ call: Call) -> String {
    "GitHub answered \(answer.status) to a \(call.method.rawValue)"
  }

  private func refused(_ answer: Answer, to call: Call) -> CodeHostError {
    let hint =
      switch answer.status {
      case 401: ": the token is wrong, revoked or expired"
      case 403: ": a permission is missing, the App is suspended, or its owner's rules keep it out"
      case 404: ": no such thing there, or the token may not see it"
      case 422: ": it found the request invalid"
      default: ""
      }
    return .refused(
      status: answer.status,
      reason: "GitHub answered \(answer.status) to a \(call.method.rawValue)\(hint)")
  }

  /// No whole answer came. A GET may be repeated, unless its answer is too large; a write that was sent may have been carried
  /// out. `wasSent` is `nil` for a GET.
  func broken(_ call: Call, _ error: any Error, wasSent: Bool?) -> CodeHostError {
    let reason = "no answer to a \(call.method.rawValue): \(GitHubClient.cause(of: error))"
    // It is as large at the next try.
    if wasSent == nil, error is NIOTooManyBytesError { return .refused(status: 0, reason: reason) }
    return wasSent == true ? .ambiguous(reason: reason) : .unavailable(after: nil, reason: reason)
  }

  /// In words of this module: the descriptions of some errors repeat header values, and so the token.
  static func cause(of error: any Error) -> String {
    switch error {
    case is DeadlinePassed: "it took too long"
    case is CancellationError: "cancelled"
    case is NIOTooManyBytesError: "it is too large"
    case let error as HTTPClientError: error.shortDescription
    case let error as IOError: "input/output error \(error.errnoCode)"
    default: String(describing: type(of: error))
    }
  }
}

extension Answer {
  /// The primary limit counts the requests of one account. A secondary one is about how all of us
  /// behave; it names its wait by `retry-after`, or not at all.
  fileprivate var isOfOneAccount: Bool { rateLimit.isSpent && rateLimit.retryAfter == nil }
}
