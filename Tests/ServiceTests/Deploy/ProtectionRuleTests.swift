import Foundation
import Gates
import Ledger
import LedgerTesting
import SQLiteStore
import Synchronization
import Testing

@testable import Service

/// Keeps what it was told to answer.
private final class Errands: ErrandHost {
  struct Told: Equatable {
    let state: DeploymentAnswer.State?
    let environment: String
    let run: Int64
    let length: Int
  }

  let error: CodeHostError?
  private let left: Mutex<Int>
  private let all = Mutex<[Told]>([])
  var told: [Told] { all.withLock { $0 } }

  /// - Parameter times: how often it throws before it takes an answer.
  init(error: CodeHostError? = nil, times: Int = .max) {
    self.error = error
    left = Mutex(times)
  }

  func answer(
    _ answer: DeploymentAnswer, in repository: RepositoryRow
  ) async throws(CodeHostError) {
    all.withLock {
      $0.append(
        Told(
          state: answer.state, environment: answer.environment, run: answer.run,
          length: answer.comment.count))
    }
    let fails = left.withLock { left in
      left -= 1
      return left >= 0
    }
    if let error, fails { throw error }
  }

  func comment(
    on pull: Int64, in repository: RepositoryRow, _ text: String
  ) async throws(CodeHostError) {}
  func hasComment(
    containing marker: String, on pull: Int64, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Bool { false }
  func openIssue(
    _ title: String, _ text: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Int64 { 0 }
  func issue(
    containing marker: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Int64? { nil }
}

/// One hour east, all the year.
private struct Lagos: TimeZones {
  func offset(of zone: String, at instant: Instant) -> Int64? {
    zone == "Africa/Lagos" ? 3_600 : OnlyUTC().offset(of: zone, at: instant)
  }
}

extension ServiceTests {
  @Suite struct ProtectionRuleTests {
    private static let scene = DeployScene.entries

    /// Carries out what is due, once.
    private func work(
      _ parts: Parts, _ errands: Errands, host: IdleHost = IdleHost()
    ) async throws {
      let effects = Effects(
        store: parts.store, host: host, policies: parts.policies, publicURL: nil,
        now: { parts.clock.now }, errands: errands)
      for due in try await parts.store.read({ try $0.dueRuleAnswers(limit: 10) }) {
        _ = try await effects.carryOut(.rule(due), isUncertain: false)
      }
    }

    @Test(arguments: [true, false])
    func gitHubIsAnsweredOnce(_ isBuilt: Bool) async throws {
      try await withParts(Setup()) { parts in
        try await DeployScene.begin(DeployScene.policy(ImageRecordedRule()), in: parts.store)
        if isBuilt { try await DeployScene.tell(parts.store, Self.scene.image()) }
        let errands = Errands()
        try await DeployScene.tell(
          parts.store, Self.scene.entry(.protectionRuleRequest, at: 1))
        try await work(parts, errands)
        try await work(parts, errands)
        #expect(errands.told.map(\.state) == [isBuilt ? .approved : .rejected])
        #expect(errands.told[0].environment == "production")
        #expect(errands.told[0].run == ChainEntries.run)
        #expect((1...1_024).contains(errands.told[0].length))
        // The same request once more: GitHub waits again for the same answer.
        try await DeployScene.tell(
          parts.store, Self.scene.entry(.protectionRuleRequest, at: 2))
        try await work(parts, errands)
        #expect(errands.told.count == 2)
        #expect(
          try await parts.store.read { try $0.entries(from: 0, limit: 0, kind: .deployVerdict) }
            .count == 1)
      }
    }

    /// A job that waits for a soak gets a note, and its answer when the time has come.
    @Test func timeAloneIsWatched() async throws {
      try await withParts(Setup()) { parts in
        let policy = DeployScene.policy(OrderRule(after: "staging", soak: 600))
        try await DeployScene.begin(policy, in: parts.store)
        try await DeployScene.tell(
          parts.store, Self.scene.image(), Self.scene.succeeded(in: "staging", at: 60))
        parts.clock.advance(seconds: 120)
        let errands = Errands()
        try await DeployScene.tell(
          parts.store, Self.scene.entry(.protectionRuleRequest, at: 120))
        try await work(parts, errands)
        #expect(errands.told.map(\.state) == [nil])
        let watch = RuleWatch(
          store: parts.store, gate: DeployGate(parts.policies), now: { parts.clock.now },
          logger: quiet)
        #expect(try await watch.look() == 0)
        parts.clock.advance(seconds: 1_000)
        #expect(try await watch.look() == 1)
        try await work(parts, errands)
        #expect(errands.told.map(\.state) == [nil, .approved])
        #expect(try await watch.look() == 0)
      }
    }

    /// A freeze of the zone that is over: the store knows that, and so does who tells GitHub.
    private static func zoned() throws -> Policy {
      var reader = ConfigReader(zones: Lagos())
      let window: JSON = [
        "from": "2020-01-01T00:00", "until": "2020-01-02T00:00", "zone": "Africa/Lagos",
      ]
      let freeze = try #require(
        FreezeRule.read(ConfigNode(.array([window])), "freeze", &reader))
      return DeployScene.policy(freeze)
    }

    private static func directory() throws -> URL {
      let url = FileManager.default.temporaryDirectory
        .appending(path: "ledger-zoned-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      return url
    }

    /// While GitHub is down, each attempt looks again and asks for nothing.
    @Test func aZonedFreezeIsNotAskedAboutAgain() async throws {
      try await withParts(Setup()) { parts in
        let (policies, directory) = (Policies(), try Self.directory())
        let store = try SQLiteLedger(
          path: directory.appending(path: "ledger.sqlite").path,
          reactor: Gatehouse(policies, zones: Lagos()), now: { parts.clock.now })
        try await DeployScene.begin(Self.zoned(), in: store)
        try await DeployScene.tell(store, Self.scene.entry(.protectionRuleRequest, at: 1))
        let errands = Errands(error: .unavailable(after: nil, reason: "down"))
        let effects = Effects(
          store: store, host: IdleHost(), policies: policies, zones: Lagos(), publicURL: nil,
          now: { parts.clock.now }, errands: errands)
        for _ in 0..<3 {
          let due = try #require(try await store.read { try $0.dueRuleAnswers(limit: 1).first })
          #expect(due.state == "approved")
          _ = try await effects.carryOut(.rule(due), isUncertain: false)
        }
        #expect(errands.told.map(\.state) == [.approved, .approved, .approved])
        let asked = try await store.read { try $0.entries(from: 0, limit: 0, kind: .deployAsked) }
        #expect(asked.isEmpty)
        try await store.close()
        try FileManager.default.removeItem(at: directory)
      }
    }

    /// An approval that GitHub did not get yet is no approval for ever.
    @Test(arguments: [true, false])
    func whatIsWantedIsDecidedAgain(_ isWatched: Bool) async throws {
      try await withParts(Setup()) { parts in
        let scan = ScanRule(failOn: "high", tools: ["trivy"], maximumAge: 600)
        try await DeployScene.begin(DeployScene.policy(scan), in: parts.store)
        let source = Source.workflow(DeployEntries.job(key: "scan"))
        try await DeployScene.tell(
          parts.store, Self.scene.image(),
          ChainEntries(start: noon).entry(
            .scanRecorded, ["high": 0, "scanned_at": Self.scene.at(0)], at: 1, source: source),
          Self.scene.entry(.protectionRuleRequest, at: 2))
        let wanted = try await parts.store.read { try $0.dueRuleAnswers(limit: 9) }
        #expect(wanted.map(\.state) == ["approved"])
        parts.clock.advance(seconds: 1_000)
        let errands = Errands()
        if isWatched {
          let watch = RuleWatch(
            store: parts.store, gate: DeployGate(parts.policies), now: { parts.clock.now },
            logger: quiet)
          #expect(try await watch.look() == 1)
        } else {
          try await work(parts, errands)
          #expect(errands.told.isEmpty)
        }
        try await work(parts, errands)
        #expect(errands.told.map(\.state) == [.rejected])
      }
    }

    /// Also when GitHub takes no more notes, an approval of an earlier request is taken back.
    @Test func anOldApprovalIsNeverDueAgain() async throws {
      try await withParts(Setup()) { parts in
        let order = DeployScene.policy(OrderRule(after: "staging", soak: 600))
        try await DeployScene.begin(order, in: parts.store)
        try await DeployScene.tell(
          parts.store, Self.scene.image(), Self.scene.succeeded(in: "staging", at: 0),
          Self.scene.entry(.protectionRuleRequest, at: 2))
        let errands = Errands()
        for round in 1...6 {
          parts.clock.advance(seconds: 10_000)
          let next = Int64(round) * 10
          try await DeployScene.tell(
            parts.store, Self.scene.entry(.protectionRuleRequest, at: next))
          try await work(parts, errands)
          // Something else runs there, and then this one again.
          try await DeployScene.tell(
            parts.store,
            Self.scene.succeeded(
              in: "staging", at: next, sha: DeployEntries.head,
              digest: Derived.digest("another"), id: next))
          let late = Int64(round) * 10_000 + 5
          try await DeployScene.tell(
            parts.store, Self.scene.succeeded(in: "staging", at: late, id: 1_000 + next),
            Self.scene.entry(.protectionRuleRequest, at: late))
          let due = try await parts.store.read { try $0.dueRuleAnswers(limit: 9) }
          let last = try await parts.store.read {
            try $0.entries(from: 0, limit: 0, kind: .deployVerdict).last
          }
          #expect(due.allSatisfy { $0.verdict == last?.index })
          #expect(last?.entry.data["post"] != .null)
        }
      }
    }

    /// Evidence that comes while the job waits answers it.
    @Test func evidenceIsWatched() async throws {
      try await withParts(Setup()) { parts in
        try await DeployScene.begin(DeployScene.policy(ApprovalsRule(count: 1)), in: parts.store)
        try await DeployScene.tell(
          parts.store, Self.scene.merged(at: 1), Self.scene.entry(.protectionRuleRequest, at: 2))
        let errands = Errands()
        try await work(parts, errands)
        try await DeployScene.tell(parts.store, Self.scene.entry(.pullRequestReview, at: 3))
        try await work(parts, errands)
        #expect(errands.told.map(\.state) == [nil, .approved])
      }
    }

    private func answered(_ parts: Parts) async throws -> [JSON?] {
      try await parts.store.read { try $0.entries(from: 0, limit: 0, kind: .ruleAnswered) }
        .map { $0.entry.data["note"] }
    }

    /// A 404 may be the installation's that was asked for first: nothing was answered then.
    @Test func a404BeforeTheAnswerIsNoAnswer() async throws {
      try await withParts(Setup()) { parts in
        try await DeployScene.begin(DeployScene.policy(ImageRecordedRule()), in: parts.store)
        try await DeployScene.tell(parts.store, Self.scene.entry(.protectionRuleRequest, at: 1))
        let hidden = Errands(error: .refused(status: 404, reason: "not installed"))
        for _ in 0..<2 { try await work(parts, hidden, host: IdleHost(isHidden: true)) }
        #expect(hidden.told.count == 2)
        #expect(try await answered(parts).isEmpty)
        let once = Errands(error: .refused(status: 404, reason: "not installed"), times: 1)
        for _ in 0..<2 { try await work(parts, once) }
        #expect(once.told.count == 2, "one that was not sent, and one answer")
        #expect(try await answered(parts) == [.null])
      }
    }

    /// GitHub lets no job wait longer than 30 days.
    @Test(arguments: [(30.0, false), (31.0, true)])
    func nobodyWaitsForEver(_ days: Double, _ isOver: Bool) async throws {
      try await withParts(Setup()) { parts in
        try await DeployScene.begin(DeployScene.policy(ImageRecordedRule()), in: parts.store)
        try await DeployScene.tell(parts.store, Self.scene.entry(.protectionRuleRequest, at: 1))
        let first = try await parts.store.read { tables in
          try tables.newest(.protectionRuleRequest)?.entry.received
        }
        let end = try #require(first).adding(seconds: days * 86_400)
        parts.clock.advance(seconds: end.seconds(since: parts.clock.now))
        let hidden = Errands(error: .refused(status: 404, reason: "not installed"))
        try await work(parts, hidden, host: IdleHost(isHidden: true))
        #expect(try await answered(parts) == (isOver ? [.string("404 not installed")] : []))
      }
    }

    /// Its job may wait elsewhere; by this name another repository would be told.
    @Test(arguments: [(30.0, false), (31.0, true)])
    func whatHasNoNameOfItsOwnEndsToo(_ days: Double, _ isOver: Bool) async throws {
      try await withParts(Setup()) { parts in
        try await DeployScene.begin(DeployScene.policy(ImageRecordedRule()), in: parts.store)
        try await DeployScene.tell(
          parts.store, Self.scene.entry(.protectionRuleRequest, at: 1),
          Self.scene.entry(
            .push, ["repository_id": .int(DeployEntries.repository + 1)], at: 2))
        let first = try await parts.store.read { tables in
          try tables.newest(.protectionRuleRequest)?.entry.received
        }
        let end = try #require(first).adding(seconds: days * 86_400)
        parts.clock.advance(seconds: end.seconds(since: parts.clock.now))
        let errands = Errands()
        for _ in 0..<2 { try await work(parts, errands) }
        #expect(errands.told.isEmpty)
        #expect(try await answered(parts) == (isOver ? [.string(Effects.anothersName)] : []))
      }
    }

    @Test(arguments: [
      (404, true), (409, true), (410, true), (422, true), (0, false), (301, false), (400, false),
      (401, false), (403, false),
    ])
    func onlyARefusalOfTheAnswerItselfIsFinal(_ status: Int, _ isFinal: Bool) async throws {
      try await withParts(Setup()) { parts in
        try await DeployScene.begin(DeployScene.policy(ImageRecordedRule()), in: parts.store)
        try await DeployScene.tell(parts.store, Self.scene.entry(.protectionRuleRequest, at: 1))
        let errands = Errands(error: .refused(status: status, reason: "no"))
        for _ in 0..<2 { try await work(parts, errands) }
        #expect(errands.told.count == (isFinal && status != 404 ? 1 : 2))
        #expect(try await answered(parts) == (isFinal ? [.string("\(status) no")] : []))
      }
    }

    @Test func aRunThatIsOverIsNotToldAgain() async throws {
      try await withParts(Setup()) { parts in
        try await DeployScene.begin(DeployScene.policy(ImageRecordedRule()), in: parts.store)
        try await DeployScene.tell(
          parts.store, Self.scene.entry(.protectionRuleRequest, at: 1))
        let errands = Errands(error: .refused(status: 422, reason: "it is over"))
        try await work(parts, errands)
        try await work(parts, errands)
        #expect(errands.told.count == 1)
        let forbidden = Errands(error: .refused(status: 403, reason: "no permission"))
        try await DeployScene.tell(
          parts.store, Self.scene.entry(.protectionRuleRequest, at: 2))
        try await work(parts, forbidden)
        try await work(parts, forbidden)
        #expect(forbidden.told.count == 2)
      }
    }
  }
}
