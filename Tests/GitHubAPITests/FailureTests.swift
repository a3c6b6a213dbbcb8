import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

/// What an answer means for the caller of a POST and of a GET.
@Suite(.timeLimit(.minutes(1))) struct FailureTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let status: Int
    var headers: [String: String] = [:]
    var message = "Server Error"
    let kind: CodeHostError.Kind

    var testDescription: String { "\(status) \(headers) \(message)" }
    var fault: FakeGitHub.Fault { .status(status, headers: headers, message: message) }
  }

  /// `x-ratelimit-reset`, so many seconds from now.
  private static func reset(_ seconds: Double) -> String {
    String(moment.adding(seconds: seconds).microseconds / 1_000_000)
  }

  static let cases = [
    Case(status: 500, kind: .unavailable(nil)),
    Case(status: 502, kind: .unavailable(nil)),
    Case(status: 503, headers: ["retry-after": "3"], kind: .unavailable(3)),
    Case(status: 504, kind: .unavailable(nil)),
    Case(status: 408, kind: .unavailable(nil)),
    Case(status: 429, kind: .unavailable(60)),
    Case(status: 429, headers: ["retry-after": "7"], kind: .unavailable(7)),
    Case(status: 403, headers: ["retry-after": "120"], kind: .unavailable(120)),
    Case(
      status: 429, headers: ["retry-after": "Sat, 21 Nov 2026 10:00:00 GMT"],
      kind: .unavailable(60)),
    Case(
      status: 403,
      headers: ["x-ratelimit-remaining": "0", "x-ratelimit-reset": reset(90)],
      kind: .unavailable(90)),
    Case(
      status: 403,
      headers: [
        "retry-after": "5", "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset(90),
      ], kind: .unavailable(5)),
    Case(
      status: 403,
      headers: ["x-ratelimit-remaining": "0", "x-ratelimit-reset": reset(-30)],
      kind: .unavailable(1)),
    Case(
      status: 403,
      headers: ["x-ratelimit-remaining": "0", "x-ratelimit-reset": reset(900_000)],
      kind: .unavailable(3600)),
    Case(
      status: 403,
      headers: ["x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999999999999"],
      kind: .unavailable(60)),
    Case(
      status: 403, headers: ["x-ratelimit-remaining": "4000"],
      message: "You have exceeded a secondary rate limit. Please wait a few minutes.",
      kind: .unavailable(60)),
    Case(
      status: 403, headers: ["x-ratelimit-remaining": "4000"],
      message: "Resource not accessible by personal access token", kind: .refused(403)),
    Case(status: 400, kind: .refused(400)), Case(status: 401, kind: .refused(401)),
    Case(status: 404, kind: .refused(404)), Case(status: 409, kind: .refused(409)),
    Case(status: 410, kind: .refused(410)), Case(status: 422, kind: .refused(422)),
  ]

  @Test(arguments: cases) func ofAPost(_ test: Case) async throws {
    try await withGitHub { github, client in
      github.fail(on: .postStatus, with: test.fault)
      let error = await failure { () async throws(CodeHostError) in
        try await client.post(green, to: sha, in: repository)
      }
      // What a gateway passed on before it gave up may have been carried out.
      let isInDoubt = test.status == 408 || test.status >= 500
      #expect(error?.kind == (isInDoubt && test.headers.isEmpty ? .ambiguous : test.kind))
      #expect(github.statuses.isEmpty)
      #expect(github.count() == 1, "a failed call is not repeated here")
    }
  }

  @Test(arguments: cases) func ofARead(_ test: Case) async throws {
    try await withGitHub { github, client in
      github.fail(on: .listCheckRuns, with: test.fault)
      let error = await failure { () async throws(CodeHostError) in
        try await client.evidence(for: sha, in: repository, includingStatuses: false)
      }
      #expect(error?.kind == test.kind)
    }
  }

  @Test func theNextCallAfterAFailureSucceeds() async throws {
    try await withGitHub { github, client in
      github.fail(on: .postStatus, with: .status(502))
      _ = await failure { () async throws(CodeHostError) in
        try await client.post(green, to: sha, in: repository)
      }
      _ = try await client.post(green, to: sha, in: repository)
      #expect(github.statuses.count == 1)
    }
  }

  @Test func aWrongTokenIsRefused() async throws {
    try await withGitHub(token: "another") { github, client in
      let error = await failure { () async throws(CodeHostError) in
        try await client.post(green, to: sha, in: repository)
      }
      #expect(error?.kind == .refused(401))
      #expect(github.statuses.isEmpty)
    }
  }
}
