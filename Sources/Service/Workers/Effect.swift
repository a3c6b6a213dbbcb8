import Gates
import Ledger

/// Something that the log promised and GitHub has still to do or to tell.
enum Effect: Sendable {
  case status(DueStatus)
  case read(ConfirmingRead)
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
    case .status(let due): due.key
    case .read(let read): read.due.key
    case .rule(let due): due.key
    case .landing(let due): due.key
    case .errand(let due):
      Key(call: "errand", repository: due.repository.id, sha: "", context: due.key)
    }
  }

  var repository: RepositoryRow {
    switch self {
    case .status(let due): due.repository
    case .read(let read): read.due.repository
    case .rule(let due): due.repository
    case .landing(let due): due.repository
    case .errand(let due): due.repository
    }
  }
}

extension Effect {
  /// Whom GitHub counts a call for.
  enum Account: Hashable, Sendable {
    /// An App has an installation of its own with each owner of repositories.
    case installation(owner: String)
    /// A token is of one user, wherever it is used.
    case user

    /// - Parameter form: an App posts check runs, a user statuses.
    init(in repository: RepositoryRow, posting form: Posted.Form) {
      switch form {
      case .status: self = .user
      case .checkRun:
        self = .installation(owner: repository.name.prefix { $0 != "/" }.lowercased())
      }
    }
  }
}

extension DueStatus {
  var key: Effect.Key {
    Effect.Key(call: "post", repository: repository.id, sha: sha, context: context)
  }
}

extension DueRead {
  var key: Effect.Key {
    Effect.Key(
      call: "read", repository: repository.id, sha: sha, context: isAudit ? "merge" : base ?? "")
  }
}

extension DueRuleAnswer {
  var key: Effect.Key {
    Effect.Key(
      call: "rule", repository: repository.id, sha: sha, context: "\(run) \(environment)")
  }
}

extension DueLanding {
  var key: Effect.Key {
    Effect.Key(call: "landing", repository: repository.id, sha: sha, context: branch)
  }
}

/// A read of what GitHub shows, and what was known when it began: one state of the tables from
/// before the call. Whatever is told later is told after the read began.
struct ConfirmingRead: Sendable {
  let due: DueRead
  /// `nil` when the policy that asked has none.
  let gate: MergePolicy?
  let known: [CheckRow]
  /// Size of the log.
  let since: Int64

  init(_ due: DueRead, by policies: Policies, _ tables: any LedgerReader) throws {
    self.due = due
    gate = try policies.named(due.policy, tables)?.merge
    known = try tables.checks(due.repository.id, head: due.sha)
    since = try tables.size()
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
