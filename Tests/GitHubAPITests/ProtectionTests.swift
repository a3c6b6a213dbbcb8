import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct ProtectionTests {
  private let gate = FakeGitHub.RequiredCheck("ledger/merge-gate", appID: 7)

  private func contexts(_ protection: Protection) -> [RequiredContext]? {
    guard case .rules(let contexts, nil) = protection else { return nil }
    return contexts
  }

  @Test func thereMayBeNoRule() async throws {
    try await withGitHub { (_, client) async throws in
      #expect(try await client.protection(of: "main", in: repository) == .none)
    }
  }

  @Test func rulesMayRequireNoCheck() async throws {
    try await withGitHub { (github, client) async throws in
      github.require(rulesets: [], on: "main", in: "acme/api")
      github.require(protection: [], on: "dev", in: "acme/api")
      for branch in ["main", "dev"] {
        let protection = try await client.protection(of: branch, in: repository)
        #expect(protection == .rules(requiredContexts: [], hidden: nil))
      }
      #expect(try await client.protection(of: "other", in: repository) == .none)
    }
  }

  @Test func bothFormsCountTogether() async throws {
    try await withGitHub { (github, client) async throws in
      github.require(
        rulesets: [gate], protection: [.init("test"), .init("lint", appID: 15_368)],
        on: "release/1", in: "acme/api")
      let protection = try await client.protection(of: "release/1", in: repository)
      #expect(
        contexts(protection) == [
          RequiredContext(context: "ledger/merge-gate", appID: 7),
          RequiredContext(context: "test", appID: nil),
          RequiredContext(context: "lint", appID: 15_368),
        ])
      #expect(github.requests.first?.path == "/repos/acme/api/rules/branches/release%2F1")
    }
  }

  @Test func aPlanWithoutRulesIsUnenforceable() async throws {
    try await withGitHub { (github, client) async throws in
      github.setUnenforceable("acme/api")
      guard
        case .unenforceable(let message) = try await client.protection(
          of: "main", in: repository)
      else {
        Issue.record("not unenforceable")
        return
      }
      #expect(message.contains("upgrade"))
    }
  }

  private static let forbidden = FakeGitHub.Fault.status(
    403, message: "Resource not accessible by personal access token")

  @Test func aMissingPermissionHidesEverything() async throws {
    try await withGitHub { (github, client) async throws in
      github.require(protection: [gate], on: "main", in: "acme/api")
      github.fail(on: .branchRules, with: ProtectionTests.forbidden)
      github.fail(on: .branchProtection, with: ProtectionTests.forbidden)
      guard case .hidden(let reason) = try await client.protection(of: "main", in: repository)
      else {
        Issue.record("not hidden")
        return
      }
      #expect(reason.contains("administration"))
    }
  }

  @Test(arguments: [
    forbidden, FakeGitHub.Fault.status(404, message: "Not Found"),
  ])
  func aMissingPermissionHidesAPart(fault: FakeGitHub.Fault) async throws {
    try await withGitHub { (github, client) async throws in
      github.require(rulesets: [gate], protection: [.init("x")], on: "main", in: "acme/api")
      github.fail(on: .branchProtection, with: fault)
      guard
        case .rules(let contexts, let reason) = try await client.protection(
          of: "main", in: repository)
      else {
        Issue.record("no rules")
        return
      }
      #expect(contexts == [RequiredContext(context: "ledger/merge-gate", appID: 7)])
      #expect(reason != nil)
    }
  }

  @Test func aSpentLimitIsNoMissingPermission() async throws {
    try await withGitHub { (github, client) async throws in
      github.fail(on: .branchRules, with: .secondaryLimit())
      let error = await failure { () async throws(CodeHostError) in
        try await client.protection(of: "main", in: repository)
      }
      #expect(error?.kind == .unavailable(60))
    }
  }

  @Test(arguments: [FakeGitHub.Route.branchRules, .branchProtection])
  func anOddAnswerIsNoRule(route: FakeGitHub.Route) async throws {
    let odd = [
      "<html>", "7", "[{\"type\":\"required_status_checks\"}]",
      "{\"required_status_checks\":{\"checks\":[{}]}}",
    ]
    for body in odd {
      try await withGitHub { (github, client) async throws in
        github.fail(on: route, with: .answer(status: 200, headers: [:], body: body))
        let error = await failure { () async throws(CodeHostError) in
          try await client.protection(of: "main", in: repository)
        }
        #expect(error?.kind == .unavailable(nil), "\(body)")
      }
    }
  }
}
