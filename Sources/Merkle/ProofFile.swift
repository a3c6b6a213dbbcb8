/// Proof that an entry is in a log whose head somebody signed: one file, checked without the log
/// (C2SP tlog-proof). The entry travels beside it.
public struct ProofFile: Hashable, Sendable {
  private static let header = "c2sp.org/tlog-proof@v1"

  public let index: Int
  /// From the leaf to the root.
  public let hashes: [Hash]
  /// The signed checkpoint.
  public let note: SignedNote
  /// Whatever belongs to the entry, opaque to the proof.
  public let extra: [UInt8]?

  public init(index: Int, hashes: [Hash], note: SignedNote, extra: [UInt8]? = nil) {
    self.index = index
    self.hashes = hashes
    self.note = note
    self.extra = extra
  }

  public init(_ text: String) throws(NoteError) {
    guard let gap = text.range(ofBlankLine: ()) else {
      throw .malformed("a proof has an empty line before its checkpoint")
    }
    var lines = text[..<gap.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)[
      ...]
    guard lines.popFirst() == Substring(ProofFile.header) else {
      throw .malformed("a proof begins with \(ProofFile.header)")
    }
    extra = try ProofFile.extra(&lines)
    guard let line = lines.popFirst(), line.hasPrefix("index "),
      let index = Int(decimal: line.dropFirst(6))
    else { throw .malformed("a proof names the index of its entry") }
    self.index = index
    var hashes: [Hash] = []
    for line in lines {
      guard hashes.count < 63, let bytes = Base64.decoded(line), bytes.count == Hash.byteCount
      else { throw .malformed("a line of the proof is no hash") }
      hashes.append(Hash(bytes))
    }
    self.hashes = hashes
    note = try SignedNote(String(text[gap.upperBound...]))
  }

  private static func extra(_ lines: inout ArraySlice<Substring>) throws(NoteError) -> [UInt8]? {
    guard let line = lines.first, line.hasPrefix("extra ") else { return nil }
    lines.removeFirst()
    guard let bytes = Base64.decoded(line.dropFirst(6)) else {
      throw .malformed("the proof's extra data is not base64")
    }
    return bytes
  }

  public var text: String {
    let extra = extra.map { "extra \(Base64.encoded($0))\n" } ?? ""
    let proof = hashes.map { Base64.encoded($0.bytes) + "\n" }.joined()
    return "\(ProofFile.header)\n\(extra)index \(index)\n\(proof)\n\(note)"
  }

  /// The checkpoint that has this entry at this index.
  ///
  /// - Throws: what is wrong with the signature or the proof.
  public func checkpoint(
    for entry: [UInt8], signedBy verifiers: some Collection<NoteVerifier>
  ) throws(NoteError) -> Checkpoint {
    let checkpoint = try Checkpoint(note, signedBy: verifiers)
    let isIncluded = Proof.verifyInclusion(
      hashes, of: .leaf(entry), at: index, in: checkpoint.size, root: checkpoint.root)
    guard isIncluded else {
      throw .malformed("the entry is not at index \(index) of the checkpoint's tree")
    }
    return checkpoint
  }
}

extension String {
  /// The first two line breaks that stand together.
  fileprivate func range(ofBlankLine: Void) -> Range<Index>? {
    var previous: Index?
    for index in utf8.indices {
      guard utf8[index] == UInt8(ascii: "\n") else {
        previous = nil
        continue
      }
      if let previous { return previous..<utf8.index(after: index) }
      previous = index
    }
    return nil
  }
}
