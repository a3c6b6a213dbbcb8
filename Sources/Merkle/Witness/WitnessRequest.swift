/// A checkpoint on its way to a witness, with the proof that it only adds to the one that the
/// witness has: the body of `add-checkpoint` (C2SP tlog-witness).
public struct WitnessRequest: Hashable, Sendable {
  /// More than a proof between any two trees has.
  private static let maximumHashes = 63

  /// The size that the witness has, as the log believes.
  public let old: Int
  public let proof: [Hash]
  public let note: SignedNote

  public init(old: Int, proof: [Hash], note: SignedNote) {
    self.old = old
    self.proof = proof
    self.note = note
  }

  public init(_ body: String) throws(NoteError) {
    var rest = Substring(body)
    guard let first = WitnessRequest.line(&rest), first.hasPrefix("old "),
      let old = Int(decimal: first.dropFirst(4))
    else { throw .malformed("the first line is not that of the old size") }
    var proof: [Hash] = []
    while let line = WitnessRequest.line(&rest), !line.isEmpty {
      guard proof.count < WitnessRequest.maximumHashes, let bytes = Base64.decoded(line),
        bytes.count == Hash.byteCount
      else { throw .malformed("a line of the proof is no hash, or there are too many") }
      proof.append(Hash(bytes))
    }
    self.init(old: old, proof: proof, note: try SignedNote(String(rest)))
  }

  /// Without its line break; `nil` where there is none.
  private static func line(_ text: inout Substring) -> Substring? {
    guard let end = text.utf8.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    defer { text = text[text.utf8.index(after: end)...] }
    return text[..<end]
  }

  public var text: String {
    "old \(old)\n\(proof.map { Base64.encoded($0.bytes) + "\n" }.joined())\n\(note)"
  }
}
