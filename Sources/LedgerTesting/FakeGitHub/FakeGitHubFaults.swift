extension FakeGitHub {
  /// What goes wrong with a request.
  public enum Fault: Sendable {
    /// Answers so instead of carrying it out.
    case answer(status: Int, headers: [String: String], body: String)
    /// Answers rightly, with these header fields in place of its own.
    case headers([String: String])
    /// Does nothing for so many seconds, then cuts the connection.
    case hang(seconds: Double)
    /// Carries it out, then answers after so many seconds.
    case late(seconds: Double)
    /// Carries it out, then cuts the connection without an answer.
    case cut
    /// Cuts the connection instead of carrying it out.
    case refuse
    /// Answers a list as empty, as GitHub does while its index lags behind.
    case emptyList
    /// Runs this when the request has come in, then carries it out: the place to let the world move
    /// on during a call.
    case perform(@Sendable () async -> Void)

    /// GitHub's answer with this status and message.
    public static func status(
      _ status: Int, headers: [String: String] = [:], message: String = "Server Error"
    ) -> Fault {
      .answer(status: status, headers: headers, body: errorBody(status, message))
    }

    /// The secondary rate limit: 403, and GitHub's message, which alone tells it from a missing
    /// permission when there is no `retry-after`.
    public static func secondaryLimit(retryAfter seconds: Int? = nil) -> Fault {
      .status(
        403, headers: seconds.map { ["retry-after": String($0)] } ?? [:],
        message: "You have exceeded a secondary rate limit. Please wait a few minutes.")
    }

    /// The primary rate limit: 403, no requests left until `reset`, in seconds since 1970.
    public static func spentLimit(reset: Int64) -> Fault {
      .status(
        403, headers: ["x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset)],
        message: "API rate limit exceeded")
    }
  }

  /// A fault for some of the requests of a route.
  struct Plan {
    let route: Route?
    let fault: Fault
    let every: Int
    var remaining: Int
    var seen = 0

    /// Counts the request; whether the fault is for it.
    mutating func takes(_ route: Route) -> Bool {
      guard remaining > 0, self.route == nil || self.route == route else { return false }
      seen += 1
      guard seen.isMultiple(of: every) else { return false }
      remaining -= 1
      return true
    }
  }

  /// Lets the next `count` requests of `route`, or of any, meet `fault`. With `every: 10` it is each
  /// tenth. Plans are asked in the order in which they were made; a request meets one at most.
  public func fail(
    next count: Int = 1, every: Int = 1, on route: Route? = nil, with fault: Fault
  ) {
    precondition(every > 0)
    let plan = Plan(route: route, fault: fault, every: every, remaining: count)
    state.withLock { $0.plans.append(plan) }
  }

  /// From now on nothing goes wrong any more.
  public func clearFaults() { state.withLock { $0.plans = [] } }
}

extension FakeGitHub.State {
  mutating func fault(for route: FakeGitHub.Route) -> FakeGitHub.Fault? {
    guard !plans.isEmpty else { return nil }
    for position in plans.indices where plans[position].takes(route) {
      let fault = plans[position].fault
      if plans[position].remaining == 0 { plans.remove(at: position) }
      return fault
    }
    return nil
  }
}
