import Gates
import Ledger
import LedgerTesting
import Reports
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct ProtectionWatchTests {
    private func withWatch(
      _ test: @escaping @Sendable (Posting, BranchHost, ProtectionWatch) async throws -> Void
    ) async throws {
      try await withPosting { posting in
        let host = BranchHost()
        let watch = ProtectionWatch(
          store: posting.parts.store, host: host, policies: posting.parts.policies,
          now: { posting.parts.clock.now }, logger: quiet)
        try await posting.service.deliver(all: [Scene.opened()])
        try await test(posting, host, watch)
      }
    }

    @Test func aBranchIsLookedAtOnceADayAndOnlyNewsIsKept() async throws {
      try await withWatch { posting, host, watch in
        host.set(.success(.unenforceable(message: "")), of: "main")
        for _ in 0..<3 { await watch.look() }
        #expect(host.calls == ["protection main"])
        let first = try await posting.entries(.protectionRead)
        #expect(first.map { $0.entry.data["state"] } == ["unenforceable"])
        #expect(
          try await posting.entries(.verdict).last?.entry.data["summary"]
            == "waiting for test, lint; not enforced by GitHub")
        posting.service.clock.advance(seconds: 86_400)
        await watch.look()
        #expect(host.calls.count == 2)
        #expect(try await posting.entries(.protectionRead).count == 1, "nothing new")
        host.set(
          .success(
            .rules(requiredContexts: [.init(context: "ledger/merge-gate", appID: 5)], hidden: nil)),
          of: "main")
        posting.service.clock.advance(seconds: 86_400)
        await watch.look()
        let last = try #require(try await posting.entries(.protectionRead).last)
        #expect(last.entry.data["contexts"] == [["name": "ledger/merge-gate", "app_id": 5]])
      }
    }

    @Test(
      arguments: [
        ("github.repository.v1", "publicized", Scene.acme.repository.id, true),
        ("github.repository.v1", "renamed", Scene.acme.repository.id, false),
        ("github.repository.v1", "privatized", 1, false),
        ("github.installation.v1", "new_permissions_accepted", nil, true),
        ("github.ruleset.v1", "edited", Scene.acme.repository.id, true),
      ] as [(String, String, Int64?, Bool)])
    func anOccasionIsLookedAtAtOnce(
      _ kind: String, _ action: String, _ repository: Int64?, _ isOne: Bool
    ) async throws {
      try await withWatch { posting, host, watch in
        await watch.look()
        let entry = try Entry(
          kind: Kind(kind), at: nil, received: noon,
          source: .github(event: "any", delivery: "d", hook: nil),
          data: ["action": .string(action), "repository_id": .optional(repository)])
        _ = try await posting.parts.store.append([Submission(entry: entry)])
        for _ in 0..<3 { await watch.look() }
        #expect(host.calls.count == (isOne ? 2 : 1))
      }
    }

    @Test func aRefusalIsNotRepeatedAndAnOutageIs() async throws {
      try await withWatch { posting, host, watch in
        host.fail(.refuse(.unavailable(after: 90, reason: "503")))
        for _ in 0..<3 { await watch.look() }
        #expect(host.calls.count == 1, "it waits as long as it was told to")
        posting.service.clock.advance(seconds: 91)
        host.fail(.refuse(.refused(status: 403, reason: "")))
        for _ in 0..<3 { await watch.look() }
        #expect(host.calls.count == 2)
        let reads = try await posting.entries(.protectionRead)
        #expect(reads.isEmpty)
      }
    }

    @Test(
      arguments: [
        (String(repeating: "n", count: 200), ["hidden", "unenforceable"]),
        ("a\u{0}", ["unenforceable"]),
      ])
    func whatNoEntryCanHoldKeepsNoOtherBranchWaiting(
      _ name: String, _ states: [String]
    ) async throws {
      try await withWatch { posting, host, watch in
        try await guardNext(posting)
        let contexts = (0..<500).map {
          RequiredContext(context: "\($0)\(name)", appID: 5)
        }
        host.set(.success(.rules(requiredContexts: contexts, hidden: nil)), of: "main")
        host.set(.success(.unenforceable(message: "")), of: "next")
        for _ in 0..<3 { await watch.look() }
        #expect(host.calls == ["protection main", "protection next"])
        let reads = try await posting.entries(.protectionRead)
        #expect(reads.compactMap { $0.entry.data["state"]?.string } == states)
      }
    }

    /// Another branch beside `main`.
    private func guardNext(_ posting: Posting) async throws {
      try await guardBranches(["main", "next"], posting)
      try await propose(9, into: "next", posting)
    }

    private func guardBranches(_ names: [String], _ posting: Posting) async throws {
      var gate = Scene.policy
      gate.branches = names.map { BranchPattern($0) }
      let policy = try Policy(merge: gate, confirmation: .github).entry(received: noon)
      _ = try await posting.parts.store.append([Submission(entry: policy)])
    }

    private func propose(_ number: Int64, into branch: String, _ posting: Posting) async throws {
      var pull = Scene.pull(number, head: Derived.commit("pull \(number)"))
      pull.baseRef = branch
      try await posting.service.deliver(all: [
        Scene.acme.pullRequest("opened", pull, by: Scene.mia)
      ])
    }

    /// Two spellings of a letter are two branches, and two checks.
    @Test func aBranchThatIsSpelledOtherwiseIsLookedAtToo() async throws {
      try await withWatch { posting, host, watch in
        let names = ["caf\u{E9}", "cafe\u{301}"]
        try await guardBranches(names, posting)
        for (number, name) in names.enumerated() {
          try await propose(Int64(20 + number), into: name, posting)
          for _ in 0..<3 { await watch.look() }
        }
        let seen = host.calls.map { Array($0.utf8) }
        #expect(seen == names.map { Array("protection \($0)".utf8) })
      }
    }

    @Test func aCheckThatIsSpelledOtherwiseIsNews() async throws {
      try await withWatch { posting, host, watch in
        for name in ["caf\u{E9}", "cafe\u{301}", "cafe\u{301}"] {
          host.set(
            .success(.rules(requiredContexts: [.init(context: name, appID: 5)], hidden: nil)),
            of: "main")
          await watch.look()
          posting.service.clock.advance(seconds: 86_400)
        }
        let reads = try await posting.entries(.protectionRead)
        #expect(host.calls.count == 3 && reads.count == 2)
      }
    }

    @Test func aBranchWithoutAnAnswerKeepsNoOtherBranchWaiting() async throws {
      try await withWatch { posting, host, watch in
        try await guardNext(posting)
        host.set(.failure(.unavailable(after: nil, reason: "502")), of: "main")
        host.set(.success(.unenforceable(message: "")), of: "next")
        for _ in 0..<3 { await watch.look() }
        #expect(host.calls == ["protection main", "protection next"])
        var calls: [Int] = []
        for _ in 0..<2 {
          posting.service.clock.advance(seconds: 60)
          await watch.look()
          calls.append(host.calls.count)
        }
        #expect(calls == [3, 3], "each time it waits twice as long")
        host.set(.success(.none), of: "main")
        posting.service.clock.advance(seconds: 60)
        for _ in 0..<3 { await watch.look() }
        #expect(host.calls.suffix(2) == ["protection main", "protection main"])
        let reads = try await posting.entries(.protectionRead)
        #expect(reads.compactMap { $0.entry.data["state"]?.string } == ["unenforceable", "none"])
      }
    }

    @Test func aBranchThatNothingGuardsIsNotLookedAt() async throws {
      try await withWatch { posting, host, watch in
        var pull = Scene.pull(9, head: Derived.commit("stacked"))
        pull.baseRef = "feature"
        try await posting.service.deliver(all: [
          Scene.acme.pullRequest("opened", pull, by: Scene.mia)
        ])
        await watch.look()
        #expect(host.calls == ["protection main"])
      }
    }

    @Test(arguments: [
      (
        Protection.unenforceable(message: ""), "warning",
        "GitHub cannot enforce the gate for acme/api (private repository on the free plan): "
          + "merges are detected, not blocked"
      ),
      (.none, "warning", "the gate is not a required check on main of acme/api"),
      (
        .rules(requiredContexts: [.init(context: "test", appID: 5)], hidden: nil), "warning",
        "the gate is not a required check on main of acme/api"
      ),
      (
        .rules(requiredContexts: [.init(context: "ledger/merge-gate", appID: nil)], hidden: nil),
        "warning",
        "the gate is required but of any App on main of acme/api"
      ),
      (
        .rules(requiredContexts: [.init(context: "ledger/merge-gate", appID: 5)], hidden: nil),
        "ok",
        "GitHub itself holds the gate's branches to it"
      ),
      (
        .hidden(reason: "administration: read is missing"), "warning",
        "what GitHub demands of main of acme/api cannot be seen: administration: read is missing"
      ),
    ])
    func theDoctorSaysIt(_ seen: Protection, _ state: String, _ detail: String) async throws {
      try await withWatch { posting, host, watch in
        host.set(.success(seen), of: "main")
        #expect(try await check("enforcement", posting) == nil, "nobody looked yet")
        await watch.look()
        let check = try #require(try await check("enforcement", posting))
        #expect(check["state"]?.string == state && check["detail"]?.string == detail)
        #expect((check["hint"]?.string == nil) == (state == "ok"))
      }
    }

    @Test("G45 the doctor says where the App is out of reach")
    func theDoctorSaysWhereTheAppIsOutOfReach() async throws {
      try await withWatch { posting, _, _ in
        func tell(_ kind: Kind, _ data: [String: JSON]) async throws {
          let entry = try Entry(
            kind: kind, at: nil, received: noon,
            source: .github(event: "any", delivery: "d", hook: nil), data: .object(data))
          _ = try await posting.parts.store.append([Submission(entry: entry)])
        }
        let account = Scene.mia.id
        #expect(try await check("installation", posting) == nil)
        try await tell(
          .installation,
          ["action": "created", "installation_id": 4, "account": .int(account)])
        #expect(try await check("installation", posting)?["state"] == "ok")
        try await tell(
          .installation,
          ["action": "suspend", "installation_id": 4, "account": .int(account)])
        let suspended = try await check("installation", posting)
        #expect(suspended?["state"] == "problem")
        #expect(suspended?["detail"] == "the App is suspended for mia")
        try await tell(
          .installation,
          ["action": "unsuspend", "installation_id": 4, "account": .int(account)])
        try await tell(
          .installationRepositories,
          [
            "action": "removed", "installation_id": 4, "added": [],
            "removed": [.int(Scene.acme.repository.id)],
          ])
        #expect(
          try await check("installation", posting)?["detail"]
            == "the App no longer reaches acme/api")
      }
    }

    private func check(_ name: String, _ posting: Posting) async throws -> JSON? {
      let answer = try await posting.parts.store.read {
        try Questions.answer("doctor", [], reading: $0, now: noon)
      }
      return answer["checks"]?.array?.first { $0["name"]?.string == name }
    }
  }
}
