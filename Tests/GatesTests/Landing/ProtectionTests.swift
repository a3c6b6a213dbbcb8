import Gates
import Ledger
import Testing

/// G29: what GitHub itself demanded was weakened, something was merged, and it was restored.
@Suite("Protections")
struct ProtectionTests {
  /// One change of a branch protection rule.
  struct Rule {
    var action = "edited"
    var id: Int64 = 31
    var name = "main"
    var at: Int64
    var contexts = ["ledger/merge-gate"]
    var enforcement = "everyone"
    var binds = true
    var changed: [String] = []

    func entry() throws -> Entry {
      try .github(
        .branchProtectionRule,
        [
          "action": .string(action), "rule_id": .int(id), "name": .string(name),
          "updated_at": .string(moment(at).description),
          "contexts": .array(contexts.map(JSON.string)), "enforcement": .string(enforcement),
          "admin_enforced": .bool(binds), "changed": .array(changed.map(JSON.string)),
          "sender": .int(pusher),
        ], in: repository)
    }
  }

  struct Ruleset {
    var action = "edited"
    var at: Int64
    var contexts = ["ledger/merge-gate"]
    var enforcement = "active"
    var actors: Int64 = 0
    var target = "branch"
    var changed: [String] = []

    func entry() throws -> Entry {
      try .github(
        .ruleset,
        [
          "action": .string(action), "ruleset_id": 77, "name": "gates",
          "target": .string(target), "updated_at": .string(moment(at).description),
          "contexts": .array(contexts.map(JSON.string)), "enforcement": .string(enforcement),
          "bypass_actors": .int(actors), "changed": .array(changed.map(JSON.string)),
          "sender": .int(pusher),
        ], in: repository)
    }
  }

  @Test("G29 deleted, merged, restored: both stand in the history")
  func threeSteps() throws {
    let yard = try Yard()
    #expect(try yard.tell(Rule(action: "created", at: 1).entry()).isEmpty)
    let gone = try yard.tell(Rule(action: "deleted", at: 1).entry())
    #expect(gone.map(\.entry.kind) == [.bypass])
    #expect(gone[0].reason == "gate-changed" && gone[0].data["gate"] == "protection")
    #expect(gone[0].summary == "the protection of main was removed")
    #expect(gone[0].data["actor"] == .int(pusher) && gone[0].data["branch"] == "main")
    #expect(gone[0].data["changed_at"] == .null, "GitHub keeps the time of the last edit")
    try yard.tell(Pull.merged(at: 30))
    let back = try yard.tell(Rule(action: "created", id: 32, at: 40).entry())
    #expect(back.map(\.entry.kind) == [.verified] && back[0].replaced == gone[0].index)
    let lines = yard.ledger.all(Tables.history).filter { $0["kind"] == .text("protection") }
    #expect(
      Set(lines.compactMap { $0["outcome"]?.text }) == ["bypass", "verified"])
    let changes = try yard.ledger.protectionChanges(repository)
    #expect(changes.map(\.action) == ["created", "deleted", "created"])
    try yard.verify()
  }

  @Test(
    "each way to weaken a rule",
    arguments: [
      Rule(at: 5, contexts: []), Rule(at: 5, enforcement: "off"),
      Rule(at: 5, enforcement: "non_admins"), Rule(at: 5, binds: false),
      Rule(name: "elsewhere", at: 5),
    ])
  func weakenedRule(_ rule: Rule) throws {
    let yard = try Yard()
    try yard.tell(Rule(action: "created", at: 1).entry())
    #expect(try yard.tell(rule.entry()).map(\.entry.kind) == [.bypass])
    #expect(try yard.tell(Rule(at: 9).entry()).map(\.entry.kind) == [.verified])
    try yard.verify()
  }

  @Test(
    "each way to weaken a ruleset",
    arguments: [
      Ruleset(action: "deleted", at: 5), Ruleset(at: 5, contexts: ["other"]),
      Ruleset(at: 5, enforcement: "evaluate"), Ruleset(at: 5, enforcement: "disabled"),
      Ruleset(at: 5, enforcement: "a new word"), Ruleset(at: 5, actors: 1),
    ])
  func weakenedRuleset(_ rule: Ruleset) throws {
    let yard = try Yard()
    try yard.tell(Ruleset(action: "created", at: 1).entry())
    #expect(try yard.tell(rule.entry()).map(\.entry.kind) == [.bypass])
    #expect(try yard.tell(Ruleset(at: 9).entry()).map(\.entry.kind) == [.verified])
    try yard.verify()
  }

  @Test(
    "changes that take nothing away",
    arguments: [
      Rule(at: 5, contexts: ["ledger/merge-gate", "more"]),
      Rule(at: 5, changed: ["admin_enforced"]),
    ])
  func harmless(_ rule: Rule) throws {
    let yard = try Yard()
    try yard.tell(Rule(action: "created", at: 1).entry())
    #expect(try yard.tell(rule.entry()).isEmpty)
  }

  @Test("a rule about other branches, a ruleset about tags or other things, is nobody's business")
  func elsewhere() throws {
    let yard = try Yard()
    try yard.tell(Rule(action: "created", id: 40, name: "gh-pages", at: 1).entry())
    #expect(try yard.tell(Rule(action: "deleted", id: 40, name: "gh-pages", at: 1).entry()).isEmpty)
    try yard.tell(Ruleset(action: "created", at: 1, contexts: []).entry())
    #expect(try yard.tell(Ruleset(action: "deleted", at: 2, contexts: []).entry()).isEmpty)
    #expect(try yard.tell(Ruleset(action: "deleted", at: 3, target: "tag").entry()).isEmpty)
    try yard.verify()
  }

  @Test("a pattern that holds a guarded branch counts")
  func patterns() throws {
    let yard = try Yard(branches: ["release/*"])
    try yard.tell(Pull(base: "release/2").entry())
    #expect(
      try yard.tell(Rule(action: "deleted", name: "release/[0-9]", at: 2).entry())
        .map(\.entry.kind) == [.bypass])
    #expect(
      try yard.tell(Rule(action: "deleted", id: 9, name: "rel*/*", at: 2).entry())
        .map(\.entry.kind) == [.bypass])
  }

  @Test(
    "without an earlier state what the change names counts",
    arguments: [
      (Rule(at: 5, contexts: [], changed: ["required_status_checks"]), true),
      (Rule(at: 5, changed: ["required_status_checks"]), false),
      (Rule(at: 5, contexts: [], changed: ["name"]), false),
      (
        Rule(at: 5, enforcement: "off", changed: ["required_status_checks_enforcement_level"]), true
      ),
      (Rule(at: 5, binds: false, changed: ["admin_enforced"]), true),
      (Rule(action: "deleted", at: 5), true),
    ])
  func unknownBefore(_ rule: Rule, _ isBypass: Bool) throws {
    let yard = try Yard()
    #expect(try yard.tell(rule.entry()).map(\.entry.kind) == (isBypass ? [.bypass] : []))
    let back = try yard.tell(Rule(action: "created", id: 99, at: 9).entry())
    #expect(back.map(\.entry.kind) == (isBypass ? [.verified] : []))
    try yard.verify()
  }

  @Test("all rules switched off and on again")
  func configuration() throws {
    let yard = try Yard()
    func change(_ action: String) throws -> Entry {
      try .github(
        .branchProtection, ["action": .string(action), "sender": .int(pusher)],
        in: repository)
    }
    for _ in 0..<2 {
      #expect(try yard.tell(change("disabled")).map(\.entry.kind) == [.bypass])
      #expect(try yard.tell(change("enabled")).map(\.entry.kind) == [.verified])
    }
    try yard.verify()
  }

  @Test("weakened twice: restored only when all is back")
  func twice() throws {
    let yard = try Yard()
    try yard.tell(Ruleset(action: "created", at: 1).entry())
    #expect(try yard.tell(Ruleset(at: 2, actors: 2).entry()).count == 1)
    let second = try yard.tell(Ruleset(at: 3, enforcement: "disabled", actors: 2).entry())
    #expect(second.map(\.entry.kind) == [.bypass])
    #expect(try yard.tell(Ruleset(at: 4, actors: 2).entry()).isEmpty, "still two may pass")
    let back = try yard.tell(Ruleset(at: 5).entry())
    #expect(back.map(\.entry.kind) == [.verified] && back[0].replaced == second[0].index)
    try yard.verify()
  }

  @Test("a weakening that is told after the restoring is found all the same")
  func late() throws {
    let yard = try Yard()
    try yard.tell(Ruleset(action: "created", at: 1).entry())
    #expect(try yard.tell(Ruleset(at: 5).entry()).isEmpty)
    let both = try yard.tell(Ruleset(at: 3, enforcement: "disabled").entry())
    #expect(both.map(\.entry.kind) == [.bypass, .verified])
    #expect(both[1].replaced == both[0].index)
    try yard.verify()
  }

  @Test("nothing is guarded: nothing is concluded")
  func withoutPolicy() throws {
    let ledger = MemoryLedger()
    ledger.append(try Rule(action: "deleted", at: 1).entry())
    #expect(try ledger.settle(with: Gatehouse(), now: moment(2)).isEmpty)
  }
}
