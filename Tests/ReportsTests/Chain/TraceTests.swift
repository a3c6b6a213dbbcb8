import Ledger
import LedgerTesting
import Reports
import Testing

@Suite struct TraceTests {
  private static let references = [
    "acme/api#418", "pr:418", "sha:\(ChainEntries.commit.prefix(8))",
    String(ChainEntries.digest.prefix(16)), "td:api:57", "api@prod",
    "deploy:640100200/id/"
      + "\(ChainEntries.run)/1/api/prod", "rollout:\(ChainEntries.rollout)",
    "task:\(ChainEntries.task)", "build:640100200/\(ChainEntries.run)/1",
  ]

  private static let stages = [
    "pull", "commit", "build", "test", "image", "scan", "taskdef", "deploy", "rollout", "task",
  ]

  private static func stages(_ answer: JSON) -> [String] {
    var seen: [String] = []
    for item in answer["items"]?.array ?? [] {
      if let stage = item["stage"]?.string, seen.last != stage { seen.append(stage) }
    }
    return seen
  }

  @Test(arguments: references)
  func fromAnyReferenceToTheWholeChain(_ reference: String) async throws {
    let answer = try await ChainStory.ask(
      ChainStory.entries(), "trace", [("ref", reference)])
    #expect(answer["missing"] == [])
    // Tests and scans are not on the way from what is below them.
    let below = ["test", "scan"]
    #expect(
      Self.stages(answer).filter { !below.contains($0) }
        == Self.stages.filter { !below.contains($0) })
    let task = answer["items"]?.array?.last?["instance"]
    #expect(task?["digest"] == .string(ChainEntries.digest))
    #expect(task?["revision"] == "api:57")
    #expect(task?["status"] == "RUNNING")
  }

  @Test func fromTheTopNothingIsLeftOut() async throws {
    let answer = try await ChainStory.ask(
      ChainStory.entries(), "trace", [("ref", "acme/api#418")])
    #expect(Self.stages(answer) == Self.stages)
  }

  @Test func shuffledAndDoubledItSaysTheSame() async throws {
    let entries = try ChainStory.entries()
    let questions: [(String, [(String, String)])] = [
      ("trace", [("ref", "acme/api#418")]), ("running", []), ("history", []),
      ("show", [("ref", "api@prod")]),
    ]
    let expected = try await ChainStory.ask(entries, questions).map(\.withoutPlaces)
    var random = SeededGenerator(seed: 418)
    for _ in 0..<12 {
      // A webhook of GitHub that comes twice is one; a report without a key is told twice.
      let doubled = (entries + entries).shuffled(using: &random)
      let answers = try await ChainStory.ask(doubled, questions).map(\.withoutPlaces)
      for (answer, expected) in zip(answers, expected) {
        #expect(answer == expected)
      }
    }
  }

  /// Leaving out one link of the chain is said, not smoothed over.
  @Test(
    arguments: [
      (Kind.imageRecorded, "image"), (.deploymentRecorded, "deploy"), (.pullRequest, "pull"),
    ])
  func whatNobodyToldIsMissing(_ kind: Kind, _ stage: String) async throws {
    let entries = try ChainStory.entries().filter { $0.kind != kind && $0.kind != .ecrImage }
    let answer = try await ChainStory.ask(
      entries, "trace", [("ref", "task:\(ChainEntries.task)")])
    let missing = (answer["missing"]?.array ?? []).compactMap { $0["stage"]?.string }
    if kind == .imageRecorded {
      // The task names the digest and the deployment the commit: what lies between is missing.
      #expect(missing == ["build"])
    } else {
      #expect(missing == [stage])
    }
  }

  /// A push that only the registry tells of hangs on its commit. The builds of that commit are
  /// shown, and that one of them made the image is not claimed.
  @Test func buildsBesideAnImage() async throws {
    let entries = try ChainStory.entries().map { entry in
      guard entry.kind == .imageRecorded else { return entry }
      return try ChainStory.chain.entry(.imageRecorded, ["build": nil])
    }
    let answer = try await ChainStory.ask(
      entries, "trace", [("ref", "task:\(ChainEntries.task)")])
    #expect(Self.stages(answer).contains("build"))
    let missing = try #require(answer["missing"]?.array)
    #expect(missing.map { $0["stage"] } == ["build"])
    #expect(missing[0]["reason"]?.string?.contains("which build of the commit") == true)
  }

  @Test(
    arguments: [
      ("sha:12345", "needs 6 to 40"), ("sha:xyzxyz", "hexadecimal"), ("sha256:12", "needs 6"),
      ("td:api", "td:FAMILY:NUMBER"), ("api@prod~x", "after ~"), ("api@prod@{soon}", "is no time"),
      ("@prod", "is no reference"), ("a@b@c", "is no reference"), ("pr:x", "pr:1287"),
    ])
  func whatIsNoReference(_ text: String, _ reason: String) async throws {
    do {
      _ = try await ChainStory.ask([], "trace", [("ref", text)])
      Issue.record("\(text) was taken")
    } catch BadQuestion.parameter(let name, let said) {
      #expect(name == "ref" && said.contains(reason), "\(said)")
    }
  }

  @Test(
    arguments: [
      "sha:ffffff", "sha256:ffffff", "td:api:58", "web", "web@prod", "api@nowhere", "api@prod~1",
      "pr:1", "other/repo#418", "9999", "api@prod@{2020-01-01}",
    ])
  func whatIsNotKnown(_ text: String) async throws {
    do {
      _ = try await ChainStory.ask(ChainStory.entries(), "trace", [("ref", text)])
      Issue.record("\(text) was found")
    } catch BadQuestion.nothing(let reason) {
      #expect(!reason.isEmpty)
    }
  }

  @Test func anAmbiguousPrefixListsItsCandidates() async throws {
    let digests = [
      "sha256:abcdef1" + String(repeating: "0", count: 57),
      "sha256:abcdef2" + String(repeating: "0", count: 57),
    ]
    let entries = try digests.map {
      try ChainStory.chain.entry(.imageRecorded, ["digest": .string($0)])
    }
    do {
      _ = try await ChainStory.ask(entries, "trace", [("ref", "sha256:abcdef")])
      Issue.record("it was taken")
    } catch BadQuestion.ambiguous(let text, let candidates) {
      #expect(text == "sha256:abcdef" && candidates == digests)
    }
  }
}
