import Hummingbird
import Ledger

extension FakeGitHub {
  func pull(_ call: Incoming) -> Response {
    let place = Place(call.target.repository, call.target.name)
    guard let pull = state.withLock({ $0.pulls[place] }) else { return error(404, "Not Found") }
    return tagged(call, pull.text(call.target.repository, base(call), isListed: false))
  }

  /// By `state`, `sort` (`created`, `updated`) and `direction`, with GitHub's defaults.
  func listPulls(_ call: Incoming) -> Response {
    let query = call.target.query
    let wanted = query["state"] ?? "open"
    let isRising = query["direction"] == "asc"
    let pulls = pulls(in: call.target.repository)
      .filter { wanted == "all" || $0.state == wanted }
      .sorted { left, right in
        let isBefore =
          query["sort"] == "updated"
          ? (left.updatedAt, left.number) < (right.updatedAt, right.number)
          : left.number < right.number
        return isRising ? isBefore : !isBefore
      }
    return pullList(pulls, call)
  }

  /// Those with the commit as their head or as what they were merged as.
  func listCommitPulls(_ call: Incoming) -> Response {
    let sha = call.target.name
    let pulls = pulls(in: call.target.repository)
      .filter { $0.headSHA == sha || $0.mergeSHA == sha }
      .sorted { $0.number < $1.number }
    return pullList(pulls, call)
  }

  private func pulls(in repository: String) -> [Pull] {
    state.withLock { $0.pulls.filter { $0.key.isIn(repository) }.map(\.value) }
  }

  private func pullList(_ pulls: [Pull], _ call: Incoming) -> Response {
    let base = base(call)
    return list(pulls, call) { page in
      let texts = page.map { $0.text(call.target.repository, base, isListed: true) }
      return "[" + texts.joined(separator: ",") + "]"
    }
  }
}
