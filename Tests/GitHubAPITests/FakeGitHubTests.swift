import Foundation
import FoundationNetworking
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

/// What the client itself does not ask of the fake, asked by another client.
@Suite(.timeLimit(.minutes(1))) struct FakeGitHubTests {
  private func get(
    _ url: String, headers: [String: String] = [:]
  ) async throws -> (status: Int, headers: [AnyHashable: Any], json: JSON) {
    var request = URLRequest(url: try #require(URL(string: url)))
    request.cachePolicy = .reloadIgnoringLocalCacheData
    request.setValue("Bearer \(tokenText)", forHTTPHeaderField: "Authorization")
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    let (data, response) = try await URLSession.shared.data(for: request)
    let answer = try #require(response as? HTTPURLResponse)
    let json = data.isEmpty ? JSON.null : try JSON.parse(data)
    return (answer.statusCode, answer.allHeaderFields, json)
  }

  @Test func whatItDoesNotKnowIsNotFound() async throws {
    try await withGitHub { github, _ in
      for path in ["/", "/repos", "/repos/acme/api", "/repos/acme/api/pulls/1", "/x%2Fy"] {
        let answer = try await get(github.baseURL + path)
        #expect(answer.status == 404)
        #expect(answer.json["message"]?.string == "Not Found")
        #expect(answer.json["status"]?.string == "404")
        #expect(answer.json["documentation_url"]?.string != nil)
      }
    }
  }

  @Test func aPullRequestHasItsHeadAndBase() async throws {
    try await withGitHub { github, _ in
      github.set(pull: .init(number: 7, headSHA: sha, baseRef: "release"), in: "acme/api")
      let pull = try await get("\(github.baseURL)/repos/Acme/API/pulls/7").json
      #expect(pull["number"]?.int == 7)
      #expect(pull.at("head", "sha")?.string == sha)
      #expect(pull.at("base", "ref")?.string == "release")
      #expect(pull["merged"]?.bool == false)
    }
  }

  @Test func anUnchangedAnswerIs304() async throws {
    try await withGitHub { github, _ in
      let url = "\(github.baseURL)/repos/acme/api/commits/\(sha)/check-runs"
      github.set(checkRuns: [.init(id: 1, name: "test")], of: sha, in: "acme/api")
      let first = try await get(url)
      let tag = try #require(first.headers["Etag"] as? String ?? first.headers["etag"] as? String)
      #expect(try await get(url, headers: ["If-None-Match": tag]).status == 304)
      github.set(checkRuns: [.init(id: 2, name: "test")], of: sha, in: "acme/api")
      let changed = try await get(url, headers: ["If-None-Match": tag])
      #expect(changed.status == 200)
      #expect(changed.json["check_runs"]?.array?.first?["id"]?.int == 2)
    }
  }

  @Test(
    arguments: [
      ("", [2, 3]), ("filter=latest", [2, 3]), ("filter=all", [1, 2, 3]),
      ("check_name=unit%20tests", [2]), ("status=queued", [3]), ("app_id=8", [3]),
      ("filter=all&per_page=2&page=2", [3]),
    ] as [(String, [Int64])])
  func checkRunsAreFiltered(query: String, ids: [Int64]) async throws {
    try await withGitHub { github, _ in
      github.set(
        checkRuns: [
          .init(id: 1, name: "unit tests", startedAt: moment),
          .init(id: 2, name: "unit tests", startedAt: moment.adding(seconds: 1)),
          .init(id: 3, name: "lint", status: "queued", conclusion: nil, appID: 8),
        ], of: sha, in: "acme/api")
      let url = "\(github.baseURL)/repos/acme/api/commits/\(sha)/check-runs?\(query)"
      let runs = try await get(url).json["check_runs"]?.array
      #expect(runs?.compactMap { $0["id"]?.int } == ids)
    }
  }

  @Test func theRecordIsOneLineForEachRequest() async throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString).ndjson")
    let github = try await FakeGitHub.start(token: tokenText, recordTo: url, now: { moment })
    let client = try makeClient(github.baseURL)
    _ = try await client.post(green, to: sha, in: repository)
    _ = try await client.evidence(for: sha, in: repository, includingStatuses: true)
    try await client.shutdown()
    try await github.stop()
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    try FileManager.default.removeItem(at: url)
    let records = try lines.map { try JSON.parse($0.utf8) }
    #expect(
      records.map { $0["route"]?.string } == ["postStatus", "listCheckRuns", "listStatuses"])
    #expect(records[0]["method"]?.string == "POST")
    #expect(records[0]["path"]?.string == "/repos/acme/api/statuses/\(sha)")
    #expect(records[0]["at"]?.string == moment.description)
    #expect(records[1]["query"]?.string == "filter=latest&per_page=100")
    #expect(records[0].at("headers", "authorization")?.string == "Bearer [redacted]")
    let body = try JSON.parse(try #require(records[0]["body"]?.string).utf8)
    #expect(body["state"] == "success")
  }

  @Test func theWorldMayMoveDuringACall() async throws {
    try await withGitHub { github, client in
      github.set(pull: .init(number: 7, headSHA: sha), in: "acme/api")
      github.fail(
        on: .postStatus,
        with: .perform { github.set(pull: .init(number: 7, headSHA: "new"), in: "acme/api") })
      _ = try await client.post(green, to: sha, in: repository)
      let pull = try await get("\(github.baseURL)/repos/acme/api/pulls/7").json
      #expect(pull.at("head", "sha")?.string == "new")
    }
  }

  @Test func everyTenthFails() async throws {
    try await withGitHub { github, client in
      github.fail(next: 3, every: 10, on: .postStatus, with: .status(502))
      var failed: [Int] = []
      for number in 1...40 {
        let result = await Result { try await client.post(green, to: sha, in: repository) }
        if case .failure = result { failed.append(number) }
      }
      #expect(failed == [10, 20, 30])
    }
  }

  @Test func onlyTheNewestRequestsAreKept() async throws {
    let github = try await FakeGitHub.start(token: tokenText, keeping: 3)
    let client = try makeClient(github.baseURL)
    for number in 1...6 { _ = try await client.post(green, to: "s\(number)", in: repository) }
    #expect(github.requests.map { $0.path.suffix(2) } == ["s4", "s5", "s6"])
    #expect(github.count() == 6)
    try await client.shutdown()
    try await github.stop()
  }

  @Test func afterStopThePortIsFreeForTheNext() async throws {
    let first = try await FakeGitHub.start(token: tokenText)
    let port = first.port
    let client = try makeClient(first.baseURL)
    _ = try await client.post(green, to: sha, in: repository)
    try await first.stop()
    let second = try await FakeGitHub.start(token: tokenText, port: port)
    #expect(second.port == port)
    try await client.shutdown()
    try await second.stop()
  }

  @Test func aPortInUseIsAnError() async throws {
    let first = try await FakeGitHub.start(token: nil)
    await #expect(throws: (any Error).self) {
      _ = try await FakeGitHub.start(token: nil, port: first.port)
    }
    try await first.stop()
  }

  @Test func waitingEndsWithTheTask() async throws {
    try await withGitHub { github, _ in
      let waiting = Task { try await github.wait { $0.count() == 1 } }
      waiting.cancel()
      await #expect(throws: CancellationError.self) { try await waiting.value }
    }
  }
}
