import HTTPTypes
import Hummingbird
import Ledger
import NIOCore

extension FakeGitHub {
  /// The regular answer.
  func carryOut(_ call: Incoming, emptyList: Bool = false) -> Response {
    if let token, call.request.headers[.authorization] != "Bearer \(token)" {
      return error(401, "Bad credentials")
    }
    let target = call.target
    switch target.route {
    case .postStatus: return postStatus(call)
    case .listStatuses: return listStatuses(call, isEmpty: emptyList)
    case .listCheckRuns: return listCheckRuns(call, isEmpty: emptyList)
    case .getPull: return pull(call)
    case .other: return error(404, "Not Found")
    }
  }

  private func listStatuses(_ call: Incoming, isEmpty: Bool) -> Response {
    let statuses = isEmpty ? [] : statuses(of: call.target.name, in: call.target.repository)
    let base = base(call)
    return list(statuses.reversed(), call) { page in
      "[" + page.map { $0.text(base) }.joined(separator: ",") + "]"
    }
  }

  private func listCheckRuns(_ call: Incoming, isEmpty: Bool) -> Response {
    let runs = isEmpty ? [] : checkRuns(call.target)
    let base = base(call)
    return list(runs, call) { page in
      let texts = page.map { $0.text(call.target, base) }
      return "{\"total_count\":\(runs.count),\"check_runs\":[\(texts.joined(separator: ","))]}"
    }
  }

  private func pull(_ call: Incoming) -> Response {
    let place = Place(call.target.repository, call.target.name)
    guard let pull = state.withLock({ $0.pulls[place] }) else { return error(404, "Not Found") }
    return tagged(call, pull.text(call.target.repository, base(call)))
  }

  /// One page of `items`, by GitHub's `per_page` (30, at most 100) and `page`.
  private func list<Item>(
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
  private func base(_ call: Incoming) -> String {
    "http://\(call.request.head.authority ?? "127.0.0.1:\(port)")\(prefix)"
  }

  /// 200 with an `ETag`, or 304 if the client has just that.
  private func tagged(_ call: Incoming, _ text: String) -> Response {
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
