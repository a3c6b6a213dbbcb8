import Gates
import Ledger

/// Something that the log promised and GitHub has still to do or to tell.
enum Effect: Hashable, Sendable {
  case status(DueStatus)
  case read(DueRead)
  /// The answer to a custom deployment protection rule.
  case rule(DueRuleAnswer)
  case landing(DueLanding)
  case errand(DueErrand)

  /// Effects of one key happen one after the other.
  struct Key: Hashable, Sendable {
    let call: String
    let repository: Int64
    let sha: String
    let context: String
  }

  var key: Key {
    switch self {
    case .status(let due):
      Key(call: "post", repository: due.repository.id, sha: due.sha, context: due.context)
    case .read(let due):
      Key(
        call: "read", repository: due.repository.id, sha: due.sha,
        context: due.isAudit ? "merge" : due.base ?? "")
    case .rule(let due):
      Key(
        call: "rule", repository: due.repository.id, sha: due.sha,
        context: "\(due.run) \(due.environment)")
    case .landing(let due):
      Key(call: "landing", repository: due.repository.id, sha: due.sha, context: due.branch)
    case .errand(let due):
      Key(call: "errand", repository: due.repository.id, sha: "", context: due.key)
    }
  }
}

/// When to try again. Seconds.
enum Backoff {
  static let longest = 60.0
  /// After an answer that will not change by itself, such as a missing permission.
  static let refused = 300.0

  /// 1, 2, 4, … after the first, second, third failure.
  static func delay(afterFailures count: Int) -> Double {
    count > 6 ? longest : min(longest, Double(1 << max(0, count - 1)))
  }
}
