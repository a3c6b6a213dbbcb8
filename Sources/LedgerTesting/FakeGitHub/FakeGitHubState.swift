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
  }

  struct State {
    let keeping: Int
    var checkRuns: [Place: [CheckRun]] = [:]
    /// In the order of posting.
    var statuses: [Place: [Status]] = [:]
    var pulls: [Place: Pull] = [:]
    var lastStatus: Int64 = 0
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
