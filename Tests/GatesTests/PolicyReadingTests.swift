import Gates
import Ledger
import Testing

/// Nodes as a file's reader makes them.
enum Node {
  static func text(_ value: String, _ line: Int) -> ConfigNode {
    ConfigNode(.scalar(.string(value)), line: line)
  }

  static func scalar(_ value: JSON, _ line: Int) -> ConfigNode {
    ConfigNode(.scalar(value), line: line)
  }

  static func list(_ elements: [ConfigNode], _ line: Int) -> ConfigNode {
    ConfigNode(.list(elements), line: line)
  }

  static func map(_ line: Int, _ pairs: (String, ConfigNode)...) -> ConfigNode {
    ConfigNode(.map(pairs.map { (key: $0.0, value: $0.1) }), line: line)
  }

  static func file(_ merge: ConfigNode) -> ConfigNode {
    map(1, ("version", scalar(1, 1)), ("gates", map(3, ("merge", merge))))
  }

  static let branches = list([text("main", 5)], 5)

  /// A file with these checks, from line 7 on.
  static func checks(_ checks: ConfigNode...) -> ConfigNode {
    file(map(4, ("branches", branches), ("checks", list(checks, 7))))
  }

  static let good = map(7, ("name", text("test", 7)), ("app", text("github-actions", 7)))
}

@Suite("Policy reading")
struct PolicyReadingTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let file: ConfigNode
    /// `line: path: start of the reason`
    let problems: [String]

    init(_ title: String, _ file: ConfigNode, _ problems: String...) {
      testDescription = title
      self.file = file
      self.problems = problems
    }
  }

  static let shapes: [Mistake] = [
    Mistake("not a map", Node.text("x", 1), "line 1: policy: must be a map"),
    Mistake("a list", Node.list([], 1), "line 1: policy: must be a map"),
    Mistake("null", Node.scalar(.null, 1), "line 1: policy: must be a map"),
    Mistake(
      "nothing", Node.map(1), "line 1: version: must be 1", "line 1: gates: is missing"),
    Mistake(
      "another version",
      Node.map(1, ("version", Node.scalar(2, 2)), ("gates", Node.map(3))),
      "line 2: version: must be 1"),
    Mistake(
      "version as text",
      Node.map(1, ("version", Node.text("1", 2)), ("gates", Node.map(3))),
      "line 2: version: must be 1"),
    Mistake(
      "unknown key at the top",
      Node.map(
        1, ("version", Node.scalar(1, 1)), ("gates", Node.map(2)), ("gate", Node.map(9))),
      "line 9: gate: is unknown; known are version, gates"),
    Mistake(
      "gates is text", Node.map(1, ("version", Node.scalar(1, 1)), ("gates", Node.text("x", 2))),
      "line 2: gates: must be a map"),
    Mistake(
      "unknown gate",
      Node.map(
        1, ("version", Node.scalar(1, 1)), ("gates", Node.map(2, ("moon", Node.map(3))))),
      "line 3: gates.moon: is unknown; known are merge, deploy, admission"),
    Mistake("merge is a list", Node.file(Node.list([], 4)), "line 4: gates.merge: must be a map"),
    Mistake(
      "no branches, no checks", Node.file(Node.map(4)), "line 4: gates.merge.branches: is missing",
      "line 4: gates.merge.checks: is missing"),
    Mistake(
      "empty lists",
      Node.file(Node.map(4, ("branches", Node.list([], 5)), ("checks", Node.list([], 6)))),
      "line 5: gates.merge.branches: must be a list with at least one element",
      "line 6: gates.merge.checks: must be a list with at least one element"),
    Mistake(
      "branches as text",
      Node.file(
        Node.map(4, ("branches", Node.text("main", 5)), ("checks", Node.list([Node.good], 6)))),
      "line 5: gates.merge.branches: must be a list"),
    Mistake(
      "branches that are none",
      Node.file(
        Node.map(
          4, ("branches", Node.list([Node.scalar(1, 5), Node.text("", 6)], 5)),
          ("checks", Node.list([Node.good], 7)))),
      "line 5: gates.merge.branches[0]: must be text of 1 to 255 bytes",
      "line 6: gates.merge.branches[1]: must be text of 1 to 255 bytes"),
    Mistake(
      "context",
      Node.file(
        Node.map(
          4, ("context", Node.text(String(repeating: "c", count: 101), 5)),
          ("branches", Node.branches), ("checks", Node.list([Node.good], 7)))),
      "line 5: gates.merge.context: must be text of 1 to 100 bytes"),
    Mistake(
      "misspelt key in merge",
      Node.file(
        Node.map(
          4, ("branches", Node.branches), ("checks", Node.list([Node.good], 7)),
          ("check", Node.list([Node.good], 9)))),
      "line 9: gates.merge.check: is unknown; known are context, branches, checks"),
    Mistake(
      "the same key twice",
      Node.file(
        Node.map(
          4, ("branches", Node.branches), ("checks", Node.list([Node.good], 7)),
          ("checks", Node.list([Node.good], 9)))),
      "line 9: gates.merge.checks: is there twice"),
  ]

  private static let name = ("name", Node.text("test", 8))
  private static let app = ("app", Node.text("github-actions", 9))

  private static func check(
    _ title: String, _ pairs: [(String, ConfigNode)], _ problems: String...
  ) -> Mistake {
    let node = ConfigNode(.map(pairs.map { (key: $0.0, value: $0.1) }), line: 7)
    return Mistake(title, Node.checks(node), problems: problems.map(placed))
  }

  /// `9: .app: reason` as it is written out for the first check.
  private static func placed(_ short: String) -> String {
    let parts = short.split(separator: " ", maxSplits: 1)
    let line = parts[0].split(separator: ".", maxSplits: 1)
    let path = line.count > 1 ? ".\(line[1])" : ""
    return "line \(line[0]): gates.merge.checks[0]\(path): \(parts[1])"
  }

  static let checks: [Mistake] = [
    Mistake(
      "a check as text", Node.checks(Node.text("test", 7)),
      "line 7: gates.merge.checks[0]: must be a map"),
    check("no name", [app], "7 needs name (a check run) or status (a commit status)"),
    check("empty name", [("name", Node.text("", 8)), app], "8.name must be text of 1 to 255"),
    check("name is a number", [("name", Node.scalar(1, 8)), app], "8.name must be text"),
    check("no App", [name], "7.app is missing: anyone who may write could report this check"),
    check("empty App", [name, ("app", Node.text("", 9))], "9.app must be an App's slug or its"),
    check("App 0", [name, ("app", Node.scalar(0, 9))], "9.app must be an App's slug or its"),
    check("App null", [name, ("app", Node.scalar(.null, 9))], "9.app must be an App's slug"),
    check(
      "App and any App", [name, app, ("any-app", Node.scalar(true, 10))],
      "9.app contradicts any-app"),
    check("any App: false", [name, ("any-app", Node.scalar(false, 9))], "7.app is missing"),
    check(
      "any App: yes", [name, app, ("any-app", Node.text("yes", 10))],
      "9.app contradicts any-app", "10.any-app must be true or false"),
    check(
      "required: no", [name, app, ("required", Node.text("no", 10))],
      "10.required must be true or false"),
    check(
      "unknown key", [name, app, ("optional", Node.scalar(true, 10))],
      "10.optional is unknown; known are name, app, any-app, status, creator, required"),
    check(
      "creator of a check run", [name, app, ("creator", Node.scalar(7, 10))],
      "10.creator goes with status, not with name"),
    check(
      "a status without creator", [("status", Node.text("ci", 8))],
      "7.creator must be the numeric id"),
    check(
      "a status by login",
      [("status", Node.text("ci", 8)), ("creator", Node.text("mia", 9))],
      "9.creator must be the numeric id"),
    check(
      "a status of an App",
      [("status", Node.text("ci", 8)), app, ("creator", Node.scalar(7, 10))],
      "9.app does not go with status"),
    check(
      "a status with a name",
      [
        ("status", Node.text("ci", 8)), ("name", Node.text("n", 9)),
        ("creator", Node.scalar(7, 10)),
      ],
      "9.name does not go with status"),
    check(
      "an empty status", [("status", Node.text("", 8)), ("creator", Node.scalar(7, 9))],
      "8.status must be text of 1 to 255"),
    Mistake(
      "the same check twice",
      Node.checks(
        Node.good, Node.map(9, ("name", Node.text("test", 9)), ("app", Node.scalar(1, 10)))),
      "line 9: gates.merge.checks[1]: names test twice"),
  ]

  @Test("the file", arguments: shapes) func shape(_ mistake: Mistake) { expect(mistake) }

  @Test("a check", arguments: checks) func check(_ mistake: Mistake) { expect(mistake) }

  private func expect(_ mistake: Mistake) {
    let found = PolicyReadingTests.problems(of: mistake.file)
    #expect(found.count == mistake.problems.count, "\(found)")
    for (problem, expected) in zip(found, mistake.problems) {
      #expect(problem.description.hasPrefix(expected))
    }
  }

  static func problems(of file: ConfigNode) -> [PolicyProblem] {
    do throws(PolicyProblems) {
      _ = try Policy(file, confirmation: .github)
      return []
    } catch { return error.all }
  }

  @Test("everything that is wrong is said at once, in the order of the file")
  func together() {
    let file = Node.map(
      1, ("version", Node.scalar(2, 1)),
      (
        "gates",
        Node.map(
          2,
          (
            "merge",
            Node.map(
              3, ("context", Node.scalar(7, 4)), ("branches", Node.list([], 5)),
              (
                "checks",
                Node.list(
                  [
                    Node.map(7, ("name", Node.text("test", 7)), ("typo", Node.text("x", 8))),
                    Node.map(9, ("status", Node.text("ci", 9))),
                  ], 6)
              ), ("late", Node.scalar(true, 11)))
          ))
      ),
      ("extra", Node.scalar(true, 12)))
    let found = PolicyReadingTests.problems(of: file).map { "\($0.line) \($0.path)" }
    #expect(
      found == [
        "1 version", "4 gates.merge.context", "5 gates.merge.branches",
        "7 gates.merge.checks[0].app", "8 gates.merge.checks[0].typo",
        "9 gates.merge.checks[1].creator", "11 gates.merge.late", "12 extra",
      ])
  }
}

extension PolicyReadingTests.Mistake {
  init(_ title: String, _ file: ConfigNode, problems: [String]) {
    testDescription = title
    self.file = file
    self.problems = problems
  }
}
