/// Whom somebody believes who checks a log from outside: of the log's keys one has to have signed,
/// of witnesses all of them.
public struct TrustedKeys: Hashable, Sendable {
  public let logs: [NoteVerifier]
  public let witnesses: [NoteVerifier]

  public init(_ verifiers: [NoteVerifier]) {
    logs = verifiers.filter { $0.algorithm == .ed25519 }
    witnesses = verifiers.filter { $0.algorithm == .cosignature }
  }

  public var all: [NoteVerifier] { logs + witnesses }

  /// Those that signed a head.
  ///
  /// - Parameter origin: the log's name, which is that of its keys.
  /// - Throws: where no key of this log signed it, or a witness did not.
  public func signers(
    of note: SignedNote, origin: String
  ) throws(NoteError) -> [NoteVerifier] {
    let found = try note.signatures(by: all)
    let signers = all.filter { key in
      found.contains { $0.name == key.name && $0.id == key.id }
    }
    guard signers.contains(where: { $0.algorithm == .ed25519 && $0.name == origin }) else {
      throw .unsigned
    }
    if let absent = witnesses.first(where: { !signers.contains($0) }) {
      throw .malformed("the witness \(absent.name) did not cosign it")
    }
    return signers
  }
}
