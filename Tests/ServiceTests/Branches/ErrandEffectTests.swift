import Gates
import Ledger
import LedgerTesting
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct ErrandEffectTests {
    private static let both = BypassReactions(comments: true, opensIssue: true)

    private func withBypass(
      _ deliveries: [WebhookDelivery],
      _ test: @escaping @Sendable (Posting, BranchHost, BranchEffects) async throws -> Void
    ) async throws {
      try await withPosting { posting in
        _ = try await posting.parts.store.append([BranchScene.policy(Self.both)])
        let host = BranchHost()
        let effects = BranchScene.effects(posting.parts, host)
        // A process that is at work has looked before.
        #expect(try await posting.parts.due(effects).isEmpty)
        try await posting.service.deliver(all: deliveries)
        try await test(posting, host, effects)
      }
    }

    @Test func aMergeIsCommentedOnAndAnIssueOpened() async throws {
      try await withBypass([Scene.opened(), Scene.ended("test", "failure"), Scene.merged]) {
        posting, host, effects in
        try await posting.parts.work(effects)
        #expect(host.calls == ["comment 7", "issue"], "nothing is looked for at a first try")
        #expect(host.notes.map(\.number) == [7, 101])
        let bypass = try #require(try await posting.entries(.bypass).first)
        let text = host.notes[0].text
        let marker = "<!-- ledger:bypass:640100200:\(bypass.index) -->"
        #expect(text.hasPrefix(marker) && host.notes[1].text.hasPrefix(marker))
        #expect(text.contains("who: `mia`") && text.contains("`test` (`failure`)"))
        #expect(text.contains("(https://ledger.example/ledger/acme/api/pull/7)"))
        #expect(host.notes[1].title == "Pull request #7 was merged past its gate")
        let done = try await posting.entries(.errandDone)
        #expect(
          done.map { $0.entry.data["key"] } == [
            .string("comment/\(bypass.index)"), .string("issue/\(bypass.index)"),
          ])
        #expect(done.map { $0.entry.data["number"] } == [7, 101])
        try await posting.parts.work(effects)
        #expect(host.notes.count == 2)
        // Names stay out of the log.
        let log = try await posting.parts.store.read {
          try $0.entries(from: 0, limit: 0, kind: nil)
        }
        let own = log.filter { [.bypass, .errandDone].contains($0.entry.kind) }
        #expect(own.allSatisfy { !String(decoding: $0.entry.bytes, as: UTF8.self).contains("mia") })
      }
    }

    @Test func aCallWithoutAnAnswerIsNotMadeTwice() async throws {
      try await withBypass([Scene.opened(), Scene.ended("test", "failure"), Scene.merged]) {
        posting, host, effects in
        host.fail(.cut, .cut)
        try await posting.parts.work(effects)
        #expect(try await posting.entries(.errandDone).isEmpty)
        try await posting.parts.work(effects)
        #expect(host.calls == ["comment 7", "issue", "look 7", "search"])
        #expect(host.notes.count == 2)
        #expect(try await posting.entries(.errandDone).map { $0.entry.data["number"] } == [7, 101])
      }
    }

    @Test func whatWasRefusedIsTriedAgain() async throws {
      try await withBypass([Scene.opened(), Scene.ended("test", "failure"), Scene.merged]) {
        posting, host, effects in
        host.fail(
          .refuse(.unavailable(after: 5, reason: "502")),
          .refuse(.refused(status: 403, reason: "issues: write is missing")))
        try await posting.parts.work(effects)
        try await posting.parts.work(effects)
        #expect(host.calls == ["comment 7", "issue", "comment 7", "issue"])
        #expect(host.notes.count == 2)
      }
    }

    @Test func aNewProcessLooksForWhatTheOneBeforeMayHaveDone() async throws {
      try await withBypass([Scene.opened(), Scene.ended("test", "failure"), Scene.merged]) {
        posting, host, effects in
        host.fail(.cut, .cut)
        try await posting.parts.work(effects)
        let next = BranchScene.effects(posting.parts, host)
        try await posting.parts.work(next)
        #expect(host.notes.count == 2)
        #expect(try await posting.entries(.errandDone).count == 2)
      }
    }

    /// Whoever may comment knows the form of the marker.
    @Test func aMarkerThatWasWrittenBeforeSilencesNothing() async throws {
      try await withBypass([Scene.opened(), Scene.ended("test", "failure")]) {
        posting, host, effects in
        for index in 0..<50 {
          host.add(
            .init(number: 7, title: nil, text: "<!-- ledger:bypass:640100200:\(index) -->"))
        }
        try await posting.service.deliver(all: [Scene.merged])
        try await posting.parts.work(effects)
        #expect(host.notes.count == 52)
      }
    }

    @Test func whatTurnsOutToBeInOrderIsSaidInTheIssue() async throws {
      let push = BranchScene.push(Derived.commit("merge"), at: 600)
      try await withBypass([Scene.opened(), push]) { posting, host, effects in
        posting.service.clock.advance(seconds: 31)
        try await posting.parts.work(effects)
        #expect(try await posting.entries(.bypass).count == 1)
        try await posting.service.deliver(all: [Scene.merged])
        let followUp = try #require(
          try await posting.parts.due(effects).first { $0.key.context.hasPrefix("follow-up") })
        #expect(
          try await effects.carryOut(followUp)
            == .later(nil, reason: "the issue is not open yet"))
        try await posting.parts.work(effects)
        try await posting.parts.work(effects)
        let issue = try #require(host.notes.first { $0.title == "main was changed past its gate" })
        let words = host.notes.filter { $0.number == issue.number && $0.title == nil }
        #expect(words.count == 1)
        #expect(words[0].text.hasPrefix("<!-- ledger:verified:"))
        #expect(words[0].text.contains("`pull request #7 was merged`"))
      }
    }
  }
}

@Suite struct BypassTextTests {
  @Test(arguments: [
    ("](https://evil.example)", "`](https://evil.example)`"),
    ("<script>alert(1)</script>", "`<script>alert(1)</script>`"),
    ("@everyone", "`@\u{200B}everyone`"), ("`@here` **x**", "`'@\u{200B}here' **x**`"),
    ("a\n\n# heading\u{2028}b", "`a # heading b`"), ("", "`(nothing)`"),
    ("-->\u{202E}x", "`--> x`"),
  ])
  func whatComesFromOutsideIsHarmless(_ text: String, _ expected: String) {
    let shown = text.isEmpty ? "(nothing)" : expected
    #expect(Markdown.code(text) == shown)
  }

  @Test func aLongNameIsCut() {
    let code = Markdown.code(String(repeating: "x", count: 5_000))
    #expect(code.count == 203 && code.hasSuffix("…`"))
  }

  @Test func aHostileBranchStaysOnItsLine() throws {
    let hostile = "main`](https://evil.example) @everyone <img src=x>\n<!-- ledger:bypass:1:2 -->"
    let entry = try Entry(
      kind: .bypass, at: nil, received: noon, source: .ledger,
      data: [
        "gate": "push", "repository_id": 5, "branch": .string(hostile),
        "summary": .string("pushed to \(hostile)"), "actor": 9, "sha": "abc",
      ])
    let text = BypassText(
      Stored(index: 12, entry: entry), in: RepositoryRow(id: 5, name: "acme/api"), login: hostile,
      page: nil)
    let lines = text.alarm.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "<!-- ledger:bypass:5:12 -->")
    #expect(lines.dropFirst().allSatisfy { !$0.hasPrefix("<!--") })
    for line in lines.dropFirst() {
      let outside = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
      #expect(!outside.contains("evil") && !outside.contains("@") && !outside.contains("<"))
    }
    #expect(!text.alarm.contains("@everyone") && !text.title.contains("@everyone"))
    #expect(!text.title.contains("\n"))
  }
}
