import Ledger

/// A short tale of two pull requests, as the steps that a demo or a test plays in order. It is data:
/// the same `start` gives the same steps.
public struct Story: Hashable, Sendable {
  public enum Step: Hashable, Sendable {
    /// Begins a part.
    case chapter(String)
    /// Says what comes next.
    case caption(String)
    /// From now on GitHub shows these check runs for the commit.
    case shows(checkRuns: [Deliveries.CheckRun], sha: String)
    case delivery(WebhookDelivery)
    /// The gate comes to this verdict.
    case verdict(pull: Int64, Verdict)
    /// The log comes to hold this many entries of the kind.
    case recorded(kind: Kind, count: Int)
  }

  public enum Verdict: String, Hashable, Sendable {
    case allow, deny, pending

    /// The exit code of `ledger gate merge`.
    public var exitCode: Int32 {
      switch self {
      case .allow: 0
      case .pending: 8
      case .deny: 10
      }
    }
  }

  public let steps: [Step]
  public let repository: Deliveries.Repository
  /// The pull requests in it, in order.
  public let pulls: [Deliveries.PullRequest]

  public var deliveries: [WebhookDelivery] {
    steps.compactMap { if case .delivery(let delivery) = $0 { delivery } else { nil } }
  }

  /// How long the story lasts. Started this long ago, it ends now.
  public static let seconds: Double = 180 * 60

  /// The policy it is played under.
  public static let policy = """
    version: 1
    gates:
      merge:
        context: ledger/merge-gate
        branches: [main, "release/*"]
        checks:
          - {name: test, app: github-actions}
          - {name: lint, app: github-actions}
          - {name: bandit, app: github-actions, required: false}   # advisory: shown, never blocks

    """
}
