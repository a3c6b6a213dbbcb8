import Gates
import Testing

@Suite("Branch patterns")
struct BranchPatternTests {
  struct Line: Sendable, CustomTestStringConvertible {
    let pattern: String
    let yes: [String]
    let no: [String]

    var testDescription: String { pattern }

    init(_ pattern: String, yes: [String], no: [String]) {
      self.pattern = pattern
      self.yes = yes
      self.no = no
    }
  }

  static let lines = [
    Line("main", yes: ["main"], no: ["", "Main", "main2", "amain", "main/1", "refs/heads/main"]),
    Line(
      "release/*", yes: ["release/1", "release/", "release/1.2-rc"],
      no: ["release", "release/1/hotfix", "releases/1", "a/release/1"]),
    Line(
      "release/**", yes: ["release/1", "release/", "release/1/hotfix", "release//"],
      no: ["release", "releases/1"]),
    Line("*", yes: ["main", "", "ü"], no: ["a/b", "/"]),
    Line("**", yes: ["main", "", "a/b/c"], no: []),
    Line(
      "*-stable", yes: ["1-stable", "-stable", "a-stable-stable"], no: ["1-stable-2", "a/1-stable"]),
    Line("**/stable", yes: ["a/stable", "a/b/stable", "/stable"], no: ["stable", "a/stable/b"]),
    Line("v*.*", yes: ["v1.2", "v.", "v1.2.3"], no: ["v1", "v1/2.3"]),
    Line("***", yes: ["", "a", "a/b"], no: []),
    Line("a.c", yes: ["a.c"], no: ["abc"]),
    Line("[a-z]", yes: ["[a-z]"], no: ["b"]),
    Line("a?", yes: ["a?"], no: ["ab"]),
    Line("é*", yes: ["é1"], no: ["e1"]),
  ]

  @Test("table", arguments: lines)
  func table(_ line: Line) {
    let pattern = BranchPattern(line.pattern)
    for branch in line.yes { #expect(pattern.matches(branch), "\(branch)") }
    for branch in line.no { #expect(!pattern.matches(branch), "\(branch)") }
  }

  @Test("a policy guards what any of its patterns names")
  func anyOf() {
    let policy = MergePolicy(branches: ["main", "release/*"])
    #expect(policy.guards("main") && policy.guards("release/1"))
    #expect(!policy.guards("topic") && !MergePolicy(branches: []).guards("main"))
  }
}
