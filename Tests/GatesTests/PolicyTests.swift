import Gates
import Ledger
import Testing

@Suite("Policy")
struct PolicyTests {
  static let every = Policy(
    merge: MergePolicy(
      context: "acme/gate", branches: ["main", "release/*"].map(BranchPattern.init),
      checks: [
        .run("test"), .run("bandit", required: false),
        CheckRule(name: "test (1)", reporter: .appID(99)),
        CheckRule(name: "any", reporter: .anyApp), .status("ci/external", by: 7),
      ]), confirmation: .github)

  @Test("a file is read as it says")
  func reading() throws {
    let file = Node.file(
      Node.map(
        4, ("context", Node.text("acme/gate", 4)),
        ("branches", Node.list([Node.text("main", 5), Node.text("release/*", 5)], 5)),
        (
          "checks",
          Node.list(
            [
              Node.good,
              Node.map(
                8, ("name", Node.text("bandit", 8)), ("app", Node.text("github-actions", 8)),
                ("required", Node.scalar(false, 8))),
              Node.map(9, ("name", Node.text("test (1)", 9)), ("app", Node.scalar(99, 9))),
              Node.map(10, ("name", Node.text("any", 10)), ("any-app", Node.scalar(true, 10))),
              Node.map(
                11, ("status", Node.text("ci/external", 11)), ("creator", Node.scalar(7, 11))),
            ], 7)
        )))
    #expect(try Policy(file, confirmation: .github) == PolicyTests.every)
  }

  @Test("the context has a default; a file may have no merge gate")
  func defaults() throws {
    #expect(
      try Policy(Node.checks(Node.good), confirmation: .webhooks).merge?.context
        == "ledger/merge-gate")
    let none = Node.map(1, ("version", Node.scalar(1, 1)), ("gates", Node.map(2)))
    #expect(try Policy(none, confirmation: .github) == Policy(merge: nil, confirmation: .github))
  }

  @Test("the same name is allowed as check run and as status")
  func kinds() throws {
    let status = Node.map(9, ("status", Node.text("test", 9)), ("creator", Node.scalar(7, 9)))
    #expect(
      try Policy(Node.checks(Node.good, status), confirmation: .github).merge?.checks.count == 2)
  }

  static let trips: [Policy] = [
    every, Policy(merge: nil, confirmation: .webhooks),
    Policy(merge: every.merge, confirmation: .webhooks),
  ]

  @Test("through an entry and back: the same policy, the same hash", arguments: trips)
  func roundTrip(_ policy: Policy) throws {
    let entry = try policy.entry(received: moment(0))
    let decoded = try Entry(decoding: entry.bytes)
    let back = try Policy(Stored(index: 0, entry: decoded))
    #expect(back == policy && back.hash == policy.hash)
    #expect(entry.kind == .policy && entry.data["hash"] == .string(policy.hash))
  }

  @Test("the hash tells every difference")
  func hashes() throws {
    var changed: [Policy] = PolicyTests.trips
    let merge = try #require(PolicyTests.every.merge)
    for index in merge.checks.indices {
      var next = merge
      next.checks[index].isRequired.toggle()
      changed.append(Policy(merge: next, confirmation: .github))
      next = merge
      next.checks[index].name += "x"
      changed.append(Policy(merge: next, confirmation: .github))
      next.checks.remove(at: index)
      changed.append(Policy(merge: next, confirmation: .github))
    }
    var next = merge
    next.branches.removeLast()
    changed.append(Policy(merge: next, confirmation: .github))
    next = merge
    next.context = "acme/other"
    changed.append(Policy(merge: next, confirmation: .github))
    next = merge
    next.checks[2].reporter = .app(slug: "99")
    changed.append(Policy(merge: next, confirmation: .github))
    #expect(Set(changed.map(\.hash)).count == changed.count)
  }

  @Test("an entry that holds no policy is refused")
  func refused() throws {
    for data: JSON in [
      [:], ["policy": nil], ["policy": ["version": 1, "gates": [:]]],
      ["policy": ["version": 1, "gates": [:], "confirmation": "maybe"]],
      ["policy": ["version": 2, "gates": [:], "confirmation": "github"]],
    ] {
      let entry = try Entry(
        kind: .policy, at: nil, received: moment(0), source: .ledger, data: data)
      #expect(throws: PolicyProblems.self) { try Policy(Stored(index: 0, entry: entry)) }
    }
  }
}
