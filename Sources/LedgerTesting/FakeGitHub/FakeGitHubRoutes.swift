import Foundation
import Hummingbird

extension FakeGitHub {
  /// A request's address, decoded.
  struct Target {
    let route: Route
    let repository: String
    /// The SHA, the ref or the number.
    let name: String
    let query: [String: String]

    static func other(_ query: [String: String]) -> Target {
      Target(route: .other, repository: "", name: "", query: query)
    }
  }

  func target(of request: Request) -> Target {
    var query: [String: String] = [:]
    for (name, value) in request.uri.queryParameters { query[String(name)] = String(value) }
    let path = request.uri.path
    guard path.hasPrefix(prefix + "/") else { return .other(query) }
    let steps = path.dropFirst(prefix.count + 1).split(
      separator: "/", omittingEmptySubsequences: false
    ).map { $0.removingPercentEncoding ?? String($0) }
    guard steps.count >= 5, steps[0] == "repos",
      let route = route(request.method == .post ? "POST" : "GET", steps[3...])
    else { return .other(query) }
    return Target(
      route: route, repository: "\(steps[1])/\(steps[2])", name: steps[4], query: query)
  }

  /// `steps` follow the repository.
  private func route(_ method: String, _ steps: ArraySlice<String>) -> Route? {
    switch (method, steps.first, steps.count, steps.last) {
    case ("POST", "statuses", 2, _): .postStatus
    case ("GET", "commits", 3, "statuses"): .listStatuses
    case ("GET", "commits", 3, "check-runs"): .listCheckRuns
    case ("GET", "pulls", 2, _): .getPull
    default: nil
    }
  }
}
