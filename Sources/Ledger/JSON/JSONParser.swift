/// Why bytes are not JSON, and where.
public struct JSONError: Error, Equatable, CustomStringConvertible {
  public enum Reason: String, Sendable {
    case invalidUTF8 = "invalid UTF-8"
    case tooDeep = "nested too deeply"
    case duplicateKey = "the same key twice in one object"
    case unexpected = "unexpected character"
    case truncated = "ends too early"
    case trailing = "more than one value"
    case badNumber = "malformed number"
    case badString = "malformed string"
    case tooMany = "more values than are read"
  }

  public let reason: Reason
  /// Byte offset from the start of the document.
  public let offset: Int

  public var description: String { "\(reason.rawValue) at byte \(offset)" }
}

extension JSON {
  /// Objects and arrays may be nested this deep. GitHub's payloads stay under 12.
  public static let maximumDepth = 64

  /// Parses strictly (RFC 8259; a byte order mark, duplicate keys and unpaired surrogates are
  /// refused) in one pass. The whole document is checked; only what `selection` names is kept.
  ///
  /// - Parameter limit: how many values are kept before the document is refused. One of two bytes
  ///   takes twenty-four when it is kept, and a hundred and more as an object: for what strangers
  ///   send a limit of bytes is none of memory.
  public static func parse(
    _ bytes: some Sequence<UInt8>, keeping selection: Selection = .everything,
    atMost limit: Int = .max
  ) throws(JSONError) -> JSON {
    let result = bytes.withContiguousStorageIfAvailable { buffer in
      Result { () throws(JSONError) in try parse(UnsafeRawBufferPointer(buffer), selection, limit) }
    }
    if let result { return try result.get() }
    return try parse(Array(bytes), keeping: selection, atMost: limit)
  }

  private static func parse(
    _ buffer: UnsafeRawBufferPointer, _ selection: Selection, _ limit: Int
  ) throws(JSONError) -> JSON {
    try document(buffer, selection, limit).json
  }

  fileprivate static func document(
    _ buffer: UnsafeRawBufferPointer, _ selection: Selection, _ limit: Int = .max
  ) throws(JSONError) -> JSONDocument {
    guard UTF8Check.isValid(buffer) else { throw JSONError(reason: .invalidUTF8, offset: 0) }
    var parser = JSONParser(bytes: buffer, atMost: limit)
    let value = try parser.document(selection)
    return JSONDocument(
      json: value ?? .null, isCanonical: parser.isCanonical, values: parser.values)
  }
}

/// A value and what was seen of its bytes while it was read.
struct JSONDocument {
  let json: JSON
  /// The bytes are for certain those that `canonicalBytes` writes. `false` where telling would need
  /// more than a look at ASCII without escapes.
  let isCanonical: Bool
  /// Where the values of the outermost object stand, in its order.
  let values: [Range<Int>]

  init(_ bytes: [UInt8]) throws(JSONError) {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(JSONError) in try JSON.document(buffer, .everything) }
    }
    self = try result.get()
  }

  fileprivate init(json: JSON, isCanonical: Bool, values: [Range<Int>]) {
    self.json = json
    self.isCanonical = isCanonical
    self.values = values
  }
}

enum UTF8Check {
  /// ASCII eight bytes at a time; the standard library decides about the rest.
  static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var offset = 0
    while offset + 8 <= bytes.count {
      let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      guard word & 0x8080_8080_8080_8080 == 0 else { break }
      offset += 8
    }
    return String(validating: UnsafeRawBufferPointer(rebasing: bytes[offset...]), as: UTF8.self)
      != nil
  }
}

/// Every read of `bytes` goes through `peek`, which checks the bounds: a release build would
/// otherwise turn a truncated document into undefined behaviour.
struct JSONParser {
  let bytes: UnsafeRawBufferPointer
  private var offset = 0
  private var depth = 0
  private var keys = OpenKeys()
  /// Objects that still get room before they are read. Only the first ones do: millions of empty ones
  /// would take a kilobyte for each three bytes that somebody sends.
  private var roomy = 64
  /// How many more values are kept.
  private var room: Int
  fileprivate private(set) var isCanonical = true
  fileprivate private(set) var values: [Range<Int>] = []

  init(bytes: UnsafeRawBufferPointer, atMost limit: Int = .max) {
    self.bytes = bytes
    room = limit
  }

  mutating func document(_ selection: Selection) throws(JSONError) -> JSON? {
    let value = try value(selection)
    skipSpace()
    guard offset == bytes.count else { throw failure(.trailing) }
    return value
  }

  // MARK: values

  /// `nil` when the value was checked but is not wanted.
  private mutating func value(_ selection: Selection?) throws(JSONError) -> JSON? {
    skipSpace()
    guard let first = peek() else { throw failure(.truncated) }
    if selection != nil { try count() }
    switch first {
    case UInt8(ascii: "{"): return try object(selection)
    case UInt8(ascii: "["): return try array(selection)
    case UInt8(ascii: "\""): return try string(keeping: selection != nil).map(JSON.string)
    case UInt8(ascii: "t"): return try literal("true", .bool(true), keeping: selection != nil)
    case UInt8(ascii: "f"): return try literal("false", .bool(false), keeping: selection != nil)
    case UInt8(ascii: "n"): return try literal("null", .null, keeping: selection != nil)
    default: return try number(keeping: selection != nil)
    }
  }

  private mutating func count() throws(JSONError) {
    guard room > 0 else { throw failure(.tooMany) }
    room -= 1
  }

  private mutating func object(_ selection: Selection?) throws(JSONError) -> JSON? {
    try enter()
    var seen = keys.open()
    defer {
      depth -= 1
      keys.close(seen)
    }
    var members: [String: JSON] = [:]
    if selection != nil, roomy > 0 {
      roomy -= 1
      members.reserveCapacity(JSONParser.usualMembers(at: depth))
    }
    var previous = offset..<offset
    if try !closes(UInt8(ascii: "}")) {
      repeat {
        skipSpace()
        let start = offset
        guard peek() == UInt8(ascii: "\"") else { throw failure(.unexpected) }
        let (key, fingerprint) = try key(wanted: selection)
        noteOrder(of: start + 1..<offset - 1, behind: &previous)
        guard keys.insert(fingerprint, into: &seen) else {
          throw JSONError(reason: .duplicateKey, offset: start)
        }
        skipSpace()
        try expect(UInt8(ascii: ":"))
        let wanted = key.flatMap { selection?.member($0) }
        let said = offset
        // Swift compares strings by canonical equivalence: of two such keys one would be lost.
        if let value = try value(wanted), let key,
          members.updateValue(value, forKey: key) != nil
        {
          throw JSONError(reason: .duplicateKey, offset: start)
        }
        if depth == 1 { values.append(said..<offset) }
      } while try continues(until: UInt8(ascii: "}"))
    }
    return selection == nil ? .none : .some(.object(members))
  }

  /// Larger objects grow, which costs more than reading them; smaller ones waste a few bytes for a
  /// moment. An entry and its `data` are large, what is in them is small.
  private static func usualMembers(at depth: Int) -> Int { depth == 1 ? 12 : depth == 2 ? 16 : 6 }

  /// RFC 8785, 3.2.3: the keys ascend by their UTF-16 code units, which of ASCII are its bytes.
  private mutating func noteOrder(of key: Range<Int>, behind previous: inout Range<Int>) {
    guard isCanonical else { return }
    isCanonical =
      bytes[key].allSatisfy { $0 < 0x80 }
      && (previous.isEmpty || bytes[previous].lexicographicallyPrecedes(bytes[key]))
    previous = key
  }

  private mutating func array(_ selection: Selection?) throws(JSONError) -> JSON? {
    try enter()
    defer { depth -= 1 }
    var elements: [JSON] = []
    if try !closes(UInt8(ascii: "]")) {
      repeat {
        if let element = try value(selection) { elements.append(element) }
      } while try continues(until: UInt8(ascii: "]"))
    }
    return selection == nil ? .none : .some(.array(elements))
  }

  private mutating func literal(
    _ word: StaticString, _ value: JSON, keeping: Bool
  ) throws(JSONError) -> JSON? {
    for position in 0..<word.utf8CodeUnitCount {
      guard let byte = peek() else { throw failure(.truncated) }
      guard byte == word.utf8Start[position] else { throw failure(.unexpected) }
      offset += 1
    }
    // `nil` would be the JSON value: `JSON` is expressible by that literal.
    return keeping ? .some(value) : .none
  }

  /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?` (RFC 8259, 6).
  private mutating func number(keeping: Bool) throws(JSONError) -> JSON? {
    let start = offset
    if peek() == UInt8(ascii: "-") { offset += 1 }
    if peek() == UInt8(ascii: "0") { offset += 1 } else { try digits() }
    var isInteger = true
    if peek() == UInt8(ascii: ".") {
      isInteger = false
      offset += 1
      try digits()
    }
    if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      offset += 1
      if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { offset += 1 }
      try digits()
    }
    if !isInteger || offset - start > JSONParser.safeDigits || bytes[start] == UInt8(ascii: "-") {
      isCanonical = false
    }
    guard keeping else { return nil }
    if isInteger, offset - start <= JSONParser.safeDigits, bytes[start] != UInt8(ascii: "-") {
      return .int(bytes[start..<offset].reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) })
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    return isInteger ? Int64(text).map(JSON.int) ?? .number(text) : .number(text)
  }

  /// Less than 2⁵³, which canonical JSON can hold, however they begin.
  private static let safeDigits = 15

  private mutating func digits() throws(JSONError) {
    let start = offset
    while let byte = peek(), isDigit(byte) { offset += 1 }
    guard offset > start else {
      throw failure(peek() == nil ? .truncated : start == 0 ? .unexpected : .badNumber)
    }
  }

  // MARK: strings

  /// The key, if it may be wanted, and a 64-bit fingerprint to find duplicates by.
  private mutating func key(
    wanted selection: Selection?
  ) throws(JSONError) -> (String?, UInt64) {
    let start = offset
    let key = try string(keeping: selection != nil)
    // Escapes make two spellings of one key; those keys are compared unescaped.
    let raw = bytes[start + 1..<offset - 1]
    if raw.contains(UInt8(ascii: "\\")) {
      var again = JSONParser(bytes: bytes)
      again.offset = start
      let plain = try again.string(keeping: true) ?? ""
      return (key, OpenKeys.fingerprint(plain.utf8))
    }
    return (key, OpenKeys.fingerprint(raw))
  }

  private mutating func string(keeping: Bool) throws(JSONError) -> String? {
    let start = offset
    offset += 1
    var hasEscapes = false
    while true {
      guard let byte = peek() else { throw failure(.truncated) }
      if byte == UInt8(ascii: "\"") { break }
      guard byte >= 0x20 else { throw failure(.badString) }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        isCanonical = false
        _ = try escape()
      } else {
        offset += 1
      }
    }
    let content = start + 1..<offset
    offset += 1
    guard keeping else { return nil }
    guard hasEscapes else { return String(decoding: bytes[content], as: UTF8.self) }
    return try unescaped(content)
  }

  private func unescaped(_ content: Range<Int>) throws(JSONError) -> String {
    var parser = JSONParser(bytes: bytes)
    parser.offset = content.lowerBound
    var result: [UInt8] = []
    while parser.offset < content.upperBound {
      if bytes[parser.offset] == UInt8(ascii: "\\") {
        result += String(try parser.escape()).utf8
      } else {
        result.append(bytes[parser.offset])
        parser.offset += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    offset += 1
    guard let byte = peek() else { throw failure(.truncated) }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw failure(.badString)
    }
  }

  private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
    let first = try hexQuad()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, peek() == UInt8(ascii: "\\") else { throw failure(.badString) }
    offset += 1
    guard peek() == UInt8(ascii: "u") else { throw failure(.badString) }
    offset += 1
    let second = try hexQuad()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw failure(.badString) }
    return scalar
  }

  private mutating func hexQuad() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek() else { throw failure(.truncated) }
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure(.badString)
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }

  // MARK: characters

  private func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      offset += 1
      isCanonical = false
    }
  }

  private mutating func enter() throws(JSONError) {
    depth += 1
    guard depth <= JSON.maximumDepth else { throw failure(.tooDeep) }
    offset += 1
  }

  private mutating func closes(_ end: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    guard peek() == end else { return false }
    offset += 1
    return true
  }

  private mutating func continues(until end: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    guard let byte = peek() else { throw failure(.truncated) }
    offset += 1
    if byte == UInt8(ascii: ",") { return true }
    guard byte == end else {
      offset -= 1
      throw failure(.unexpected)
    }
    return false
  }

  private mutating func expect(_ byte: UInt8) throws(JSONError) {
    guard let next = peek() else { throw failure(.truncated) }
    guard next == byte else { throw failure(.unexpected) }
    offset += 1
  }

  private func failure(_ reason: JSONError.Reason) -> JSONError {
    JSONError(reason: reason, offset: offset)
  }
}

/// The keys of the objects that are open, innermost last, as 64-bit FNV-1a instead of strings: a
/// collision could only refuse a document, never accept a duplicate. One array serves them all,
/// because an allocation for each object would cost more than the rest of the parse.
private struct OpenKeys {
  /// Up to here looking through the keys beats hashing them.
  private static let few = 64
  private var stack: [UInt64] = []

  mutating func open() -> Object { Object(start: stack.count) }

  mutating func close(_ object: Object) { stack.removeLast(stack.count - object.start) }

  /// `false` when the object has this key already.
  mutating func insert(_ fingerprint: UInt64, into object: inout Object) -> Bool {
    guard stack.count - object.start < OpenKeys.few else {
      if object.many.isEmpty { object.many.formUnion(stack[object.start...]) }
      return object.many.insert(fingerprint).inserted
    }
    guard !stack[object.start...].contains(fingerprint) else { return false }
    stack.append(fingerprint)
    return true
  }

  struct Object {
    let start: Int
    var many: Set<UInt64> = []
  }

  static func fingerprint(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }
}
