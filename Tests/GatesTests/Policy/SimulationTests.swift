import Gates
import Ledger
import Testing

@Suite struct SimulationTests {
  private func simulated(
    _ desk: Desk, _ checks: CheckRule..., branches: [String] = ["main"]
  ) throws -> SimulatedPull {
    let merge = MergePolicy(
      context: "gate", branches: branches.map(BranchPattern.init), checks: checks)
    var simulation = Simulation(
      policy: Policy(merge: merge, confirmation: .webhooks), since: moment(0))
    let pull = try #require(try desk.ledger.pull(repository, 7))
    try simulation.add([pull], reading: desk.ledger)
    return try #require(simulation.rows.first)
  }

  /// test passed, lint failed; only test is required.
  private func merged() throws -> Desk {
    let desk = try Desk(MergePolicy(.run("test")), confirmation: .webhooks)
    try desk.tell(Pull().entry())
    try desk.tell(.check(.ended("success")), .check(.ended("failure", "lint", run: 2)))
    return desk
  }

  @Test func aNewCheckWouldHaveDenied() throws {
    let desk = try merged()
    try desk.tell(Pull.merged(at: 20))
    let same = try simulated(desk, .run("test"))
    #expect((same.was, same.wouldBe, same.change) == ("verified", "verified", nil))
    #expect(same.why.isEmpty)
    let stricter = try simulated(desk, .run("test"), .run("lint"))
    #expect((stricter.was, stricter.wouldBe) == ("verified", "bypass"))
    #expect(stricter.change == .denied)
    #expect(stricter.why == ["lint: failure, newly required"])
    #expect(stricter.entry == (try desk.ledger.audit(repository, 7)?.entry))
  }

  @Test func aCheckLessWouldHaveAllowed() throws {
    let desk = try Desk(MergePolicy(.run("test"), .run("lint")), confirmation: .webhooks)
    try desk.tell(Pull().entry())
    try desk.tell(.check(.ended("success")), .check(.ended("failure", "lint", run: 2)))
    try desk.tell(Pull.merged(at: 20))
    let looser = try simulated(desk, .run("test"))
    #expect((looser.was, looser.wouldBe, looser.change) == ("bypass", "verified", .allowed))
    #expect(looser.why == ["lint: failure, not required"])
  }

  @Test func evidenceThatCameAfterTheMergeRepairsNothing() throws {
    let desk = try merged()
    try desk.tell(Pull.merged(at: 20))
    try desk.tell(.check(.ended("success", "lint", run: 3, from: 30, to: 40)))
    #expect(try simulated(desk, .run("test"), .run("lint")).wouldBe == "bypass")
  }

  @Test func whatIsOpenIsJudgedAsItStands() throws {
    let desk = try merged()
    let open = try simulated(desk, .run("test"), .run("docs"))
    #expect((open.was, open.wouldBe, open.change) == ("allow", "pending", .denied))
    #expect(open.mergedAt == nil)
  }

  @Test func anotherBranchIsUnguarded() throws {
    let desk = try merged()
    try desk.tell(Pull.merged(at: 20))
    let unguarded = try simulated(desk, .run("lint"), branches: ["release"])
    #expect((unguarded.wouldBe, unguarded.change) == ("unguarded", nil))
  }

  /// A read that is still owed is no policy's decision.
  @Test func confirmingIsNoDifference() throws {
    let desk = try Desk(MergePolicy(.run("test")), confirmation: .github)
    try desk.tell(Pull().entry())
    try desk.tell(.check(.ended("success")))
    #expect(try desk.last?.confirming == true)
    let same = try simulated(desk, .run("test"))
    #expect((same.was, same.wouldBe, same.change) == ("allow", "allow", nil))
  }
}
