import Ledger
import LedgerTesting
import Testing

@Suite struct CanonicalJSONTests {
  /// RFC 8785, 3.2.3: by UTF-16 code units, where astral characters (surrogates from D800) come
  /// before U+E000…U+FFFF, other than by code point or by UTF-8.
  @Test func membersAreSortedByUTF16() {
    let value: JSON = [
      "\u{20AC}": "Euro Sign", "\r": "Carriage Return",
      "\u{FB33}": "Hebrew Letter Dalet With Dagesh", "1": "One", "😀": "Emoji: Grinning Face",
      "\u{80}": "Control", "\u{F6}": "Latin Small Letter O With Diaeresis",
    ]
    #expect(
      value.canonicalString
        == "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\","
        + "\"\u{F6}\":\"Latin Small Letter O With Diaeresis\",\"\u{20AC}\":\"Euro Sign\","
        + "\"😀\":\"Emoji: Grinning Face\","
        + "\"\u{FB33}\":\"Hebrew Letter Dalet With Dagesh\"}")
  }

  @Test func prefixesComeFirst() {
    let value: JSON = ["ab": 1, "a": 2, "": 3, "aa": 4, "B": 5]
    #expect(value.canonicalString == #"{"":3,"B":5,"a":2,"aa":4,"ab":1}"#)
  }

  @Test func onlyWhatMustBeIsEscaped() {
    let controls = JSON.string(
      String(String.UnicodeScalarView((0..<0x20).map { Unicode.Scalar(UInt8($0)) })))
    #expect(
      controls.canonicalString
        == #""\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"#
        + #"\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c"#
        + #"\u001d\u001e\u001f""#)
    let rest: JSON = "\"\\/\u{7F}\u{80}é\u{2028}\u{FFFF}😀<>&'"
    #expect(rest.canonicalString == "\"\\\"\\\\/\u{7F}\u{80}é\u{2028}\u{FFFF}😀<>&'\"")
  }

  static let forms: [(JSON, String)] = [
    (.null, "null"), (true, "true"), (false, "false"), (0, "0"), (-1, "-1"),
    (.int(.max), "9223372036854775807"), (.int(.min), "-9223372036854775808"), ([], "[]"),
    ([:], "{}"), ([1, [nil, "a"], [:]], "[1,[null,\"a\"],{}]"),
    (["b": [1, 2], "a": ["d": nil, "c": ""]], "{\"a\":{\"c\":\"\",\"d\":null},\"b\":[1,2]}"),
  ]

  @Test(arguments: forms)
  func form(value: JSON, text: String) {
    #expect(value.canonicalString == text)
    #expect(value.canonicalBytes == Array(text.utf8))
  }

  /// A string is written as it is: no normalisation.
  @Test func stringsAreNotNormalised() {
    #expect(JSON.string("\u{E9}").canonicalBytes == [0x22, 0xC3, 0xA9, 0x22])
    #expect(JSON.string("e\u{301}").canonicalBytes == [0x22, 0x65, 0xCC, 0x81, 0x22])
  }

  /// Every spelling of a value has one canonical form, and that form is a fixed point.
  @Test func canonicalFormIsAFixedPoint() throws {
    var random = SeededGenerator(seed: 8785)
    for _ in 0..<2000 {
      let document = GeneratedJSON(using: &random)
      let canonical = try JSON.parse(Array(document.text.utf8)).canonicalBytes
      try #require(canonical == document.value.canonicalBytes, "\(document.text)")
      try #require(try JSON.parse(canonical).canonicalBytes == canonical)
    }
  }
}
