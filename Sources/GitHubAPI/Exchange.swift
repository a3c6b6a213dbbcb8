import AsyncHTTPClient
import Gates

/// One request as it is about to be sent.
struct Call {
  /// Absolute.
  var url: String
  /// The body of a POST; `nil` is a GET.
  var body: [UInt8]?

  var method: String { body == nil ? "GET" : "POST" }
}

extension GitHubClient {
  /// Redirects that one call follows.
  static let maximumRedirects = 3

  /// The 2xx answer to `call`.
  func exchange(_ call: Call) async throws(CodeHostError) -> Answer {
    var (call, followed) = (call, 0)
    while true {
      let answer = try await send(call)
      guard answer.isRedirect else { return try accepted(answer, to: call) }
      followed += 1
      guard followed <= GitHubClient.maximumRedirects else {
        throw .refused(status: answer.status, reason: "redirected more than 3 times")
      }
      call.url = try target(of: answer, from: call.url)
    }
  }

  /// GitHub redirects to the new name of a repository. Unlike browsers (RFC 9110, 15.4.2 note) the
  /// method is kept: the redirect said that nothing was done yet.
  private func target(of answer: Answer, from url: String) throws(CodeHostError) -> String {
    guard let location = answer.location, let target = address.resolve(location, from: url) else {
      throw .refused(
        status: answer.status,
        reason: "redirected to another host, where the token does not go; set the API's address")
    }
    return target
  }

  private func send(_ call: Call) async throws(CodeHostError) -> Answer {
    let body = call.body.map(SentBody.init)
    let request = request(call, body)
    do {
      return try await withDeadline(limits.request) {
        let response = try await http.execute(request, deadline: .distantFuture)
        return Answer(response, body: try await response.body.collect(upTo: limits.bodyBytes))
      }
    } catch {
      throw broken(call, error, wasSent: body?.wasSent)
    }
  }

  private func request(_ call: Call, _ body: SentBody?) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: call.url)
    request.headers.add(name: "Accept", value: "application/vnd.github+json")
    request.headers.add(name: "X-GitHub-Api-Version", value: "2026-03-10")
    request.headers.add(name: "User-Agent", value: "release-ledger")
    request.headers.add(name: "Authorization", value: "Bearer \(token.text)")
    guard let body else { return request }
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.body = .bytes(body, length: .known(Int64(body.count)))
    return request
  }
}
