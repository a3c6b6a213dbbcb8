/// The head of a log: how many entries, and the root over all of them (C2SP tlog-checkpoint).
public struct Checkpoint: Hashable, Sendable {
  /// The log's name: a URL without its scheme, and the name of the key that signs.
  public let origin: String
  public let size: Int
  public let root: Hash

  public init(origin: String, size: Int, root: Hash) {
    self.origin = origin
    self.size = size
    self.root = root
  }

  /// Reads the text of a note. Lines behind the third are allowed and not read.
  public init(text: String) throws(NoteError) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 4, lines.last?.isEmpty == true,
      !lines.dropLast().contains(where: \.isEmpty)
    else { throw .malformed("a checkpoint has an origin, a size and a root") }
    guard let size = Int(decimal: lines[1]) else {
      throw .malformed("the checkpoint's size is no number")
    }
    guard let root = Base64.decoded(lines[2]), root.count == Hash.byteCount else {
      throw .malformed("the checkpoint's root is no hash")
    }
    self.init(origin: String(lines[0]), size: size, root: Hash(root))
  }

  /// Of a note that one of these keys signed.
  public init(
    _ note: SignedNote, signedBy verifiers: some Collection<NoteVerifier>
  ) throws(NoteError) {
    _ = try note.signatures(by: verifiers)
    try self.init(text: note.text)
  }

  public var text: String { "\(origin)\n\(size)\n\(Base64.encoded(root.bytes))\n" }

  public func signed(by signers: [NoteSigner]) throws -> SignedNote {
    let text = text
    return SignedNote(text: text, signatures: try signers.map { try $0.sign(text) })
  }
}

extension Int {
  /// A number as all of C2SP's formats write it: digits, and no zero before others.
  init?(decimal text: some StringProtocol) {
    guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }),
      text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0")
    else { return nil }
    self.init(text)
  }
}
