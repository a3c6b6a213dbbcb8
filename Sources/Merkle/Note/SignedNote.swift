/// One line below a note: who signed, with which key, and what came out.
public struct NoteSignature: Hashable, Sendable {
  public let name: String
  /// The first four bytes of the signature's base64.
  public let id: UInt32
  /// The rest of it.
  public let bytes: [UInt8]

  public init(name: String, id: UInt32, bytes: [UInt8]) {
    self.name = name
    self.id = id
    self.bytes = bytes
  }

  /// Without its line break.
  public init(line: some StringProtocol) throws(NoteError) {
    let parts = line.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "\u{2014}", NoteVerifier.isName(parts[1]),
      let bytes = Base64.decoded(parts[2]), bytes.count > 4
    else { throw .malformed("a line below a note is no signature") }
    name = String(parts[1])
    id = bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    self.bytes = Array(bytes.dropFirst(4))
  }

  public var line: String {
    let prefix = withUnsafeBytes(of: id.bigEndian) { Array($0) }
    return "\u{2014} \(name) \(Base64.encoded(prefix + bytes))"
  }

  /// When a witness signed, in seconds since 1970; `nil` when these are no bytes of a witness.
  public var time: UInt64? {
    guard bytes.count == 72 else { return nil }
    return bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}

/// A text and signatures of it, unchecked (C2SP signed-note).
public struct SignedNote: Hashable, Sendable {
  /// More lines than any log and its witnesses write: what is longer is an attack.
  private static let maximumSignatures = 100

  /// Ends with a line break.
  public let text: String
  public var signatures: [NoteSignature]

  public init(text: String, signatures: [NoteSignature]) {
    self.text = text
    self.signatures = signatures
  }

  public init(_ note: String) throws(NoteError) {
    guard
      note.unicodeScalars.allSatisfy({ $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7F })
    else { throw .malformed("a note must not have control characters") }
    guard note.hasSuffix("\n"), let split = SignedNote.split(note.utf8) else {
      throw .malformed("a note has a text, an empty line and signatures")
    }
    text = String(note[..<split])
    let lines = note[note.utf8.index(after: split)...].dropLast()
      .split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count <= SignedNote.maximumSignatures else {
      throw .malformed("a note has at most \(SignedNote.maximumSignatures) signatures")
    }
    var signatures: [NoteSignature] = []
    for line in lines { signatures.append(try NoteSignature(line: line)) }
    self.signatures = signatures
  }

  /// Behind the first of the last two line breaks that stand together.
  private static func split(_ bytes: String.UTF8View) -> String.Index? {
    var index = bytes.endIndex
    var isBreak = false
    while index > bytes.startIndex {
      let next = index
      index = bytes.index(before: index)
      let wasBreak = isBreak
      isBreak = bytes[index] == UInt8(ascii: "\n")
      if isBreak, wasBreak { return next }
    }
    return nil
  }

  /// The signatures by keys that are known, all of which fit. Others are ignored, so that a log may
  /// get further signers.
  public func signatures(
    by verifiers: some Collection<NoteVerifier>
  ) throws(NoteError) -> [NoteSignature] {
    var known: [NoteSignature] = []
    for signature in signatures {
      guard
        let verifier = verifiers.first(where: {
          $0.name == signature.name && $0.id == signature.id
        })
      else { continue }
      guard verifier.made(signature, of: text) else { throw .badSignature(name: signature.name) }
      known.append(signature)
    }
    guard !known.isEmpty else { throw .unsigned }
    return known
  }
}

extension SignedNote: CustomStringConvertible {
  /// The note as it is sent.
  public var description: String {
    text + "\n" + signatures.map { $0.line + "\n" }.joined()
  }
}
