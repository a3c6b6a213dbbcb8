import Gates
import Ledger
import Testing

@Suite("How long bodies are kept, read") struct RetentionReadingTests {
  private func read(_ keep: ConfigNode) throws -> Retention? {
    try LedgerFile(
      Node.map(1, ("version", Node.scalar(1, 1)), ("evidence", Node.map(2, ("keep", keep)))),
      confirmation: .webhooks
    ).retention
  }

  @Test(arguments: [("400d", 400 * 86_400), ("1d", 86_400), ("24h", 86_400), ("8w", 4_838_400)])
  func asItSays(_ text: String, _ seconds: Int64) throws {
    #expect(try read(Node.text(text, 3))?.seconds == seconds)
    #expect(Retention(text)?.seconds == seconds)
  }

  @Test("A day in hours is a day") func text() throws {
    #expect(try read(Node.text("400d", 3))?.text == "400d")
    #expect(try read(Node.text("24h", 3))?.text == "1d")
  }

  @Test(arguments: ["23h", "0d", "400", "d", "-1d", "400 days", ""])
  func whatIsNoTimeHasALine(_ text: String) throws {
    #expect(Retention(text) == nil)
    do {
      _ = try read(Node.text(text, 3))
      Issue.record("\(text) was taken")
    } catch let problems as PolicyProblems {
      #expect(problems.all.map(\.line) == [3])
      #expect(problems.all.map(\.path) == ["evidence.keep"])
    }
  }

  @Test func nothingIsForEver() throws {
    let file = try LedgerFile(
      Node.map(
        1, ("version", Node.scalar(1, 1)), ("environments", Node.list([Node.text("dev", 2)], 2))),
      confirmation: .webhooks)
    #expect(file.retention == nil)
  }

  @Test func unknownMembersAreNamed() {
    #expect(throws: PolicyProblems.self) {
      try LedgerFile(
        Node.map(
          1, ("version", Node.scalar(1, 1)), ("evidence", Node.map(2, ("kept", Node.text("4d", 3))))
        ),
        confirmation: .webhooks)
    }
  }
}
