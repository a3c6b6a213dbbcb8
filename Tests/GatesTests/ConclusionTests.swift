import Ledger
import Testing

@testable import Gates

/// Nothing that the outside says may keep a delivery out of the log.
@Suite struct ConclusionTests {
  /// As many bytes as an entry may have half of, in one character.
  private static let giant = String(repeating: "\u{301}", count: 16_500)

  private func hints(_ verdict: Stored) -> [String] {
    (verdict.data["findings"]?.array ?? []).compactMap { $0["hint"]?.string }
  }

  @Test func aNameOfAccentsIsCut() throws {
    let desk = try Desk(MergePolicy(.run("test (1)"), .run("test (2)")), confirmation: .webhooks)
    try desk.tell(Pull().entry())
    let concluded = try desk.tell(.check(.ended("success", "test (3\(Self.giant))")))
    let verdict = try #require(concluded.first)
    #expect(concluded.map(\.entry.kind) == [.verdict])
    #expect(verdict.state == "pending")
    #expect(hints(verdict) == Array(repeating: "reported under a new name? test (…", count: 2))
  }

  /// Each of them is short enough for itself.
  @Test func manyHintsLeaveRoomForEachOther() throws {
    let accents = String(repeating: "\u{301}", count: 400)
    let numbers = 100..<200
    let checks = numbers.map { CheckRule.run("step \($0) of the pipeline") }
    let desk = try Desk(
      MergePolicy(
        context: MergePolicy.defaultContext, branches: [BranchPattern("main")], checks: checks),
      confirmation: .webhooks)
    try desk.tell(Pull().entry())
    for number in numbers {
      let name = "ste\(accents)p \(number) of the pipeline"
      desk.ledger.append(try .check(.ended("success", name, run: Int64(number))))
    }
    let verdict = try #require(
      try desk.ledger.react(with: desk.gate, now: moment(9)).first { $0.entry.kind == .verdict })
    #expect(verdict.state == "pending")
    #expect(verdict.data["findings"]?.array?.count == 100)
    #expect(hints(verdict).count == 100)
    #expect(hints(verdict).allSatisfy { $0 == "reported under a new name? st…" })
  }

  private func data(_ size: Int, extra: [String: JSON] = [:]) -> JSON {
    let finding: JSON = ["check": "test", "hint": .string(String(repeating: "h", count: size))]
    return .object(extra.merging(["gate": "merge", "findings": [finding]]) { $1 })
  }

  /// `verify` concludes what older versions wrote again.
  @Test(arguments: [0, 200, 1_025, 60_000]) func whatFitsIsKeptWhole(_ size: Int) throws {
    let (now, data) = (moment(1), data(size))
    let plain = try Entry(kind: .verdict, at: now, received: now, source: .ledger, data: data)
    #expect(try Entry.conclusion(.verdict, at: now, now: now, data).bytes == plain.bytes)
  }

  /// Control characters take six bytes each.
  @Test func theLastResortIsWithoutHints() throws {
    let noise = JSON.string(String(repeating: "\u{1}", count: 2_000))
    let findings = (0..<100).map { number -> JSON in
      ["check": .string("\(number)"), "word": noise, "detail": noise, "hint": noise]
    }
    let places = JSON.array((0..<9_000).map(JSON.int))
    let digest = JSON.string("sha256:" + String(repeating: "d", count: 64))
    let data: JSON = ["findings": .array(findings), "entries": places, "digest": digest]
    let made = try Entry.conclusion(.bypass, at: nil, now: moment(1), data)
    #expect(made.data["digest"] == digest)
    #expect(made.data["findings"]?.array?.count == 100)
    #expect(made.data["findings"]?.array?.allSatisfy { $0["hint"] == nil } == true)
    #expect(made.data["entries"]?.array == (8_744..<9_000).map(JSON.int))
  }

  /// Any other fault is one of ours.
  @Test func whatIsNoEntryStaysNone() {
    let fault = EntryError.unrepresentableNumber("9007199254740993")
    #expect(throws: fault) {
      try Entry.conclusion(.verdict, at: nil, now: moment(1), ["pull": 9_007_199_254_740_993])
    }
  }
}
