import Ledger
import LedgerTesting
import Merkle
import Testing

@Suite struct EntryTests {
  private static let received = Instant(seconds: 1_791_000_000)

  private func entry(
    _ data: JSON, kind: Kind = .checkRun, at: Instant? = Instant(seconds: 1_790_999_999),
    source: Source = .github(event: "check_run", delivery: "d-1", hook: 7),
    evidence: EvidenceReference? = nil
  ) throws(EntryError) -> Entry {
    try Entry(
      kind: kind, at: at, received: Self.received, source: source, data: data, evidence: evidence)
  }

  // MARK: form

  @Test func theBytesAreCanonicalJSON() throws {
    let evidence = EvidenceReference(hash: .sha256("body".utf8), size: 4)
    let written = try entry(["b": 1, "a": nil], evidence: evidence)
    #expect(
      String(decoding: written.bytes, as: UTF8.self)
        == #"{"at":"2026-10-03T03:59:59Z","data":{"a":null,"b":1},"evidence":{"bytes":4,"#
        + #""sha256":"\#(Hash.sha256("body".utf8).hex)"},"kind":"github.check_run.v1","#
        + #""received":"2026-10-03T04:00:00Z","#
        + #""source":{"delivery":"d-1","event":"check_run","from":"github","hook":7}}"#)
    #expect(written.leaf == Hash.leaf(written.bytes))
  }

  @Test func aNULIsRefused() {
    #expect(throws: EntryError.notAnEntry("a NUL in a text")) {
      try entry(["name": "test\u{0}zzz"], at: nil, source: .ledger)
    }
  }

  @Test func whatIsUnknownIsShownAsNull() throws {
    let written = try entry([:], at: nil, source: .ledger)
    #expect(
      String(decoding: written.bytes, as: UTF8.self)
        == #"{"at":null,"data":{},"evidence":null,"kind":"github.check_run.v1","#
        + #""received":"2026-10-03T04:00:00Z","source":{"from":"ledger"}}"#)
  }

  static let sources: [Source] = [
    .github(event: "push", delivery: "72d3162e-cc78-11e3-81ab-4c9367dc0958", hook: nil),
    .github(event: "", delivery: "", hook: 0),
    .github(event: "é\n😀", delivery: "\"", hook: 1 << 53),
    .githubAPI, .ledger, .kubernetes, .token("deploy \u{1F}"),
  ]

  @Test(arguments: sources)
  func roundTrip(source: Source) throws {
    let instants: [Instant?] = [nil, Instant(seconds: -1), Instant(microseconds: 1)]
    for at in instants {
      for evidence in [nil, EvidenceReference(hash: .emptyRoot, size: 0)] {
        let data: JSON = ["list": [1, nil, true, ["x": "é\u{1}"]], "n": .int(-(1 << 53))]
        let written = try entry(
          data, kind: "made.up.v9", at: at, source: source, evidence: evidence)
        let read = try Entry(decoding: written.bytes)
        #expect(read == written)
        #expect(read.leaf == written.leaf)
      }
    }
  }

  @Test func generatedDataSurvivesTheRoundTrip() throws {
    var random = SeededGenerator(seed: 65_535)
    var written = 0
    while written < 500 {
      let data = GeneratedJSON(using: &random).value
      let made: Entry
      do { made = try entry(data) } catch {
        guard case .unrepresentableNumber = error else { throw error }
        continue
      }
      try #require(try Entry(decoding: made.bytes) == made)
      written += 1
    }
  }

  // MARK: limits

  @Test func sizeIsLimited() throws {
    let overhead = try entry("").bytes.count
    let fits = try entry(.string(String(repeating: "x", count: 65_535 - overhead)))
    #expect(fits.bytes.count == 65_535)
    #expect(try Entry(decoding: fits.bytes) == fits)
    #expect(throws: EntryError.tooLarge(65_536)) {
      try entry(.string(String(repeating: "x", count: 65_536 - overhead)))
    }
    // In bytes as they are written, not in characters.
    #expect(throws: EntryError.self) { try entry(.string(String(repeating: "é", count: 32_767))) }
    #expect(throws: EntryError.self) { try entry(.string(String(repeating: "\0", count: 20_000))) }
  }

  @Test func onlyIntegersThatEveryImplementationReadsAlike() throws {
    for number in ["1.0", "1e2", "9223372036854775808", "0.1"] {
      #expect(throws: EntryError.unrepresentableNumber(number)) { try entry(.number(number)) }
      #expect(throws: EntryError.unrepresentableNumber(number)) {
        try entry(["a": [["b": .number(number)]]])
      }
    }
    let limit: Int64 = 1 << 53
    #expect(try entry([.int(limit), .int(-limit)]).data == [.int(limit), .int(-limit)])
    for beyond in [limit + 1, -limit - 1, .max, .min] {
      #expect(throws: EntryError.unrepresentableNumber(String(beyond))) { try entry(.int(beyond)) }
      #expect(throws: EntryError.unrepresentableNumber(String(beyond))) {
        try entry([:], source: .github(event: "push", delivery: "d", hook: beyond))
      }
    }
  }

  /// An entry that could be written but not read back would end every replay.
  @Test func whatIsTooDeepToReadIsNotWritten() throws {
    func nested(_ depth: Int) -> JSON { (1..<depth).reduce([] as JSON) { inner, _ in [inner] } }
    let deepest = try entry(nested(JSON.maximumDepth - 1))
    #expect(try Entry(decoding: deepest.bytes) == deepest)
    #expect(throws: EntryError.notAnEntry("nested too deeply")) {
      try entry(nested(JSON.maximumDepth))
    }
    let objects = (0..<JSON.maximumDepth).reduce(1 as JSON) { inner, _ in ["a": inner] }
    #expect(throws: EntryError.notAnEntry("nested too deeply")) { try entry(objects) }
  }

  // MARK: refused bytes

  private static let canonical =
    #"{"at":null,"data":{"a":1},"evidence":null,"kind":"k.v1","#
    + #""received":"2026-10-03T04:00:00Z","source":{"from":"ledger"}}"#

  @Test func theCanonicalFormIsAccepted() throws {
    #expect(try Entry(decoding: Array(Self.canonical.utf8)).data == ["a": 1])
  }

  @Test(arguments: [
    (" ", ""), ("\n", ""), ("", "\n"), ("", " "),
  ])
  func spaceAroundIsRefused(before: String, after: String) {
    expectRefusal(before + Self.canonical + after)
  }

  @Test(arguments: [
    (#""data":{"a":1}"#, #""data": {"a":1}"#), (#""a":1"#, #""a":01"#), (#""a":1"#, #""a":1.0"#),
    (#""a":1"#, #""a":-0"#), (#""a":1"#, #""\u0061":1"#), (#""a":1"#, #""b":2,"a":1"#),
    (#""a":1"#, #""a":"\/""#), (#""a":1"#, #""a":"\u000A""#), (#""a":1"#, #""a":1,"a":1"#),
    (#""at":null,"#, ""), (#""at":null"#, #""at":"2018-04-25 20:42:10""#),
    (#""at":null"#, #""at":"2026-10-03T04:00:00+00:00""#), (#""at":null"#, #""at":1790999999"#),
    (#""data":{"a":1},"#, ""), (#""evidence":null,"#, ""), (#""evidence":null"#, #""evidence":{}"#),
    (#""kind":"k.v1","#, ""), (#""kind":"k.v1""#, #""kind":1"#),
    (#""received":"2026-10-03T04:00:00Z","#, ""),
    ("2026-10-03T04:00:00Z", "2026-10-03T04:00:00.0Z"), ("2026-10-03T04:00:00Z", "yesterday"),
    (#"{"from":"ledger"}"#, "{}"), (#"{"from":"ledger"}"#, #"{"from":"elsewhere"}"#),
    (#"{"from":"ledger"}"#, #"{"from":"ledger","more":1}"#), (#"{"from":"ledger"}"#, "null"),
    (#"{"from":"ledger"}"#, #"{"from":"token"}"#), (#"{"from":"ledger"}"#, #"{"from":"github"}"#),
    (#""kind""#, #""extra":0,"kind""#), ("}}", "}"), ("{\"at\"", "[{\"at\""),
  ])
  func anyOtherSpellingIsRefused(part: String, replacement: String) throws {
    let changed = Self.canonical.replacing(part, with: replacement)
    try #require(changed != Self.canonical)
    expectRefusal(changed)
  }

  /// One changed bit makes another entry or none, never the same one.
  @Test func noBitMayChange() throws {
    let original = try Entry(decoding: Array(Self.canonical.utf8))
    var refused = 0
    for position in original.bytes.indices {
      var bytes = original.bytes
      bytes[position] ^= 1
      do {
        let other = try Entry(decoding: bytes)
        #expect(other != original && other.leaf != original.leaf)
      } catch { refused += 1 }
    }
    #expect(refused > original.bytes.count / 2)
  }

  private static let spoken: [(source: Source, data: JSON)] = [
    (.ledger, ["a": 1]), (sources[0], ["é": "ü", "f": -1]),
    (.token("t", key: "k"), .object(["B": [], "b": ["\n", .object([:])], "c": nil, "": ""])),
  ]

  /// What is read without being written again is the same as if it were: with any byte changed, left
  /// out or said twice it is refused, or it is just what `init` writes.
  @Test(arguments: spoken)
  func whatIsReadIsWhatWouldBeWritten(source: Source, data: JSON) throws {
    let evidence = EvidenceReference(hash: .emptyRoot, size: 3)
    let bytes = try entry(data, source: source, evidence: evidence)
      .numbered(["repository/7": 2, "service/api": 1]).bytes
    #expect(try isAsWritten(bytes))
    var accepted = 0
    for position in bytes.indices {
      for byte in Array(#"0 -A~""#.utf8) + [bytes[position] ^ 1] where byte != bytes[position] {
        let changed = bytes[..<position] + [byte] + bytes[(position + 1)...]
        accepted += try isAsWritten(Array(changed)) ? 1 : 0
      }
      let shorter = Array(bytes[..<position] + bytes[(position + 1)...])
      let longer = Array(bytes[...position] + bytes[position...])
      for changed in [shorter, longer] { accepted += try isAsWritten(changed) ? 1 : 0 }
    }
    #expect(accepted > 100)
  }

  /// `false` for what is refused.
  private func isAsWritten(_ bytes: [UInt8]) throws -> Bool {
    let read: Entry
    do { read = try Entry(decoding: bytes) } catch { return false }
    let written = try Entry(
      kind: read.kind, at: read.at, received: read.received, source: read.source,
      data: read.data, evidence: read.evidence
    ).numbered(read.streams)
    #expect(written == read && written.bytes == bytes)
    return true
  }

  private func expectRefusal(_ text: String) {
    #expect(throws: EntryError.self, "\(text)") { try Entry(decoding: Array(text.utf8)) }
  }
}
