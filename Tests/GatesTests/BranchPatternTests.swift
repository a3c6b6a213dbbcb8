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

  /// One way after the other.
  private func naively(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    guard first == UInt8(ascii: "*") else {
      return name.first == first && naively(pattern.dropFirst(), name.dropFirst())
    }
    let isDeep = pattern.dropFirst().first == first
    let ends = isDeep ? name.endIndex : name.firstIndex(of: UInt8(ascii: "/")) ?? name.endIndex
    return (name.startIndex...ends).contains { start in
      naively(pattern.dropFirst(isDeep ? 2 : 1), name[start...])
    }
  }

  @Test func itSaysWhatTryingAllWaysSays() {
    var (chance, matching) = (SystemRandomNumberGenerator(), 0)
    func text(_ letters: String) -> String {
      String(
        (0..<Int.random(in: 0...8, using: &chance)).compactMap { _ in letters.randomElement() })
    }
    for _ in 0..<20_000 {
      let (pattern, name) = (text("ab/***"), text("aab/"))
      let isMatch = naively(Array(pattern.utf8)[...], Array(name.utf8)[...])
      if isMatch { matching += 1 }
      #expect(BranchPattern(pattern).matches(name) == isMatch, "\(pattern) \(name)")
    }
    #expect((1_000..<19_000).contains(matching))
  }

  /// There are more ways to cut this name at those stars than anybody could try.
  @Test(.timeLimit(.minutes(1))) func manyStars() {
    let pattern = BranchPattern(String(repeating: "**", count: 127) + "x")
    #expect(!pattern.matches(String(repeating: "develop", count: 30)))
    #expect(pattern.matches(String(repeating: "develop", count: 30) + "x"))
  }

  @Test("a policy guards what any of its patterns names")
  func anyOf() {
    let policy = MergePolicy(branches: ["main", "release/*"])
    #expect(policy.guards("main") && policy.guards("release/1"))
    #expect(!policy.guards("topic") && !MergePolicy(branches: []).guards("main"))
  }
}
