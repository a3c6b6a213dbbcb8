/// Looks at a file before Foundation's parser does.
///
/// A document type is refused: with it come entities, which can grow without end or name files. It
/// may stand before the first element alone (XML 1.0, 2.8). A processing instruction without data
/// is refused too: Foundation hands it on as a null pointer and crashes (seen with Swift 6.3.1).
enum XMLGuard {
  /// In these the characters of markup are those of ASCII: nothing can hide from the check.
  private static let encodings = [
    "utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "windows-1252",
  ]

  static func check(_ bytes: [UInt8]) throws(JUnitError) {
    var scanner = Scanner(bytes: bytes)
    _ = scanner.skip("\u{FEFF}")
    if scanner.startsDeclaration { try checkEncoding(try scanner.through("?>"), scanner.line) }
    while true {
      scanner.skipSpace()
      if scanner.starts("<!--") {
        _ = try scanner.through("-->")
      } else if scanner.starts("<?") {
        try scanner.instruction()
      } else {
        break
      }
    }
    guard scanner.starts("<") else { throw scanner.error("is not XML in UTF-8") }
    if scanner.starts("<!") {
      throw scanner.error("has a document type (<!DOCTYPE), which is refused")
    }
    try checkInstructions(&scanner)
  }

  /// A `<` begins markup everywhere but in comments and CDATA.
  private static func checkInstructions(_ scanner: inout Scanner) throws(JUnitError) {
    while scanner.skipToMarkup() {
      if scanner.starts("<!--") {
        _ = try scanner.through("-->")
      } else if scanner.starts("<![CDATA[") {
        _ = try scanner.through("]]>")
      } else if scanner.starts("<?") {
        try scanner.instruction()
      } else {
        scanner.offset += 1
      }
    }
  }

  /// `<?xml version="1.0" encoding="UTF-8"?>`
  private static func checkEncoding(_ declaration: String, _ line: Int) throws(JUnitError) {
    let parts = declaration.lowercased().split(separator: "encoding", maxSplits: 1)
    guard parts.count == 2 else { return }
    let value = parts[1].drop { $0 == " " || $0 == "=" || $0.isWhitespace }.dropFirst()
      .prefix { $0 != "\"" && $0 != "'" }
    guard encodings.contains(String(value)) else {
      throw JUnitError(line: line, reason: "is in the encoding \(value); it must be UTF-8")
    }
  }

  private struct Scanner {
    let bytes: [UInt8]
    var offset = 0

    var line: Int { 1 + bytes[..<offset].count { $0 == 10 } }

    func starts(_ text: String) -> Bool { bytes[offset...].starts(with: text.utf8) }

    /// `<?xml` and white space: `<?xml-stylesheet` is an instruction.
    var startsDeclaration: Bool {
      starts("<?xml") && offset + 5 < bytes.count
        && [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset + 5])
    }

    mutating func skip(_ text: String) -> Bool {
      guard starts(text) else { return false }
      offset += text.utf8.count
      return true
    }

    mutating func skipSpace() {
      while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
    }

    /// `false` at the end.
    mutating func skipToMarkup() -> Bool {
      while offset < bytes.count, bytes[offset] != UInt8(ascii: "<") { offset += 1 }
      return offset < bytes.count
    }

    mutating func instruction() throws(JUnitError) {
      let start = offset
      let data = try through("?>").dropFirst(2).dropLast(2).drop { !$0.isWhitespace }
      guard data.contains(where: { !$0.isWhitespace }) else {
        offset = start
        throw error("has a processing instruction without data")
      }
    }

    /// What stands up to the end of `mark`, which is left behind.
    mutating func through(_ mark: String) throws(JUnitError) -> String {
      let start = offset
      while offset < bytes.count {
        if skip(mark) { return String(decoding: bytes[start..<offset], as: UTF8.self) }
        offset += 1
      }
      offset = start
      throw error("is not well-formed XML")
    }

    func error(_ reason: String) -> JUnitError { JUnitError(line: line, reason: reason) }
  }
}
