import Gates
import Ledger
import Testing

/// A status says so where GitHub lets merge whatever it says.
@Suite("Enforcement in the status")
struct UnenforcedTests {
  private func protection(_ state: String, branch: String = "main") throws -> Entry {
    try Entry(
      kind: .protectionRead, at: nil, received: moment(3), source: .githubAPI,
      data: [
        "repository_id": .int(repository), "branch": .string(branch), "state": .string(state),
        "contexts": [], "reason": nil,
      ])
  }

  @Test("what open pull requests show is said anew")
  func unenforced() throws {
    let desk = try Desk(MergePolicy(.run("test")))
    try desk.tell(Pull().entry())
    let verdict = try #require(try desk.tell(protection("unenforceable")).first)
    #expect(verdict.summary == "waiting for test; not enforced by GitHub")
    #expect(
      verdict.data.at("post", "description") == "waiting for test; not enforced by GitHub")
    #expect(try desk.tell(protection("required")).first?.summary == "waiting for test")
  }

  @Test(
    "required, hidden, none yet, another branch: the text is what it was",
    arguments: ["required", "hidden", "none"])
  func enforced(_ state: String) throws {
    let desk = try Desk(MergePolicy(.run("test")))
    try desk.tell(Pull().entry())
    #expect(try desk.tell(protection(state)).isEmpty)
    #expect(try desk.tell(protection("unenforceable", branch: "release/1")).isEmpty)
  }

  @Test("the reason stays first, within what GitHub takes")
  func long() throws {
    let name = String(repeating: "n", count: 120)
    let desk = try Desk(MergePolicy(.run(name)))
    try desk.tell(protection("unenforceable"), Pull().entry())
    let summary = try #require(try desk.last?.summary)
    #expect(summary.count == 140 && summary.hasPrefix("waiting for \(name)"))
  }
}
