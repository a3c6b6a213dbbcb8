import Gates
import Ledger
import Testing

@Suite("Freshness")
struct FreshnessTests {
  private let passed = Observation.ended("success")

  private func allowed() throws -> Desk {
    let desk = try Desk(MergePolicy(.run("test")))
    try desk.tell(Pull().entry())
    try desk.tell(.check(passed))
    try desk.tell(.read(passed))
    #expect(try desk.last?.state == "allow")
    return desk
  }

  @Test(
    "G16 an older state that is told late takes a read; if GitHub shows a reset, the allow ends")
  func reset() throws {
    let desk = try allowed()
    let again = Observation.open("in_progress")
    #expect(again.startedAt == passed.startedAt && again.stateKey < passed.stateKey)
    #expect(try desk.tell(.check(again)).map(\.post) == [nil])
    #expect(try desk.last?.state == "pending" && desk.last?.confirming == true)
    #expect(try desk.tell(.read(again)).map(\.post) == ["pending"])
    #expect(try desk.last?.state == "pending")
    try desk.tell(.check(passed))
    try desk.tell(.read(passed))
    #expect(try desk.last?.state == "allow")
  }

  @Test("a read that began before something was told confirms nothing")
  func overtaken() throws {
    let desk = try Desk(MergePolicy(.run("test")))
    try desk.tell(Pull().entry())
    let before = try desk.ledger.size()
    try desk.tell(.check(passed))
    try desk.tell(.read(passed, since: before))
    #expect(try desk.last?.state == "pending" && desk.last?.confirming == true)
    try desk.tell(.read(passed))
    #expect(try desk.last?.state == "allow")
  }

  @Test("G46 if GitHub shows what it showed before, nothing is posted")
  func late() throws {
    let desk = try allowed()
    #expect(try desk.tell(.check(Observation.open("in_progress"))).map(\.post) == [nil])
    #expect(try desk.tell(.read(passed)).map(\.post) == [nil])
    #expect(try desk.last?.state == "allow")
  }

  @Test("other checks, told later, leave the allow alone")
  func others() throws {
    let desk = try allowed()
    #expect(try desk.tell(.check(Observation.ended("failure", "other", run: 77))).isEmpty)
    #expect(try desk.last?.state == "allow")
  }
}
