import Foundation
import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

/// Every call that the client knows is one that GitHub documents.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ConformanceTests {
  private func record(_ name: String) -> URL {
    FileManager.default.temporaryDirectory.appending(path: "\(name)-\(UUID().uuidString).ndjson")
  }

  @Test(.enabled(if: GitHubRequests.lack == nil, GitHubRequests.lack))
  func theCheckerTellsRightFromWrong() throws {
    let (status, output) = try GitHubRequests.check(["--self-test"])
    #expect(status == 0, "\(output)")
  }

  @Test func everyRouteIsCalled() async throws {
    try await withRecords { files in
      let lines = try files.flatMap {
        try String(contentsOf: $0, encoding: .utf8).split(separator: "\n")
      }
      let routes = try Set(lines.map { try JSON.parse($0.utf8)["route"]?.string })
      #expect(routes == Set(FakeGitHub.Route.allCases.filter { $0 != .other }.map(\.rawValue)))
    }
  }

  @Test(.enabled(if: GitHubRequests.lack == nil, GitHubRequests.lack))
  func everyCallIsDocumented() async throws {
    try await withRecords { files in
      let (status, output) = try GitHubRequests.check(files.map(\.path))
      #expect(status == 0, "\(output)")
    }
  }

  /// All calls, as a user and as an App.
  private func withRecords(_ body: ([URL]) throws -> Void) async throws {
    let (user, app) = (record("user"), record("app"))
    try await callAll(user, as: .token(try #require(GitHubToken(tokenText))))
    try await callAll(app, as: try AppDesk.credentials())
    try body([user, app])
    for file in [user, app] { try FileManager.default.removeItem(at: file) }
  }

  private func callAll(_ file: URL, as credentials: GitHubCredentials) async throws {
    let github = try await FakeGitHub.start(
      token: tokenText, recordTo: file, now: { moment })
    github.install(FakeGitHub.App(key: try TestKeys.own()))
    github.set(pull: .init(number: 7, headSHA: sha), in: "acme/api")
    github.set(behindBy: 0, of: sha, on: "main", tip: sha, in: "acme/api")
    github.set(workflowRuns: [.init(id: 5, headSHA: sha)], in: "acme/api")
    await github.deliver(
      WebhookDelivery(event: "push", body: Array("{}".utf8), hookID: 31),
      hook: .repository("acme/api", id: 31))
    await github.deliver(
      WebhookDelivery(event: "push", body: Array("{}".utf8), hookID: 32), hook: .app)
    let client = GitHubClient(
      address: try #require(GitHubAddress(github.baseURL)), credentials: credentials,
      now: { moment })
    try await post(client)
    try await read(client)
    try await redeliver(client, credentials)
    try await runErrands(client, credentials)
    try await client.shutdown()
    try await github.stop()
  }

  private func post(_ client: GitHubClient) async throws {
    var status = green
    status.details = CheckOutput(title: "title", summary: "summary")
    let posted = try await client.post(status, replacing: nil, to: sha, in: repository)
    for state in ["pending", "failure"] {
      status.text = StatusText(state: state, description: "d")
      status.targetURL = nil
      _ = try await client.post(status, replacing: posted.id, to: sha, in: repository)
    }
  }

  private func read(_ client: GitHubClient) async throws {
    for _ in 1...2 {
      _ = try await client.evidence(
        for: sha, in: repository, includingStatuses: true, includingTriggers: true)
    }
    _ = try await client.shown(of: sha, in: repository, context: green.context)
    _ = try await client.pull(7, in: repository)
    for isOpen in [true, false] {
      _ = try await client.pulls(in: repository, open: isOpen, updatedSince: moment)
    }
    _ = try await client.pulls(of: sha, in: repository)
    _ = try await client.protection(of: "release/1", in: repository)
    _ = try await client.distance(of: sha, behind: "main", in: repository)
    _ = try await client.hooks(of: repository)
  }

  private func redeliver(
    _ client: GitHubClient, _ credentials: GitHubCredentials
  ) async throws {
    var hooks = [HookAddress.repository(repository, hook: 31)]
    if case .app = credentials { hooks.append(.app) }
    for hook in hooks {
      let deliveries = try await client.deliveries(of: hook, until: moment)
      let newest = try #require(deliveries.first)
      if hook == .app { _ = try await client.appHook(thatMade: newest.id) }
      try await client.redeliver(newest.id, of: hook)
    }
  }

  private func runErrands(
    _ client: GitHubClient, _ credentials: GitHubCredentials
  ) async throws {
    _ = try await client.hasComment(containing: "m", on: 7, in: repository)
    try await client.comment(on: 7, in: repository, "text")
    _ = try await client.issue(containing: "m", in: repository)
    _ = try await client.openIssue("title", "text", in: repository)
    guard case .app = credentials else { return }
    for state in [nil, .approved, .rejected] as [DeploymentAnswer.State?] {
      try await client.answer(
        DeploymentAnswer(run: 5, environment: "prod/eu", state: state, comment: "c"),
        in: repository)
    }
  }
}

/// `validate_github_requests.py` with GitHub's OpenAPI description, where it lies beside a checkout.
private enum GitHubRequests {
  /// Exit codes of the script when something that it needs is missing, and of no Python at all.
  private static let skipped: [Int32] = [77, 127]
  private static let name = "github/openapi-extract.json"
  private static let extract = SharedFolder(
    named: ProcessInfo.processInfo.environment["LEDGER_SHARED_DATA"]
  ).existing(name)

  /// What nothing can be checked without; `nil` when all of it is there. Without arguments the
  /// script says that it lacks a package, or else how it is used.
  static let lack: Comment? = {
    guard extract != nil else { return Comment(rawValue: SharedFolder.missing(name)) }
    do {
      let (status, output) = try run([])
      return skipped.contains(status) ? "SKIPPED: \(output)" : nil
    } catch { return "SKIPPED: \(error)" }
  }()

  static func check(_ arguments: [String]) throws -> (status: Int32, output: String) {
    try run([try #require(extract).path] + arguments)
  }

  private static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    let script = SharedFolder.package.appending(path: "Tests/Support/validate_github_requests.py")
    process.arguments = ["python3", script.path] + arguments
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, output)
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}
