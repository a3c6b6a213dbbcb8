import AsyncHTTPClient
import Gates

extension GitHubClient {
  /// Redirects that one call follows.
  static let maximumRedirects = 3

  /// The 2xx answer to `call`, or one of the refusals that it takes for an answer.
  func exchange(_ call: Call) async throws(CodeHostError) -> Answer {
    var (call, followed, hasRenewed) = (call, 0, false)
    while true {
      let bearer = try await authority.bearer(for: call.party, through: self)
      let answer = try await ask(call, bearer)
      if answer.status == 401, !hasRenewed, await authority.renews(bearer) {
        hasRenewed = true
        continue
      }
      guard answer.isRedirect else {
        if isDoubtful(answer, to: call) { await authority.doubt(bearer, on: call.party) }
        return try accepted(answer, to: call)
      }
      followed += 1
      guard followed <= GitHubClient.maximumRedirects else {
        throw .refused(status: answer.status, reason: "redirected more than 3 times")
      }
      call.url = try target(of: answer, from: call.url)
    }
  }

  /// Whether the installation may be another one by now. A refusal that is the answer says nothing
  /// of it, such as that a branch is not protected; "Not Found" is said of everything.
  private func isDoubtful(_ answer: Answer, to call: Call) -> Bool {
    guard [401, 403, 404].contains(answer.status), !isLimit(answer) else { return false }
    return !call.answers.contains(answer.status) || answer.message == "Not Found"
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

  /// One request. Reads are not sent while the account's limit is spent, and what did not change
  /// comes from the cache: GitHub does not count a 304.
  private func ask(_ call: Call, _ bearer: Bearer) async throws(CodeHostError) -> Answer {
    guard call.method == .get else {
      let answer = try await send(call, bearer, tag: nil)
      budget.note(answer.rateLimit, of: bearer.account, at: now())
      return answer
    }
    try budget.allow(bearer.account, at: now())
    let key = AnswerCache.Key(url: call.url, party: call.party)
    let held = cache[key]
    let answer = try await send(call, bearer, tag: held?.tag)
    budget.note(answer.rateLimit, of: bearer.account, at: now())
    if answer.status == 304, let held { return held }
    cache.keep(answer, key)
    return answer
  }

  private func send(
    _ call: Call, _ bearer: Bearer, tag: String?
  ) async throws(CodeHostError) -> Answer {
    let body = call.body.map(SentBody.init)
    let request = request(call, bearer, tag, body)
    do {
      return try await withDeadline(limits.request) {
        let response = try await http.execute(request, deadline: .distantFuture)
        return Answer(response, body: try await response.body.collect(upTo: limits.bodyBytes))
      }
    } catch {
      // Without a body nothing tells whether it was sent.
      throw broken(call, error, wasSent: call.method == .get ? nil : body?.wasSent ?? true)
    }
  }

  private func request(
    _ call: Call, _ bearer: Bearer, _ tag: String?, _ body: SentBody?
  ) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: call.url)
    request.method = .init(rawValue: call.method.rawValue)
    request.headers.add(name: "Accept", value: "application/vnd.github+json")
    request.headers.add(name: "X-GitHub-Api-Version", value: "2026-03-10")
    request.headers.add(name: "User-Agent", value: "release-ledger")
    request.headers.add(name: "Authorization", value: "Bearer \(bearer.token.text)")
    if let tag { request.headers.add(name: "If-None-Match", value: tag) }
    guard let body else { return request }
    request.headers.add(name: "Content-Type", value: "application/json")
    request.body = .bytes(body, length: .known(Int64(body.count)))
    return request
  }
}
