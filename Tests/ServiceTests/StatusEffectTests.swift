import Gates
import Ledger
import LedgerTesting
import Synchronization
import Testing

@testable import Service

/// An App that remembers what it was told to post.
private final class CheckRunHost: QuietHost {
  static let app: Int64 = 7_700
  static let made: Int64 = 900

  private struct State {
    var replaced: [Int64?] = []
    var answers: [CodeHostError?]
  }

  let form = Posted.Form.checkRun
  private let state: Mutex<State>

  /// Where it may not look it says 404, as GitHub does.
  private let isHidden: Bool

  /// - Parameter answers: to the first posts, one after the other; `nil` takes it, as all later ones.
  init(_ answers: [CodeHostError?] = [], isHidden: Bool = false) {
    state = Mutex(State(answers: answers))
    self.isHidden = isHidden
  }

  /// Of each post the check run that it was to change; `nil` for a new one.
  var replaced: [Int64?] { state.withLock { $0.replaced } }

  func post(
    _ status: CommitStatus, replacing id: Int64?, to sha: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Posted {
    let refusal = state.withLock { state -> CodeHostError? in
      state.replaced.append(id)
      return state.answers.isEmpty ? nil : state.answers.removeFirst()
    }
    if let refusal { throw refusal }
    return Posted(id: id ?? Self.made, form: .checkRun, reporter: Self.app)
  }

  func shown(
    of sha: String, in repository: RepositoryRow, context: String
  ) async throws(CodeHostError) -> Shown? {
    if isHidden { throw .refused(status: 404, reason: "no such thing there") }
    return nil
  }
}

extension ServiceTests {
  @Suite struct StatusEffectTests {
    /// A check run of an App that the log knows.
    struct Known: Sendable {
      let id: Int64
      let app: Int64
      var head = Scene.head
    }

    struct Change: Sendable, CustomTestStringConvertible {
      let testDescription: String
      /// In the order of posting.
      let known: [Known]
      var answers: [CodeHostError?] = []
      let replaced: [Int64?]
    }

    private static let foreign = CodeHostError.refused(
      status: 403, reason: "can only be modified by the GitHub App that created it")
    private static let gone = CodeHostError.refused(status: 404, reason: "no such thing there")

    static let changes = [
      Change(testDescription: "nothing is there", known: [], replaced: [nil]),
      Change(
        testDescription: "our own", known: [Known(id: 5, app: CheckRunHost.app)], replaced: [5]),
      Change(
        testDescription: "our own, dropped by GitHub",
        known: [Known(id: 5, app: CheckRunHost.app)], answers: [gone], replaced: [5, nil]),
      Change(
        testDescription: "another App's, and we posted since",
        known: [
          Known(id: 5, app: 1),
          Known(id: 6, app: CheckRunHost.app, head: Derived.commit("other")),
        ], replaced: [nil]),
      Change(
        testDescription: "another App's, in whose place we came just now",
        known: [Known(id: 5, app: 1)], answers: [foreign], replaced: [5, nil]),
    ]

    @Test(arguments: changes)
    func aCheckRunOfAnotherAppIsNotChanged(_ change: Change) async throws {
      try await withDue { service, effects in
        for known in change.known { try await post(known, in: service.store) }
        let host = CheckRunHost(change.answers)
        #expect(try await carryOut(effects(host), service) == .done)
        #expect(host.replaced == change.replaced)
        let data = try #require(
          try await service.store.read { try $0.newest(.statusPosted)?.entry.data })
        #expect(data["reporter"]?.int == CheckRunHost.app)
        #expect(data["status_id"]?.int == (change.replaced.last ?? nil) ?? CheckRunHost.made)
        #expect(try await due(service) == nil)
      }
    }

    @Test(arguments: [
      (404, true), (410, true), (422, true), (403, false), (401, false), (0, false),
    ])
    func aRefusalForGoodIsToldApart(_ status: Int, _ isForGood: Bool) async throws {
      try await withDue { (service, effects) async throws in
        let host = CheckRunHost([.refused(status: status, reason: "no")])
        #expect(try await isRefusedForGood(effects(host), service) == isForGood)
        #expect(host.replaced == [nil])
      }
    }

    /// A 404 may mean that we have no part in it any more: that can be mended, unless it is gone.
    @Test func whatIsHiddenIsRefusedForGoodOnlyOnceItIsGone() async throws {
      try await withDue { service, effects in
        for isForGood in [false, true] {
          if isForGood { _ = try await service.deliver(GoneRepositoryTests.deleted) }
          let host = CheckRunHost([.refused(status: 404, reason: "no")], isHidden: true)
          #expect(try await isRefusedForGood(effects(host), service) == isForGood)
        }
      }
    }

    /// GitHub says 403 to whoever writes to it.
    @Test func anArchivedRepositoryRefusesForGood() async throws {
      try await withDue { service, effects in
        for (action, isForGood) in [("archived", true), ("unarchived", false)] {
          try await service.deliver(all: [Scene.acme.repositoryChange(action, by: Scene.mia)])
          let host = CheckRunHost([.refused(status: 403, reason: "read-only")])
          #expect(try await isRefusedForGood(effects(host), service) == isForGood)
        }
      }
    }

    // MARK: parts

    /// A pull request was opened, and its status is due.
    private func withDue(
      _ test:
        @escaping @Sendable (TestService, @Sendable (CheckRunHost) -> Effects) async throws -> Void
    ) async throws {
      try await withParts(Setup(confirmation: .github)) { parts in
        try await withRouter(parts) { service in
          try await service.deliver(all: [Scene.opened()])
          try await test(service) { host in
            Effects(
              store: parts.store, host: host, policies: parts.policies, publicURL: nil,
              now: parts.service.now)
          }
        }
      }
    }

    private func post(_ known: Known, in store: any LedgerStore) async throws {
      let entry = try Entry(
        kind: .statusPosted, at: nil, received: noon, source: .githubAPI,
        data: [
          "repository_id": .int(Scene.acme.repository.id), "head_sha": .string(known.head),
          "context": "ledger/merge-gate", "state": "pending", "description": "earlier",
          "verdict": 0, "status_id": .int(known.id), "form": "check_run",
          "reporter": .int(known.app),
        ])
      _ = try await store.append([Submission(entry: entry)])
    }

    private func due(_ service: TestService) async throws -> DueStatus? {
      try await service.store.read { try $0.dueStatuses(limit: 1).first }
    }

    private func carryOut(
      _ effects: Effects, _ service: TestService
    ) async throws -> Effects.Outcome {
      try await effects.carryOut(.status(try #require(try await due(service))), isUncertain: false)
    }

    private func isRefusedForGood(_ effects: Effects, _ service: TestService) async throws -> Bool {
      do {
        let outcome = try await carryOut(effects, service)
        guard case .refused = outcome else { throw StoreError.failed("\(outcome)") }
        return false
      } catch is StatusRefused { return true }
    }
  }
}
