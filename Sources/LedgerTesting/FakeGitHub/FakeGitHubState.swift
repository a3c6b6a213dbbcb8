import Ledger

extension FakeGitHub {
  /// Names are compared without regard to case, as GitHub does.
  struct Place: Hashable {
    let repository: String
    let name: String

    init(_ repository: String, _ name: String) {
      self.repository = repository.lowercased()
      self.name = name.lowercased()
    }

    func isIn(_ repository: String) -> Bool { self.repository == repository.lowercased() }
  }

  struct State {
    let keeping: Int
    var checkRuns: [Place: [CheckRun]] = [:]
    /// In the order of posting.
    var statuses: [Place: [Status]] = [:]
    var pulls: [Place: Pull] = [:]
    var comparisons: [Place: Comparison] = [:]
    var lastStatus: Int64 = 0
    /// Check runs that an App posted.
    var posted: [Place: [CheckRun]] = [:]
    var lastCheckRun: Int64 = 70_000_000_000
    // Of a repository as a whole, under an empty name.
    var workflowRuns: [Place: [WorkflowRun]] = [:]
    var hooks: [Place: [Hook]] = [:]
    var issues: [Place: [Issue]] = [:]
    var unenforceable: Set<Place> = []
    var comments: [Place: [Comment]] = [:]
    var lastComment: Int64 = 0
    var rules: [Place: BranchRules] = [:]
    var deploymentAnswers: [DeploymentAnswer] = []
    var secondAnswer: (status: Int, message: String)?
    var attempts: [Attempt] = []
    var sender: DeliverySender?
    var isLost: (@Sendable (WebhookDelivery, Bool) -> Bool)?
    var app: App?
    /// When each ends.
    var accessTokens: [String: Instant] = [:]
    var lastAccessToken = 0
    var requests: [ReceivedRequest] = []
    var counts: [Route: Int] = [:]
    var plans: [Plan] = []
    var waiters: [Int: AsyncStream<Void>.Continuation] = [:]
    var lastWaiter = 0

    init(keeping: Int) { self.keeping = keeping }

    mutating func record(_ request: ReceivedRequest) {
      counts[request.route, default: 0] += 1
      requests.append(request)
      if requests.count >= 2 * keeping { requests.removeFirst(requests.count - keeping) }
    }
  }
}
