import Foundation
import Hummingbird

extension FakeGitHub {
  public enum Route: String, Hashable, Sendable, CaseIterable {
    case postStatus, listStatuses, listCheckRuns, createCheckRun, updateCheckRun
    case getPull, listPulls, listCommitPulls
    case listWorkflowRuns, answerDeployment
    case branchRules, branchProtection, compare
    case listIssues, createIssue, listComments, createComment
    case listHooks, listDeliveries, getDelivery, redeliver
    case getInstallation, createAccessToken, getApp, getUser
    /// Anything that is answered with 404.
    case other
  }

  /// A request's address, decoded.
  struct Target {
    let route: Route
    /// `owner/name`; empty outside of a repository.
    let repository: String
    /// The other parameters of the path, in order: the SHA, the ref, the number, …
    let parameters: [String]
    let query: [String: String]

    var name: String { parameters.first ?? "" }
    /// The last one, if it is a number.
    var number: Int64? { parameters.last.flatMap { Int64($0) } }
  }

  func target(of request: Request) -> Target {
    var query: [String: String] = [:]
    for (name, value) in request.uri.queryParameters { query[String(name)] = String(value) }
    let path = request.uri.path
    let other = Target(route: .other, repository: "", parameters: [], query: query)
    guard path.hasPrefix(prefix + "/") else { return other }
    let steps = path.dropFirst(prefix.count + 1).split(
      separator: "/", omittingEmptySubsequences: false
    ).map { $0.removingPercentEncoding ?? String($0) }
    for address in Address.all {
      guard let parameters = address.parameters(request.method.rawValue, steps) else { continue }
      guard steps[0] == "repos" else {
        return Target(
          route: address.route, repository: "", parameters: parameters, query: query)
      }
      return Target(
        route: address.route, repository: "\(parameters[0])/\(parameters[1])",
        parameters: Array(parameters.dropFirst(2)), query: query)
    }
    return other
  }
}

/// One line of the table of routes.
private struct Address {
  let method: String
  /// `nil` stands for a parameter.
  let steps: [String?]
  let route: FakeGitHub.Route

  init(_ method: String, _ path: String, _ route: FakeGitHub.Route) {
    self.method = method
    steps = path.split(separator: "/").map { $0 == "*" ? nil : String($0) }
    self.route = route
  }

  /// What stands for the parameters, if this is the route.
  func parameters(_ method: String, _ sent: [String]) -> [String]? {
    guard method == self.method, sent.count == steps.count else { return nil }
    var parameters: [String] = []
    for (step, sent) in zip(steps, sent) {
      if let step {
        guard step == sent else { return nil }
      } else {
        parameters.append(sent)
      }
    }
    return parameters
  }

  static let all = [
    Address("POST", "repos/*/*/statuses/*", .postStatus),
    Address("GET", "repos/*/*/commits/*/statuses", .listStatuses),
    Address("GET", "repos/*/*/commits/*/check-runs", .listCheckRuns),
    Address("POST", "repos/*/*/check-runs", .createCheckRun),
    Address("PATCH", "repos/*/*/check-runs/*", .updateCheckRun),
    Address("GET", "repos/*/*/pulls/*", .getPull),
    Address("GET", "repos/*/*/pulls", .listPulls),
    Address("GET", "repos/*/*/commits/*/pulls", .listCommitPulls),
    Address("GET", "repos/*/*/actions/runs", .listWorkflowRuns),
    Address("POST", "repos/*/*/actions/runs/*/deployment_protection_rule", .answerDeployment),
    Address("GET", "repos/*/*/rules/branches/*", .branchRules),
    Address("GET", "repos/*/*/branches/*/protection", .branchProtection),
    Address("GET", "repos/*/*/compare/*", .compare),
    Address("GET", "repos/*/*/issues", .listIssues),
    Address("POST", "repos/*/*/issues", .createIssue),
    Address("GET", "repos/*/*/issues/*/comments", .listComments),
    Address("POST", "repos/*/*/issues/*/comments", .createComment),
    Address("GET", "repos/*/*/hooks", .listHooks),
    Address("GET", "repos/*/*/hooks/*/deliveries", .listDeliveries),
    Address("GET", "repos/*/*/hooks/*/deliveries/*", .getDelivery),
    Address("POST", "repos/*/*/hooks/*/deliveries/*/attempts", .redeliver),
    Address("GET", "app/hook/deliveries", .listDeliveries),
    Address("GET", "app/hook/deliveries/*", .getDelivery),
    Address("POST", "app/hook/deliveries/*/attempts", .redeliver),
    Address("GET", "repos/*/*/installation", .getInstallation),
    Address("POST", "app/installations/*/access_tokens", .createAccessToken),
    Address("GET", "app", .getApp),
    Address("GET", "user", .getUser),
  ]
}
