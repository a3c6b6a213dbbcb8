import Ledger
import LedgerTesting
import Reports
import Testing

@testable import Service

extension ServiceTests {
  /// What a teardown report rests on, beside lists of resources.
  @Suite struct InventoryAPITests {
    private static let other = Derived.commit("another head")

    /// One pull request that was merged in order, one with a lint that failed, a push past both, and
    /// two deployments of them.
    private static var story: [WebhookDelivery] {
      let at = noon.adding(seconds: 700)
      let bypass = Scene.pull(8, head: other)
        .merged(by: Scene.mia, at: at, as: Derived.commit("another merge"))
      return [
        Scene.triggered, Scene.opened(), Scene.ended("test"), Scene.ended("lint"), Scene.merged,
        Scene.opened(8, head: other), Scene.ended("test", head: other),
        Scene.ended("lint", "failure", head: other),
        Scene.acme.pullRequest("closed", bypass, by: Scene.mia),
        Scene.deployment(1, to: "production"), Scene.deployment(2, to: "staging"),
      ]
    }

    /// It reads most of the log: many at once would fill the memory.
    @Test func onlySoManyAreMadeAtOnce() async throws {
      try await withParts(Setup()) { parts in
        let seats = Seats(count: 1)
        let api = QuestionsAPI(parts.service, InventoryQuestion.name, seats: seats)
        let route = Route(
          method: .get, path: "/v1/inventory", access: .token(.read), handler: api.answer)
        try await withRouter(parts, Routes.router(parts.service, [route])) { service in
          let token = try await service.token(.read)
          let path = "/v1/inventory?environment=production"
          let other = seats.take()
          let busy = try await service.get(path, token: token)
          #expect(try busy.problem(503) == "busy")
          other?.leave()
          for _ in 0..<2 {
            #expect(try await service.get(path, token: token).status == 200)
          }
        }
      }
    }

    private func withSummary(
      _ environment: String = "production", _ test: @Sendable (JSON) throws -> Void
    ) async throws {
      try await withService { service in
        try await service.deliver(all: Self.story)
        let token = try await service.token(.read)
        let answer = try await service.get(
          "/v1/inventory?environment=\(environment)", token: token)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(try answer.json["people"] == ["7001": "mia"])
        try test(try #require(try answer.json["summary"]))
      }
    }

    @Test func mergesAreNamedThatTheGateDidNotAllow() async throws {
      try await withSummary { summary in
        #expect(summary.at("merges", "total") == 2)
        #expect(summary.at("merges", "outcomes") == ["verified": 1, "bypass": 1])
        let named = try #require(summary["ungated"]?.array)
        #expect(named.count == 1)
        #expect(named.first?["pull"] == 8)
        #expect(named.first?["repository"] == "acme/api")
        #expect(named.first?["actor"] == 7_001)
        #expect(named.first?["reason"]?.string?.contains("lint") == true)
      }
    }

    @Test func lintAndTestAreEvidence() async throws {
      try await withSummary { summary in
        #expect(
          summary["checks"] == [
            ["name": "bandit", "required": false, "outcomes": ["missing": 2]],
            ["name": "lint", "required": true, "outcomes": ["success": 1, "failure": 1]],
            ["name": "test", "required": true, "outcomes": ["success": 2]],
          ])
      }
    }

    @Test func deploymentsAreThoseOfTheEnvironment() async throws {
      try await withSummary { #expect($0.at("deployments", "total") == 1) }
      try await withSummary("nowhere") { #expect($0.at("deployments", "total") == 0) }
    }

    private static func push(_ number: Int, commits: [Double], at: Double) -> WebhookDelivery {
      let commits = commits.enumerated().map { place, seconds in
        Deliveries.Commit(
          sha: Derived.commit("commit \(number) \(place)"), message: "x", author: Scene.mia,
          at: noon.adding(seconds: seconds))
      }
      return Scene.acme.push(
        Deliveries.Push(
          ref: "refs/heads/work", before: Derived.commit("before \(number)"),
          after: commits.last?.sha ?? Derived.commit("after \(number)"), commits: commits,
          at: noon.adding(seconds: at)), by: Scene.mia)
    }

    private static func deployed(_ number: Int64, at seconds: Double) -> WebhookDelivery {
      let deployment = Deliveries.Deployment(
        id: number, sha: Derived.commit("deploy"), environment: "production", creator: Scene.mia,
        createdAt: noon.adding(seconds: seconds - 60))
      return Scene.acme.deploymentStatus(
        Deliveries.DeploymentStatus(
          id: number, state: "success", of: deployment, createdAt: noon.adding(seconds: seconds)))
    }

    /// The first commit is not the first that was pushed, and pushes after the first deployment
    /// lead to others.
    @Test(
      arguments: [
        ([push(1, commits: [], at: 100)], 500),
        ([push(1, commits: [-300, -900], at: 0), push(2, commits: [-1_200], at: 100)], 1_800),
        ([push(1, commits: [-300], at: 0), push(2, commits: [], at: 100)], 900),
      ] as [([WebhookDelivery], Int64)])
    func theFirstDeploymentIsTimedFromTheFirstCommit(
      pushes: [WebhookDelivery], seconds: Int64
    ) async throws {
      try await withService { service in
        try await service.deliver(
          all: pushes + [
            Self.deployed(1, at: 600), Self.push(9, commits: [-9_000], at: 700),
            Self.deployed(2, at: 800),
          ])
        let token = try await service.token(.read)
        let summary = try await service.get("/v1/inventory?environment=production", token: token)
          .json["summary"]
        #expect(summary?["seconds_to_first_deploy"] == .int(seconds))
        #expect(summary?["first_deploy"] == .string(noon.adding(seconds: 600).description))
        #expect(
          summary?["first_commit"]
            == .string(noon.adding(seconds: Double(600 - seconds)).description))
      }
    }

    /// Where no gate looks, checks count that had ended when it was merged.
    @Test func withoutAGateTheChecksThemselvesAreEvidence() async throws {
      try await withService { service in
        let late = Scene.acme.pullRequest(
          "closed",
          Deliveries.PullRequest(
            id: 2_100_000_009, number: 9, title: "x", author: Scene.mia, headRef: "x",
            headSHA: Scene.head, baseRef: "wild", baseSHA: Derived.commit("base"), createdAt: noon
          ).merged(by: Scene.mia, at: noon.adding(seconds: 90), as: Derived.commit("wild")),
          by: Scene.mia)
        try await service.deliver(
          all: [Scene.ended("test"), Scene.ended("lint", "failure", attempt: 1), late])
        let token = try await service.token(.read)
        let summary = try await service.get("/v1/inventory?environment=dev", token: token)
          .json["summary"]
        #expect(
          summary?["checks"] == [["name": "test", "required": nil, "outcomes": ["success": 1]]])
        #expect(summary?["ungated"]?.array?.first?["outcome"] == "unknown")
      }
    }
  }
}
