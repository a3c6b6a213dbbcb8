import Gates
import Ledger
import Testing

/// A gate that says no, and somebody who lets it pass.
@Suite struct OverrideTests {
  /// test passed, lint is missing, docs failed.
  private func blocked(_ confirmation: Policy.Confirmation = .webhooks) throws -> Desk {
    let desk = try Desk(
      MergePolicy(.run("test"), .run("lint"), .run("docs")), confirmation: confirmation)
    try desk.tell(Pull().entry())
    try desk.tell(.check(.ended("success")))
    try desk.tell(.check(.ended("failure", "docs", run: 2)))
    return desk
  }

  /// Made at second 2,000 of the ledger's clock.
  @discardableResult
  private func override(
    _ desk: Desk, _ reference: OverrideRequest.Reference = pull, reason: String = "hotfix",
    seconds: Int64 = 3_600, at second: Int64 = 2_000
  ) throws -> Stored {
    let request = try OverrideRequest(reference: reference, reason: reason, seconds: seconds)
    let entry = try request.entry(
      reading: desk.ledger, by: "oncall", source: .token("oncall", key: nil), now: moment(second))
    let index = try desk.ledger.size()
    try desk.tell(entry)
    return try #require(try desk.ledger.entry(at: index))
  }

  private static let pull = OverrideRequest.Reference.pull(repository: "acme/api", number: 7)

  private func refusal(_ body: () throws -> Void) throws -> OverrideRefusal? {
    do {
      try body()
      return nil
    } catch let refusal as OverrideRefusal { return refusal }
  }

  private func verdict(_ desk: Desk) throws -> JSON {
    let index = try #require(try desk.last?.entry)
    return try #require(try desk.ledger.entry(at: index)).data
  }

  // MARK: what it does

  @Test(arguments: [Policy.Confirmation.webhooks, .github])
  func aDenyBecomesAnAllow(_ confirmation: Policy.Confirmation) throws {
    let desk = try blocked(confirmation)
    #expect(try desk.last?.state == "deny")
    let before = try verdict(desk)["findings"]
    let made = try override(desk)
    let after = try verdict(desk)
    #expect(after["state"] == "allow")
    let time = moment(5_600).description.dropFirst(11).prefix(5)
    #expect(
      after["summary"]
        == .string(
          "allowed by override until \(time)Z: hotfix (1 of 3 passed at \(head.prefix(7)))"))
    #expect(after["override"] == .int(made.index))
    #expect(after["findings"] == before)
    if confirmation == .github { #expect(after.at("post", "state") == "success") }
    #expect(made.data["decision"] == after["replaces"])
    #expect(made.data["expires_at"] == .string(moment(5_600).description))
    #expect(made.data["by"] == "oncall")
  }

  @Test func aPendingOneToo() throws {
    let desk = try Desk(MergePolicy(.run("test")), confirmation: .github)
    try desk.tell(Pull().entry())
    try override(desk)
    #expect(try verdict(desk)["state"] == "allow")
    // A run that begins changes what passed, and nothing about the leave.
    try desk.tell(.check(.open()))
    #expect(try verdict(desk)["state"] == "allow")
    // What passes by itself needs nobody's leave.
    try desk.tell(.check(.ended("success")))
    try desk.tell(.read(.ended("success"), since: 99))
    let passed = try verdict(desk)
    #expect(passed["state"] == "allow" && passed["override"] == nil)
  }

  @Test func anotherHeadIsNotCovered() throws {
    let desk = try blocked()
    try override(desk)
    try desk.tell(Pull(head: secondHead, updated: 3_000).entry("synchronize"))
    #expect(try desk.ledger.verdict(repository, 7, head: secondHead)?.state == "pending")
    #expect(try desk.last?.state == "allow")
  }

  @Test func anotherBranchIsNotCovered() throws {
    let desk = try Desk(MergePolicy(.run("test"), branches: ["main", "release"]))
    try desk.tell(Pull().entry())
    try override(desk)
    #expect(try desk.last?.state == "allow")
    try desk.tell(Pull(base: "release", updated: 3_000).entry("edited"))
    #expect(try desk.last?.state == "pending")
  }

  @Test(arguments: [("caf\u{E9}", "cafe\u{301}"), ("K8s", "\u{212A}8s")])
  func anotherSpellingOfTheBranchIsNotCovered(_ one: String, _ other: String) throws {
    let desk = try Desk(MergePolicy(.run("test"), branches: [one, other]))
    try desk.tell(Pull(base: one).entry())
    #expect(try override(desk).data["branch_is"] == "exact")
    #expect(try desk.last?.state == "allow")
    try desk.tell(Pull(base: other, updated: 3_000).entry("edited"))
    #expect(try desk.last?.state == "pending")
  }

  @Test func anotherPullRequestOfTheSameHeadIsNotOpenedByIt() throws {
    let desk = try blocked(.github)
    try desk.tell(Pull(number: 8).entry())
    let refused = try refusal { try override(desk) }
    guard case .conflict(let sentence) = refused else { throw Unexpected() }
    #expect(sentence.contains("pull request 8 has the same head"))
    // One that came later takes the status back, and gets none.
    let other = try blocked(.github)
    try override(other)
    let later = try other.tell(Pull(number: 8).entry())
    #expect(later.map(\.post) == ["failure"])
    try other.tell(.check(.ended("success", "lint", run: 3)))
    #expect(
      try other.ledger.wantedStatus(repository, head, "ledger/merge-gate")?.state == "failure")
  }

  @Test func aLongReasonGivesWay() throws {
    let desk = try blocked()
    try override(desk, reason: String(repeating: "é", count: 500), seconds: 604_800)
    let summary = try #require(try verdict(desk)["summary"]?.string)
    #expect(summary.unicodeScalars.count == 140)
    #expect(summary.hasSuffix("é… (1 of 3 passed at \(head.prefix(7)))"))
    #expect(summary.contains(" until \(moment(606_800).description.prefix(10)) "))
  }

  // MARK: how it ends

  @Test func itEndsWhenItsTimeHasCome() throws {
    let desk = try blocked(.github)
    let made = try override(desk)
    #expect(try OverrideEnd.due(desk.ledger, now: moment(5_599)).isEmpty)
    let due = try OverrideEnd.due(desk.ledger, now: moment(5_600))
    #expect(due.map { $0.data["why"] } == ["expired"])
    #expect(due.map { $0.data["override"] } == [.int(made.index)])
    let concluded = try desk.tell(try #require(due.first))
    #expect(concluded.map(\.state) == ["deny"])
    #expect(concluded.map(\.post) == ["failure"])
    #expect(try OverrideEnd.due(desk.ledger, now: moment(9_999)).isEmpty)
    #expect(try desk.gate.reactions(to: [.everything], reading: desk.ledger, now: moment(0)) == [])
  }

  /// Nobody had written that down when something else happened.
  @Test func aGateThatLooksFirstWritesItDown() throws {
    let desk = try blocked()
    try override(desk)
    desk.ledger.append(try .check(.open("queued", "lint", run: 3)))
    let entries = try desk.ledger.react(with: desk.gate, now: moment(5_600))
    #expect(entries.map(\.entry.kind) == [.overrideEnded, .verdict])
    #expect(entries.last?.state == "deny")
    #expect(try desk.gate.reactions(to: [.everything], reading: desk.ledger, now: moment(0)) == [])
  }

  @Test func itIsRevokedOnce() throws {
    let desk = try blocked()
    let made = try override(desk)
    let row = try #require(try desk.ledger.override(made.index))
    try desk.tell(OverrideEnd.revoked.entry(of: row, now: moment(2_100)))
    #expect(try verdict(desk)["state"] == "deny")
    try desk.tell(OverrideEnd.expired.entry(of: row, now: moment(5_600)))
    #expect(try desk.ledger.override(made.index)?.end?.why == "revoked")
    #expect(try desk.ledger.override(made.index)?.end?.at == moment(2_100))
  }

  // MARK: what is refused

  @Test func onlyWhatBlocksNowCanBeOverridden() throws {
    let desk = try blocked()
    let deny = try #require(try desk.last?.entry)
    func kind(_ reference: OverrideRequest.Reference) throws -> String? {
      switch try refusal({ try override(desk, reference) }) {
      case .unknown: "unknown"
      case .conflict(let sentence): sentence
      case .invalid: "invalid"
      case nil: nil
      }
    }
    #expect(try kind(.decision(9_999)) == "unknown")
    #expect(try kind(.decision(1)) == "unknown")
    #expect(try kind(.pull(repository: "acme/api", number: 8)) == "unknown")
    #expect(try kind(.pull(repository: "acme/web", number: 7)) == "unknown")
    #expect(try kind(.decision(deny - 2))?.contains("replaced entry") == true)
    #expect(try kind(.decision(deny)) == nil)
    #expect(try kind(Self.pull)?.contains("is an allow") == true)
    try desk.tell(Pull(head: secondHead, updated: 3_000).entry("synchronize"))
    #expect(try kind(.decision(deny))?.contains("another head") == true)
    try desk.tell(Pull.merged(at: 4_000))
    #expect(try kind(.decision(deny))?.contains("not open") == true)
  }

  @Test func aDeployDecisionIsOverriddenByItsDigest() throws {
    let desk = try blocked()
    let digest = "sha256:" + String(repeating: "d", count: 64)
    func decision(_ state: String, _ digest: JSON) throws -> Int64 {
      desk.ledger.append(
        try Entry(
          kind: "gate.deploy.v1", at: nil, received: moment(1), source: .ledger,
          data: [
            "service": "api", "environment": "prod", "digest": digest, "state": .string(state),
          ])
      ).index
    }
    let (denied, allowed, nameless) = (
      try decision("deny", .string(digest)), try decision("allow", .string(digest)),
      try decision("deny", nil)
    )
    for index in [allowed, nameless] {
      guard case .conflict = try refusal({ try override(desk, .decision(index)) }) else {
        throw Unexpected()
      }
    }
    let made = try override(desk, .decision(denied))
    #expect(made.data["gate"] == "deploy" && made.data["pull"] == nil)
    let row = try desk.ledger.override(deploy: "api", environment: "prod", digest: digest)
    #expect(row?.entry == made.index && row?.decision == denied)
    #expect(try desk.ledger.override(deploy: "api", environment: "dev", digest: digest) == nil)
    #expect(try desk.ledger.override(merge: repository, 7, head: head) == nil)
    guard case .conflict = try refusal({ try override(desk, .decision(denied)) }) else {
      throw Unexpected()
    }
  }

  @Test(arguments: [
    "", " ", "two\nlines", "a\u{1B}[31m", "a\u{202E}b", "a\u{2028}b", "tab\tbed",
    String(repeating: "x", count: 501),
  ])
  func aReasonIsOnePlainLine(_ reason: String) {
    #expect(throws: OverrideRefusal.self) {
      try OverrideRequest(reference: .decision(1), reason: reason, seconds: 60)
    }
  }

  @Test(arguments: [Int64(60), 604_800]) func itLastsAWhile(_ seconds: Int64) throws {
    _ = try OverrideRequest(reference: .decision(1), reason: "x", seconds: seconds)
  }

  @Test(arguments: [Int64(59), 604_801, -60, .max]) func notForEver(_ seconds: Int64) {
    #expect(throws: OverrideRefusal.self) {
      try OverrideRequest(reference: .decision(1), reason: "x", seconds: seconds)
    }
  }

  // MARK: the merge

  @Test func aMergeByOverrideIsABypassOfThatName() throws {
    let desk = try blocked()
    let made = try override(desk, at: 2_000)
    let audit = try #require(
      try desk.tell(Pull.merged(at: 2_500)).first { $0.entry.kind == .bypass })
    #expect(audit.data["reason"] == "overridden")
    #expect(audit.data["override"] == .int(made.index))
    #expect(audit.summary == "overridden: hotfix (docs failed; missing: lint)")
    // Its end changes nothing about that.
    let row = try #require(try desk.ledger.override(made.index))
    #expect(try desk.tell(OverrideEnd.expired.entry(of: row, now: moment(5_600))).isEmpty)
    #expect(try desk.ledger.audit(repository, 7)?.entry == audit.index)
  }

  @Test(arguments: [
    (1_999, "failed"), (2_000, "overridden"), (5_599, "overridden"), (5_600, "failed"),
  ])
  func itHasToStandAtThatInstant(_ second: Int64, _ reason: String) throws {
    let desk = try blocked()
    try override(desk, at: 2_000)
    let concluded = try desk.tell(Pull.merged(at: second))
    #expect(concluded.last { $0.entry.kind == .bypass }?.data["reason"] == .string(reason))
  }

  @Test func whatPassedByItselfWasInOrder() throws {
    let desk = try blocked()
    try override(desk)
    try desk.tell(.check(.ended("success", "lint", run: 3)))
    try desk.tell(.check(.ended("success", "docs", run: 4, from: 6, to: 9)))
    let concluded = try desk.tell(Pull.merged(at: 2_500))
    #expect(concluded.map(\.entry.kind) == [.verified])
  }

  private struct Unexpected: Error {}
}
