extension String {
  /// Byte by byte: Swift's == would take two spellings of one accented letter for the same text
  /// (Unicode's canonical equivalence), and SQLite and the log do not.
  public func isExactly(_ other: String) -> Bool {
    let answer = utf8.withContiguousStorageIfAvailable { own in
      other.utf8.withContiguousStorageIfAvailable { own.elementsEqual($0) }
    }
    return answer.flatMap(\.self) ?? utf8.elementsEqual(other.utf8)
  }

  /// Whether there is another text that Swift's == takes for this one. Of ASCII these have one: the
  /// Kelvin sign is a K, the Greek question mark a semicolon, and the Greek varia a grave accent.
  public var hasTwins: Bool { utf8.contains { $0 > 0x7F || "K;`".utf8.contains($0) } }

  /// Byte by byte: a mark behind a letter makes one character with it, in which Swift's `replacing`
  /// does not find the letter any more. What is escaped must be found there, too.
  public func replacing(exactly part: String, with other: String) -> String {
    String(
      decoding: Array(utf8).replacing(Array(part.utf8), with: Array(other.utf8)), as: UTF8.self)
  }
}

/// A key that is compared as SQLite compares it.
public struct ByteText: Hashable, Sendable {
  public let text: String

  public init(_ text: String) { self.text = text }

  public static func == (left: ByteText, right: ByteText) -> Bool {
    left.text.isExactly(right.text)
  }

  /// Of the bytes, too: of some accented letters there are thousands of spellings, and they would
  /// all fall together.
  public func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension ByteText: Comparable {
  public static func < (left: ByteText, right: ByteText) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }
}

extension ByteText: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }
}
