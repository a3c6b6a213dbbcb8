import Foundation
import Ledger
import LedgerTesting
import Testing

@testable import LedgerDemo

/// What only an App is told and may do: check runs, merge queues, and custom deployment protection
/// rules.
@Suite("As a GitHub App, over real HTTP", .serialized, .timeLimit(.minutes(3)))
struct AppTests {
  private static let deliveries = TestPull(7).deliveries
  private static let installation = Deliveries.Installation(
    id: 55_001, app: Deliveries.App(id: 7_700, slug: "the-ledger"), account: TestPull.mia,
    permissions: ["checks": "write"], createdAt: TestPull.start, updatedAt: TestPull.start)

  /// A server that acts as an App, and its bench.
  private func start(policy: String? = nil) async throws -> (Bench, Running) {
    let bench = try await Bench()
    if let policy {
      try policy.write(toFile: bench.ledger.policy, atomically: true, encoding: .utf8)
    }
    let key = try SigningKey(id: "app")
    bench.gitHub.install(FakeGitHub.App(key: key))
    let file = bench.directory.appending(path: "app.pem")
    try key.pkcs1PEM.write(to: file, atomically: true, encoding: .utf8)
    let server = try await bench.start([
      "LEDGER_GITHUB_TOKEN": "", "LEDGER_GITHUB_APP_ID": "Iv23lifakefakefake77",
      "LEDGER_GITHUB_APP_PRIVATE_KEY_FILE": file.path,
    ])
    return (bench, server)
  }

  private func commit(_ name: String) -> Deliveries.Commit {
    Deliveries.Commit(
      sha: Derived.commit(name), message: name, author: TestPull.mia, at: TestPull.start)
  }

  private func run(_ id: Int64, _ event: String, _ head: Deliveries.Commit)
    -> Deliveries
    .WorkflowRun
  {
    Deliveries.WorkflowRun(
      id: id, workflow: .init(id: 9, name: "CI", path: ".github/workflows/ci.yml"), event: event,
      head: head, suiteID: id + 1, actor: TestPull.mia, startedAt: TestPull.start)
  }

  @Test("G24 a merge group is judged on its own commit, and shown as a check run with a table")
  func queue() async throws {
    let (bench, server) = try await start()
    let pull = TestPull(7)
    try await server.send(pull.opened)
    let head = commit("group of 7")
    let group = Deliveries.MergeGroup(head: head, baseSHA: Derived.commit("base"), pull: 7)
    try await server.send(
      Self.deliveries.mergeGroup(
        "checks_requested", group, to: Self.installation, by: TestPull.mia))
    try await bench.gitHub.wait { $0.shown(on: head.sha).contains("in_progress ") }
    try await server.send(
      Self.deliveries.workflowRun("requested", run(600, "merge_group", head)))
    var runs: [Deliveries.CheckRun] = []
    for (id, name) in [(901, "test"), (902, "lint")] as [(Int64, String)] {
      let begun = Deliveries.CheckRun(
        id: id, name: name, headSHA: head.sha, headBranch: "queue", startedAt: TestPull.start,
        suiteID: 601)
      runs.append(begun.completed("success", at: TestPull.start.adding(seconds: 60)))
    }
    bench.gitHub.set(
      checkRuns: runs.map { FakeGitHub.CheckRun($0) }, of: head.sha, in: Bench.repository)
    for run in runs { try await server.send(Self.deliveries.checkRun("completed", run)) }
    try await bench.gitHub.wait { $0.shown(on: head.sha).contains("completed success") }
    // The pull request's own head has nothing yet: its own verdict does not open with the group's.
    #expect(!bench.gitHub.shown(on: pull.sha).contains("completed success"))
    #expect(bench.gitHub.count(of: .postStatus) == 0, "an App posts no status")
    let last = try #require(bench.gitHub.posts(on: head.sha).last)
    #expect(last.at("output", "summary")?.string?.contains("| ✓ | test | [success](") == true)
    #expect(await server.stop() == 0)
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    try await bench.ended()
  }

  private static let deployPolicy = """
    version: 1
    environments: [{name: prod, aliases: [production]}]
    services: [{name: api, repositories: [acme/api]}]
    gates:
      deploy:
        environments:
          - environment: prod
            image-recorded: true
            branch: [main]
    """

  @Test("A7 a protection rule is answered where the configuration says, never where a body says")
  func protectionRule() async throws {
    let (bench, server) = try await start(policy: Self.deployPolicy)
    let stranger = try await FakeGitHub.start(token: nil)
    let head = commit("to be deployed")
    for (id, callback) in [
      (71, "http://169.254.169.254/repos/acme/api/actions/runs/71/deployment_protection_rule"),
      (72, "\(stranger.baseURL)/repos/acme/api/actions/runs/72/deployment_protection_rule"),
      (73, nil),
    ] as [(Int64, String?)] {
      bench.gitHub.set(
        workflowRuns: [71, 72, 73].map { .init(id: $0, headSHA: head.sha) },
        in: Bench.repository)
      let request = Deliveries.ProtectionRuleRequest(
        environment: "production", run: run(id, "push", head), callback: callback)
      try await server.send(
        Self.deliveries.protectionRuleRequest(request, to: Self.installation))
    }
    try await bench.gitHub.wait { $0.deploymentAnswers.count >= 3 }
    let answers = bench.gitHub.deploymentAnswers
    #expect(Set(answers.map(\.run)) == [71, 72, 73])
    #expect(answers.allSatisfy { $0.state == "rejected" && $0.environment == "production" })
    #expect(answers.allSatisfy { $0.comment?.contains("image-recorded") == true })
    #expect(stranger.count() == 0)
    #expect(await server.stop() == 0)
    let history = try await bench.ledger.run(["history", "--kind", "gate"])
    #expect(history.output.split(separator: "\n").count == 3)
    #expect(history.output.contains("\trefused\t"))
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    try await stranger.stop()
    try await bench.ended()
  }

  @Test("an installation that GitHub does not know for a moment loses no answer to a job")
  func unknownInstallation() async throws {
    let (bench, server) = try await start(policy: Self.deployPolicy)
    let head = commit("to be deployed")
    bench.gitHub.set(workflowRuns: [.init(id: 71, headSHA: head.sha)], in: Bench.repository)
    bench.gitHub.fail(on: .getInstallation, with: .status(404, message: "Not Found"))
    let request = Deliveries.ProtectionRuleRequest(
      environment: "production", run: run(71, "push", head), callback: nil)
    try await server.send(Self.deliveries.protectionRuleRequest(request, to: Self.installation))
    try await bench.gitHub.wait { !$0.deploymentAnswers.isEmpty }
    #expect(await server.stop() == 0)
    #expect(bench.gitHub.deploymentAnswers.map(\.run) == [71])
    #expect(bench.gitHub.count(of: .getInstallation) >= 2)
    #expect(try await bench.ledger.run(["verify"]).status == 0)
    try await bench.ended()
  }

  @Test("G47 thirty-two checks that end within a second cost one read and one post")
  func burst() async throws {
    let (bench, server) = try await start()
    let pull = TestPull(7)
    let required = [pull.run("test", "success"), pull.run("lint", "success")]
    let others = (1...30).map { pull.run("other \($0)", "success", run: Int64($0) + 2) }
    bench.gitHub.show(required + others, of: pull)
    try await server.send(pull.opened)
    try await bench.gitHub.wait { !$0.posts(on: pull.sha).isEmpty }
    try await server.send(pull.triggered())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for run in required + others { group.addTask { try await server.send(pull.check(run)) } }
      try await group.waitForAll()
    }
    try await bench.gitHub.wait { $0.shown(on: pull.sha).contains("completed success") }
    #expect(await server.stop() == 0)
    // The first says what is missing; a second may say what still is, the last that all passed.
    #expect(bench.gitHub.posts(on: pull.sha).count <= 3)
    #expect(bench.gitHub.count(of: .listCheckRuns) <= 2)
    try await bench.ended()
  }
}

extension FakeGitHub {
  /// The bodies of our check runs on a commit, in order.
  fileprivate func posts(on sha: String) -> [JSON] {
    requests.filter { $0.route == .createCheckRun || $0.route == .updateCheckRun }.compactMap {
      request in
      do { return try JSON.parse(request.body.utf8) } catch { return nil }
    }.filter { $0["external_id"]?.string == sha }
  }

  fileprivate func shown(on sha: String) -> [String] {
    posts(on: sha).map { "\($0["status"]?.string ?? "") \($0["conclusion"]?.string ?? "")" }
  }
}
