import Merkle

/// A key that signs the log's checkpoints. Each one is an entry: whoever trusts the first can follow
/// to the one that signs now, and old checkpoints stay verifiable.
public struct LogKey: Hashable, Sendable {
  public let verifier: NoteVerifier
  /// The entry that says it.
  public let entry: Int64
  public let since: Instant

  init?(_ stored: Stored) {
    guard let vkey = stored.entry.data["vkey"]?.string else { return nil }
    do { verifier = try NoteVerifier(vkey) } catch { return nil }
    entry = stored.index
    since = stored.entry.received
  }

  /// `log.key.v1`: from here on `verifier` signs.
  public static func entry(
    _ verifier: NoteVerifier, replacing previous: NoteVerifier?, received: Instant
  ) throws(EntryError) -> Entry {
    try Entry(
      kind: .logKey, at: nil, received: received, source: .ledger,
      data: [
        "origin": .string(verifier.name), "vkey": .string(verifier.vkey),
        "previous": .optional(previous?.vkey),
      ])
  }
}

/// A head of the log as it was signed.
public struct StoredCheckpoint: Hashable, Sendable {
  public let size: Int64
  public let root: Hash
  public let note: String
  public let signedAt: Instant

  public init(size: Int64, root: Hash, note: String, signedAt: Instant) {
    self.size = size
    self.root = root
    self.note = note
    self.signedAt = signedAt
  }
}

extension LedgerReader {
  /// In the order of their use; empty while the log is not signed.
  public func logKeys() throws -> [LogKey] {
    try entries(from: 0, limit: 0, kind: .logKey).compactMap(LogKey.init)
  }
}
