import Ledger
import Testing

@testable import LedgerCLI

@Suite struct WorkflowEnvironmentTests {
  private static let push = [
    "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/api", "GITHUB_REPOSITORY_ID": "640100200",
    "GITHUB_SHA": "aaaa", "GITHUB_REF": "refs/heads/main", "GITHUB_RUN_ID": "17",
    "GITHUB_RUN_ATTEMPT": "2", "GITHUB_ACTOR": "mia", "GITHUB_ACTOR_ID": "7001",
    "GITHUB_WORKFLOW": "ci", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_EVENT_NAME": "push",
  ]

  private func job(
    _ changes: [String: String?] = [:], event: String? = nil
  ) -> WorkflowEnvironment? {
    var variables: [String: String?] = Self.push
    variables.merge(changes) { $1 }
    let all = variables
    return WorkflowEnvironment(
      variable: { all[$0] ?? nil },
      read: { path in
        #expect(path == "/event.json")
        guard let event else { throw Failure("gone") }
        return Array(event.utf8)
      })
  }

  @Test func aPushIsKnownInFull() throws {
    let body = try PipelineOptions.parse([]).body(job())
    #expect(
      body.members == [
        "repository": "acme/api", "repository_id": 640_100_200, "actor": 7_001,
        "actor_login": "mia", "run_id": 17, "run_attempt": 2,
        "url": "https://github.com/acme/api/actions/runs/17/attempts/2",
      ])
    #expect(try job()?.commit == "aaaa")
    #expect(job()?.run == "17/2")
  }

  @Test func flagsWin() throws {
    let body = try PipelineOptions.parse([
      "-s", "api", "-R", "acme/other", "--actor", "5", "--run-id", "9", "--url",
      "https://x.example",
    ]).body(job())
    #expect(body["service"] == "api")
    #expect(body["repository"] == "acme/other")
    // The job's numbers and names belong to the job's own repository and user.
    #expect(body["repository_id"] == nil)
    #expect(body["actor"] == 5)
    #expect(body["actor_login"] == nil)
    #expect(body["run_id"] == 9)
    #expect(body["url"] == "https://x.example")
  }

  @Test func outsideOfAJobNothingIsKnown() throws {
    #expect(job(["GITHUB_ACTIONS": nil]) == nil)
    #expect(try PipelineOptions.parse([]).body(nil).members == [:])
  }

  @Test(arguments: ["x", "-1", "1.5", "99999999999999999999", ""])
  func whatIsNoNumberIsLeftOut(_ text: String) throws {
    let job = job(["GITHUB_RUN_ID": text, "GITHUB_REPOSITORY_ID": text])
    #expect(job?.repositoryID == nil && job?.run == nil && job?.url == nil)
  }

  @Test(arguments: ["pull_request", "pull_request_review"])
  func aPullRequestIsItsHead(_ event: String) throws {
    let changes: [String: String?] = [
      "GITHUB_EVENT_NAME": event, "GITHUB_EVENT_PATH": "/event.json",
    ]
    let payload = #"{"pull_request":{"head":{"sha":"bbbb"},"base":{"sha":"cccc"}},"number":7}"#
    #expect(try job(changes, event: payload)?.commit == "bbbb")
    for wrong in [nil, "{}", "[", #"{"pull_request":{"head":{"sha":null}}}"#] as [String?] {
      #expect(throws: Failure.self) { try job(changes, event: wrong)?.commit }
    }
    #expect(throws: Failure.self) {
      try job(changes.merging(["GITHUB_EVENT_PATH": nil]) { $1 }, event: payload)?.commit
    }
  }

  @Test func theTargetOfAPullRequestIsABranch() throws {
    #expect(try job(["GITHUB_EVENT_NAME": "pull_request_target"])?.commit == "aaaa")
  }

  @Test func aCommitThatWasGivenNeedsNoEvent() throws {
    let job = job(["GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": "/event.json"])
    var body = ReportBody()
    try body.setCommit("dddd", job)
    #expect(body["commit"] == "dddd")
    var other = ReportBody()
    #expect(throws: Failure.self) { try other.setCommit(nil, job) }
  }

  @Test func aDeploymentHasTheSameIdAtItsStartAndEnd() throws {
    var body = ReportBody()
    #expect(DeploymentOptions.id(body, job()) == nil)
    body.set("service", .string("api"))
    body.set("environment", .string("production"))
    #expect(DeploymentOptions.id(body, job()) == "17/2/api/production")
    #expect(DeploymentOptions.id(body, nil) == nil)
  }

  /// A job may deploy an image that was built long before its own commit.
  @Test(
    arguments: [
      ([], "aaaa"), (["--digest", "sha256:6c"], nil), (["--revision", "api:57"], nil),
      (["--digest", "sha256:6c", "--commit", "dddd"], "dddd"), (["--commit", "dddd"], "dddd"),
    ] as [([String], String?)])
  func theJobsCommitIsThatOfNoNamedImage(_ arguments: [String], _ commit: String?) throws {
    let body = try DeploymentOptions.parse(arguments).start(ReportBody(), job())
    #expect(body["commit"]?.string == commit)
    #expect(body["phase"] == "start" && body["id"]?.string?.isEmpty == false)
  }

  @Test func anIdentityTokenNeedsBothVariables() {
    let url = ["ACTIONS_ID_TOKEN_REQUEST_URL": "https://x.example"] as [String: String?]
    #expect(job(url)?.identity == nil)
    let both = url.merging(["ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t"]) { $1 }
    #expect(job(both)?.identity?.token == "t")
  }

  @Test(arguments: [
    (
      "https://x.example/token?api-version=2.0", "https://x.example/token?api-version=2.0&audience="
    ),
    ("https://x.example/token", "https://x.example/token?audience="),
  ])
  func theQueryOfTheAddressIsKept(_ url: String, _ start: String) {
    #expect(
      IdentityToken.address(url, audience: "https://ledger.example/a&b")
        == start + "https%3A%2F%2Fledger.example%2Fa%26b")
  }
}
