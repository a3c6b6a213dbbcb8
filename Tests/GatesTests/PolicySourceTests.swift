import Gates
import Ledger
import LedgerTesting
import Testing

@Suite struct PolicySourceTests {
  private static let weak = Policy(
    merge: MergePolicy(
      context: "gate", branches: [BranchPattern("main")], checks: [.run("lint")]),
    confirmation: .webhooks)

  private func entry(from source: Source) throws -> Entry {
    try Entry(
      kind: .policy, at: nil, received: moment(9), source: source,
      data: ["hash": .string(Self.weak.hash), "policy": Self.weak.json])
  }

  /// What a pull request, a report or a webhook says is no policy.
  @Test(
    "A14 only the ledger's own configuration makes a policy",
    arguments: [
      Source.token("ci"), .githubAPI, .github(event: "push", delivery: "d", hook: 1),
    ])
  func others(_ source: Source) throws {
    let desk = try Desk(
      MergePolicy(context: "gate", branches: [BranchPattern("main")], checks: [.run("test")]))
    let before = try desk.ledger.currentPolicy()
    try desk.tell(entry(from: source))
    #expect(try desk.ledger.currentPolicy() == before)
  }

  @Test("A14 the control: the ledger's does")
  func control() throws {
    let desk = try Desk(
      MergePolicy(context: "gate", branches: [BranchPattern("main")], checks: [.run("test")]))
    try desk.tell(entry(from: .ledger))
    #expect(try desk.ledger.currentPolicy() == Self.weak.hash)
  }
}
