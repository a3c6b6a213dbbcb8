import HTTPTypes
import Hummingbird
import Ledger
import NIOCore

extension FakeGitHub {
  /// The regular answer.
  func carryOut(_ call: Incoming, emptyList: Bool = false) async -> Response {
    guard let access = access(call) else { return error(401, "Bad credentials") }
    if let refusal = self.access(access, allows: call) { return refusal }
    switch (call.target.route, access) {
    case (.redeliver, _): return await redeliver(call)
    case (_, .app(let app)): return answer(call, app: app)
    case (_, .installed(let app)): return answer(call, isEmpty: emptyList, installed: app)
    case (_, .user): return answer(call, isEmpty: emptyList, installed: nil)
    }
  }

  private func answer(_ call: Incoming, app: App) -> Response {
    switch call.target.route {
    case .getInstallation: installation(call, app)
    case .createAccessToken: accessToken(call, app)
    case .getApp: self.app(call, app)
    case .listDeliveries: listDeliveries(call)
    case .getDelivery: delivery(call)
    default: error(404, "Not Found")
    }
  }

  /// - Parameter app: `nil` for the owner of the token.
  private func answer(_ call: Incoming, isEmpty: Bool, installed app: App?) -> Response {
    switch (call.target.route, app) {
    case (.createCheckRun, let app?): createCheckRun(call, app)
    case (.updateCheckRun, let app?): updateCheckRun(call, app)
    case (.postStatus, _): postStatus(call, by: app?.bot.id ?? FakeGitHub.owner)
    case (.createIssue, _): createIssue(call, by: app?.bot.login ?? FakeGitHub.login)
    case (.createComment, _): createComment(call, by: app?.bot.login ?? FakeGitHub.login)
    case (.answerDeployment, _): answerDeployment(call)
    default: answer(reading: call, isEmpty: isEmpty)
    }
  }

  private func answer(reading call: Incoming, isEmpty: Bool) -> Response {
    switch call.target.route {
    case .listStatuses: listStatuses(call, isEmpty: isEmpty)
    case .listCheckRuns: listCheckRuns(call, isEmpty: isEmpty)
    case .getPull: pull(call)
    case .listPulls: listPulls(call)
    case .listCommitPulls: listCommitPulls(call)
    case .listWorkflowRuns: listWorkflowRuns(call)
    case .branchRules: branchRules(call)
    case .branchProtection: branchProtection(call)
    case .compare: compare(call)
    case .listIssues: listIssues(call)
    case .listComments: listComments(call)
    case .listHooks: listHooks(call)
    case .listDeliveries: listDeliveries(call)
    case .getDelivery: delivery(call)
    case .getUser: user(call)
    default: error(404, "Not Found")
    }
  }

  private func listStatuses(_ call: Incoming, isEmpty: Bool) -> Response {
    let statuses = isEmpty ? [] : statuses(of: call.target.name, in: call.target.repository)
    let base = base(call)
    return list(statuses.reversed(), call) { page in
      "[" + page.map { $0.text(base) }.joined(separator: ",") + "]"
    }
  }

  /// One page of `items`, by GitHub's `per_page` (30, at most 100) and `page`.
  func list<Item>(
    _ items: [Item], _ call: Incoming, _ render: (ArraySlice<Item>) -> String
  ) -> Response {
    let page = Page(call.target.query)
    var response = tagged(call, render(items.dropFirst(page.offset).prefix(page.size)))
    let url = base(call) + call.request.uri.path.dropFirst(prefix.count)
    if let link = page.link(of: items.count, at: url, call.target.query),
      let name = HTTPField.Name("link")
    {
      response.headers[name] = link
    }
    return response
  }

  /// The address of the API as the client sees it.
  func base(_ call: Incoming) -> String {
    "http://\(call.request.head.authority ?? "127.0.0.1:\(port)")\(prefix)"
  }

  /// 200 with an `ETag`, or 304 if the client has just that.
  func tagged(_ call: Incoming, _ text: String) -> Response {
    let tag = "W/\"\(hexDigest(of: text))\""
    if call.request.headers[.ifNoneMatch] == tag { return Response(status: .notModified) }
    return response(200, headers: ["etag": tag], text: text)
  }

  func error(_ status: Int, _ message: String) -> Response {
    response(status, text: Fault.errorBody(status, message))
  }

  func response(_ status: Int, headers: [String: String] = [:], text: String) -> Response {
    var fields: HTTPFields = [.contentType: "application/json; charset=utf-8"]
    for (name, value) in headers {
      guard let name = HTTPField.Name(name) else { continue }
      fields[name] = value
    }
    return Response(
      status: HTTPResponse.Status(code: status), headers: fields,
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}

extension FakeGitHub.Fault {
  /// GitHub's shape of an error.
  static func errorBody(_ status: Int, _ message: String) -> String {
    let json: JSON = [
      "message": .string(message), "documentation_url": "https://docs.github.com/rest",
      "status": .string(String(status)),
    ]
    return json.canonicalString
  }
}
