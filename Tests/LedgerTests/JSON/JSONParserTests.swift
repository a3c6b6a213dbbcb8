import Ledger
import Testing

@Suite struct JSONParserTests {
  // MARK: accepted

  static let accepted: [(String, JSON)] = [
    ("null", .null), ("true", true), ("false", false), ("0", 0), ("-0", 0), ("7", 7),
    (" \t\r\n1 \t\r\n", 1), ("-1", -1), ("10", 10), ("99999999999999", 99_999_999_999_999),
    ("999999999999999", 999_999_999_999_999), ("1000000000000000", 1_000_000_000_000_000),
    ("9007199254740991", 9_007_199_254_740_991), ("9007199254740993", 9_007_199_254_740_993),
    ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
    ("9223372036854775808", .number("9223372036854775808")),
    ("-9223372036854775809", .number("-9223372036854775809")),
    ("123456789012345678901234567890", .number("123456789012345678901234567890")),
    ("1.0", .number("1.0")), ("1e2", .number("1e2")), ("-0.5E-7", .number("-0.5E-7")),
    ("1E+400", .number("1E+400")), ("0e0", .number("0e0")),
    (#""""#, ""), (#""a""#, "a"), (#""é€😀""#, "é€😀"), (#""\u00e9""#, "é"), (#""\u00E9""#, "é"),
    (#""\ud83d\ude00""#, "😀"), (#""\uD834\uDD1E""#, "𝄞"), (#""\u0000""#, "\0"),
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), ("\"\u{7F}\u{80}\"", "\u{7F}\u{80}"),
    ("\"\u{2028}\u{2029}\u{FEFF}\"", "\u{2028}\u{2029}\u{FEFF}"),
    (#""\ufffe\uffff""#, "\u{FFFE}\u{FFFF}"), (#""\udbff\udfff""#, "\u{10FFFF}"),
    ("[]", []), ("[ ]", []), ("[1,[2,[]],{}]", [1, [2, []], [:]]), ("[null]", [nil]),
    ("{}", [:]), ("{ }", [:]), (#"{"":0}"#, ["": 0]),
    (#"{"a":{"a":{"a":1}}}"#, ["a": ["a": ["a": 1]]]),
    (#" { "b" : [ true , false ] , "a" : null } "#, ["a": nil, "b": [true, false]]),
    (#"{"a":1,"A":2,"a ":3}"#, ["a": 1, "A": 2, "a ": 3]),
  ]

  @Test(arguments: accepted)
  func accepts(text: String, value: JSON) throws {
    #expect(try JSON.parse(Array(text.utf8)) == value)
    #expect(try JSON.parse(text.utf8.lazy.map { $0 }) == value, "without contiguous storage")
  }

  /// A document of millions of small objects must not take a kilobyte for each.
  @Test func laterObjectsGetNoRoomBeforehand() throws {
    let text = "[" + Array(repeating: #"{"a":1}"#, count: 100).joined(separator: ",") + "]"
    let rooms = (try JSON.parse(Array(text.utf8)).array ?? []).map { $0.object?.capacity ?? 0 }
    #expect(rooms.count == 100 && rooms[0] >= 16, "the control")
    #expect(rooms[99] < 6)
  }

  // MARK: refused

  static let refused: [(String, JSONError.Reason)] = [
    ("", .truncated), (" ", .truncated), ("[", .truncated), ("{\"a\"", .truncated),
    ("{\"a\":", .truncated), ("[1", .truncated), ("[1,", .truncated), ("\"", .truncated),
    ("\"a", .truncated), ("\"\\", .truncated), ("\"\\u12", .truncated), ("tru", .truncated),
    ("-", .truncated), ("1.", .truncated), ("1e", .truncated), ("1e+", .truncated),
    ("1 2", .trailing), ("{}{}", .trailing), ("[]]", .trailing), ("nullx", .trailing),
    ("01", .trailing), ("-01", .trailing), ("1\0", .trailing), ("\"a\"b", .trailing),
    ("+1", .unexpected), (".5", .unexpected), ("NaN", .unexpected), ("'a'", .unexpected),
    ("\u{FEFF}{}", .unexpected), ("\u{FEFF}1", .unexpected), ("nul!", .unexpected),
    ("True", .unexpected), ("{a:1}", .unexpected), ("{1:1}", .unexpected),
    ("{\"a\" 1}", .unexpected), ("{\"a\":1,}", .unexpected), ("{,}", .unexpected),
    ("{\"a\":1;\"b\":2}", .unexpected), ("[1 2]", .unexpected), ("[1}", .unexpected),
    ("{\"a\":1]", .unexpected), ("/**/1", .unexpected), ("[1]//", .trailing),
    ("-a", .badNumber), ("- 1", .badNumber), ("1.e1", .badNumber), ("[1.]", .badNumber),
    ("1ea", .badNumber), ("[-]", .badNumber), ("[1,]", .badNumber), ("[,1]", .badNumber),
    ("-Infinity", .badNumber), ("{\"a\":}", .badNumber), ("1.-1", .badNumber),
    ("\"\n\"", .badString), ("\"\t\"", .badString), ("\"\0\"", .badString),
    ("\"\u{1F}\"", .badString), ("\"\\x\"", .badString), ("\"\\'\"", .badString),
    ("\"\\u00g0\"", .badString), ("\"\\u 123\"", .badString), ("\"\\U0041\"", .badString),
    ("\"\\ud800\"", .badString), ("\"\\udc00\"", .badString), ("\"\\ud800\\ud800\"", .badString),
    ("\"\\ud800x\"", .badString), ("\"\\ud800\\n\"", .badString),
    ("\"\\udc00\\ud800\"", .badString), ("{\"\\ud800\":1}", .badString),
    ("{\"a\":1,\"a\":1}", .duplicateKey), ("{\"a\":1,\"\\u0061\":2}", .duplicateKey),
    ("{\"\\u0061\":1,\"a\":2}", .duplicateKey), ("{\"\\/\":1,\"/\":2}", .duplicateKey),
    ("{\"\\u00e9\":1,\"é\":2}", .duplicateKey), ("{\"\":1,\"\":2}", .duplicateKey),
    ("{\"\\ud83d\\ude00\":1,\"😀\":2}", .duplicateKey),
    ("[{\"a\":{\"b\":1,\"b\":2}}]", .duplicateKey),
  ]

  @Test(arguments: refused)
  func refuses(text: String, reason: JSONError.Reason) {
    #expect(failure(Array(text.utf8))?.reason == reason)
  }

  /// What is not kept is checked all the same.
  @Test(arguments: refused)
  func refusesAlsoWhatIsNotKept(text: String, reason: JSONError.Reason) {
    let document = Array("{\"skipped\":\(text)".utf8)
    #expect(failure(document, keeping: Selection("wanted")) != nil)
    #expect(failure(document + Array("}".utf8), keeping: Selection("wanted")) != nil)
  }

  @Test func errorsNameTheirPlace() {
    #expect(failure(Array("{\"a\":1,\"a\":2}".utf8))?.offset == 7)
    #expect(
      failure(Array("[1 2]".utf8))?.description == "unexpected character at byte 3")
  }

  // MARK: bytes

  @Test(
    arguments: [
      [0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xC3], [0xE2, 0x82], [0xE0, 0x80, 0xAF],
      [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0xAF], [0xF4, 0x90, 0x80, 0x80],
      [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xE9],
    ] as [[UInt8]])
  func invalidUTF8IsRefusedAnywhere(bytes: [UInt8]) {
    // Behind 0 to 9 bytes of ASCII: the check runs in words of eight.
    for padding in 0..<10 {
      let inside = Array(("\"" + String(repeating: "a", count: padding)).utf8) + bytes
      #expect(failure(inside + Array("\"".utf8))?.reason == .invalidUTF8)
      #expect(
        failure(inside + Array("\"".utf8), keeping: Selection("a"))?.reason == .invalidUTF8)
    }
    #expect(failure(Array("{\"".utf8) + bytes + Array("\":1}".utf8))?.reason == .invalidUTF8)
    #expect(failure(Array("1 ".utf8) + bytes)?.reason == .invalidUTF8)
  }

  @Test func utf16IsNotJSON() {
    for document in ["{}", "null", "\"a\""] {
      #expect(failure(document.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }) != nil)
    }
  }

  @Test func everyTruncationOfADocumentIsRefused() throws {
    let document = Array(
      #"{"a":[1,-2.5e+7,"é\n\ud83d\ude00\u0041"],"b":{"c":null,"d":[true,false,{}]},"é":"x"}"#.utf8)
    #expect(throws: Never.self) { try JSON.parse(document) }
    for count in 0..<document.count {
      #expect(failure(Array(document.prefix(count))) != nil, "\(count) bytes")
      let unwanted = failure(Array(document.prefix(count)), keeping: Selection("z"))
      #expect(unwanted != nil, "\(count) bytes, nothing kept")
    }
  }

  @Test(arguments: ["}", "]", ",", ":", "\"", "0", "{}", "\0", "null", "/", "\u{FEFF}", "é"])
  func nothingMayFollowTheValue(garbage: String) {
    for document in ["{\"a\":1}", "[1]", "\"a\"", "true"] {
      #expect(failure(Array((document + garbage).utf8)) != nil)
      #expect(failure(Array((document + " " + garbage).utf8))?.reason == .trailing)
    }
  }

  // MARK: limits

  @Test(arguments: [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")])
  func depthIsLimited(open: String, close: String) {
    let step = open.hasPrefix("[{") ? 2 : 1
    func nested(_ depth: Int) -> [UInt8] {
      let times = depth / step
      return Array(
        (String(repeating: open, count: times) + "[]"
          + String(repeating: close, count: times)).utf8)
    }
    // `[]` in the middle is one level more.
    let deepest = (JSON.maximumDepth - 1) / step * step
    #expect(failure(nested(deepest)) == nil)
    #expect(failure(nested(deepest + step))?.reason == .tooDeep)
    #expect(failure(nested(deepest + step), keeping: Selection("b"))?.reason == .tooDeep)
    #expect(failure(nested(1_000_000))?.reason == .tooDeep)
  }

  @Test func sixtyFourLevelsAndNoMore() {
    let opened = [UInt8](repeating: UInt8(ascii: "["), count: 64)
    let closed = [UInt8](repeating: UInt8(ascii: "]"), count: 64)
    #expect(failure(opened + closed) == nil)
    #expect(failure([0x5B] + opened + closed + [0x5D])?.reason == .tooDeep)
    #expect(failure([0x5B] + opened)?.reason == .tooDeep)
  }

  /// Each scalar, array and object is one value, keys are none.
  @Test(arguments: ["0", "[]", "{}", #"[0,0]"#, #"{"a":[1,{"b":null}],"c":"d"}"#])
  func valuesAreLimited(text: String) throws {
    let (bytes, values) = (Array(text.utf8), text.count { "0[{1nd".contains($0) })
    #expect(throws: Never.self) { try JSON.parse(bytes, atMost: values) }
    #expect(failure(bytes, atMost: values - 1)?.reason == .tooMany)
    #expect(failure(bytes, atMost: 0)?.offset == 0)
  }

  /// What is not kept takes no memory.
  @Test func onlyWhatIsKeptIsCounted() {
    let document = Array(#"{"skipped":[1,2,3,{"wanted":4}],"wanted":5}"#.utf8)
    #expect(failure(document, keeping: Selection("wanted"), atMost: 2) == nil)
    #expect(failure(document, keeping: Selection("wanted"), atMost: 1)?.reason == .tooMany)
    #expect(failure(document, atMost: 2)?.reason == .tooMany, "the control")
  }

  /// Depth counts what encloses, not what came before.
  @Test func siblingsAreNotDeep() {
    let wide = "[" + Array(repeating: "[[]]", count: 500).joined(separator: ",") + "]"
    #expect(failure(Array(wide.utf8)) == nil)
  }

  @Test func duplicatesAreFoundAmongMany() throws {
    let members = (0..<200).map { "\"key\($0)\":\($0)" }
    let document = "{" + members.joined(separator: ",")
    #expect(try JSON.parse(Array((document + "}").utf8)).object?.count == 200)
    for key in [0, 22, 23, 24, 25, 199] {
      let twice = Array((document + ",\"key\(key)\":0}").utf8)
      #expect(failure(twice)?.reason == .duplicateKey, "key\(key)")
      #expect(failure(twice, keeping: Selection("key3"))?.reason == .duplicateKey)
    }
  }

  @Test func theSameKeyMayStandInDifferentObjects() throws {
    let document = #"{"a":{"a":1},"b":[{"a":1},{"a":2}]}"#
    #expect(try JSON.parse(Array(document.utf8)).at("a", "a") == 1)
  }

  /// Swift holds canonically equivalent strings for equal: of two such keys one would be lost.
  @Test func keysThatSwiftCannotTellApartAreRefused() {
    let document = Array("{\"\u{E9}\":1,\"e\u{301}\":2}".utf8)
    #expect(failure(document)?.reason == .duplicateKey)
  }

  // MARK: helpers

  private func failure(
    _ bytes: [UInt8], keeping selection: Selection = .everything, atMost limit: Int = .max
  ) -> JSONError? {
    do {
      _ = try JSON.parse(bytes, keeping: selection, atMost: limit)
      return nil
    } catch { return error }
  }
}
