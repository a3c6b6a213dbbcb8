import Crypto
import Ledger
import Merkle

/// What a transparency log of the kind Rekor v1 vouches for: that it holds an entry, and since when.
struct LogEntry: Sendable {
  /// SHA-256 of the log's key.
  let logID: [UInt8]
  let index: Int64
  /// Seconds since 1970; worth something only with a promise.
  let integratedTime: Int64
  /// Its leaf.
  let body: [UInt8]
  /// The signed entry timestamp.
  let promise: [UInt8]?
  let proof: JSON?

  init(_ json: JSON) throws(AttestationError) {
    guard let logID = json.at("logId", "keyId")?.bytes,
      let index = json["logIndex"]?.int64, let body = json["canonicalizedBody"]?.bytes
    else { throw AttestationError("an entry of a log is incomplete") }
    (self.logID, self.index, self.body) = (logID, index, body)
    integratedTime = json["integratedTime"]?.int64 ?? 0
    promise = json.at("inclusionPromise", "signedEntryTimestamp")?.bytes
    let proof = json["inclusionProof"]
    self.proof = proof?.isNull == true ? .none : proof
  }

  /// When the log took the entry in.
  ///
  /// - Returns: `nil` when the log does not promise a time.
  /// - Throws: where anything that is there does not hold.
  func check(_ log: VerificationKey) throws(AttestationError) -> Instant? {
    guard promise != nil || proof != nil else {
      throw AttestationError("the log's entry has neither a promise nor a proof")
    }
    if let proof { try check(proof, log) }
    guard let promise else { return nil }
    let text: JSON = [
      "body": .string(Base64.encoded(body)), "integratedTime": .int(integratedTime),
      "logID": .string(logID.map(\.hexDigits).joined()), "logIndex": .int(index),
    ]
    guard log.made(promise, of: text.canonicalBytes) else {
      throw AttestationError("the log's promise does not fit its key")
    }
    return Instant(seconds: integratedTime)
  }

  private func check(_ proof: JSON, _ log: VerificationKey) throws(AttestationError) {
    guard let index = proof["logIndex"]?.int64, let size = proof["treeSize"]?.int64,
      let root = proof["rootHash"]?.bytes, root.count == Hash.byteCount,
      let note = proof.at("checkpoint", "envelope")?.string
    else { throw AttestationError("the log's proof of inclusion is incomplete") }
    let hashes = try (proof["hashes"]?.array ?? []).map { element throws(AttestationError) in
      guard let bytes = element.bytes, bytes.count == Hash.byteCount else {
        throw AttestationError("the log's proof of inclusion has something that is no hash")
      }
      return Hash(bytes)
    }
    let head = try LogEntry.checkpoint(note, log)
    guard head.size == size, head.root == Hash(root) else {
      throw AttestationError("the log's proof of inclusion is not about its checkpoint")
    }
    guard
      Proof.verifyInclusion(
        hashes, of: .leaf(body), at: Int(index), in: head.size, root: head.root)
    else { throw AttestationError("the log's proof of inclusion does not hold") }
  }

  /// The first four bytes of the log's id tell its line from those of witnesses; other keys' lines
  /// are ignored (C2SP signed-note).
  private static func checkpoint(
    _ text: String, _ log: VerificationKey
  ) throws(AttestationError) -> Checkpoint {
    do throws(NoteError) {
      let note = try SignedNote(text)
      let hint = log.id.bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let own = note.signatures.filter { $0.id == hint }
      guard !own.isEmpty else {
        throw NoteError.malformed("is not signed by the log's key")
      }
      let message = Array(note.text.utf8)
      guard own.allSatisfy({ log.made($0.bytes, of: message) }) else {
        throw NoteError.malformed("has a signature that does not fit the log's key")
      }
      return try Checkpoint(text: note.text)
    } catch { throw AttestationError("the log's checkpoint: \(error)") }
  }
}

extension UInt8 {
  var hexDigits: String { (self < 16 ? "0" : "") + String(self, radix: 16) }
}
