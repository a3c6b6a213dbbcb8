import Gates
import Ledger
import Testing

@Suite("What a teardown may leave, read") struct TeardownReadingTests {
  private func read(_ members: (String, ConfigNode)...) throws -> TeardownPolicy {
    try LedgerFile(
      Node.map(
        1, ("version", Node.scalar(1, 1)),
        ("teardown", ConfigNode(.map(members.map { (key: $0.0, value: $0.1) }), line: 2))),
      confirmation: .webhooks
    ).teardown
  }

  private func problems(_ members: (String, ConfigNode)...) -> [PolicyProblem] {
    do {
      _ = try LedgerFile(
        Node.map(
          1, ("version", Node.scalar(1, 1)),
          ("teardown", ConfigNode(.map(members.map { (key: $0.0, value: $0.1) }), line: 2))),
        confirmation: .webhooks)
      return []
    } catch { return error.all }
  }

  private static let role = Node.map(
    4, ("type", Node.text("aws_iam_role", 4)), ("name", Node.text("shared", 4)),
    ("reason", Node.text("given", 4)))

  @Test func twoReplicasAreAllowedUnlessItSaysMore() throws {
    let kept = try read(("kept", Node.list([Self.role], 3)))
    #expect(kept.maxReplicas == 2)
    #expect(kept.kept == [KeptRule(type: "aws_iam_role", name: "shared", reason: "given")])
    let more = try read(("max-replicas", Node.scalar(.int(5), 3)))
    #expect(more == TeardownPolicy(kept: [], maxReplicas: 5))
  }

  @Test func withoutThePartNothingIsKept() throws {
    let file = try LedgerFile(
      Node.map(
        1, ("version", Node.scalar(1, 1)), ("environments", Node.list([Node.text("dev", 2)], 2))),
      confirmation: .webhooks)
    #expect(file.teardown == TeardownPolicy(kept: [], maxReplicas: 2))
  }

  @Test(arguments: [0, -1, 10_001])
  func aNumberThatIsNoneHasALine(_ number: Int64) {
    let found = problems(("max-replicas", Node.scalar(.int(number), 3)))
    #expect(found.map(\.line) == [3])
    #expect(found.map(\.path) == ["teardown.max-replicas"])
  }

  @Test func whatIsWrongIsNamed() {
    #expect(problems().map(\.reason) == ["says nothing"])
    #expect(problems(("replicas", Node.scalar(.int(2), 3))).map(\.path) == ["teardown.replicas"])
    #expect(problems(("kept", Node.list([], 3))).map(\.path) == ["teardown.kept"])
    #expect(problems(("max-replicas", Node.text("two", 3))).map(\.line) == [3])
  }
}
