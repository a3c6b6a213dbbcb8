import Merkle

/// Who outside this machine vouches for the log's heads, as `ledger.yaml` says it. It is an entry:
/// whoever checks a copy of the log knows whose cosignatures it should have.
public struct LogWitnesses: Hashable, Sendable {
  public struct Member: Hashable, Sendable {
    /// A key for cosignatures.
    public let verifier: NoteVerifier
    /// Without a slash at its end; `/add-checkpoint` follows.
    public let url: String

    public init(verifier: NoteVerifier, url: String) {
      self.verifier = verifier
      self.url = url
    }
  }

  /// No two of one name.
  public let members: [Member]
  /// How many have to cosign a head; 1 to their number, 0 without any.
  public let quorum: Int

  public init(members: [Member], quorum: Int? = nil) {
    self.members = members
    self.quorum = quorum ?? members.count
  }

  public static let none = LogWitnesses(members: [])

  public var keys: [NoteVerifier] { members.map(\.verifier) }

  /// `log.witnesses.v1`: from here on these are asked.
  public func entry(received: Instant) throws(EntryError) -> Entry {
    try Entry(
      kind: .logWitnesses, at: nil, received: received, source: .ledger,
      data: [
        "witnesses": .array(
          members.map { ["vkey": .string($0.verifier.vkey), "url": .string($0.url)] }),
        "quorum": .int(Int64(quorum)),
      ])
  }

  /// What is no key any more is left out: it cannot be counted.
  init(_ stored: Stored) {
    let data = stored.entry.data
    members = (data["witnesses"]?.array ?? []).compactMap { member in
      guard let vkey = member["vkey"]?.string, let url = member["url"]?.string else { return nil }
      do { return Member(verifier: try NoteVerifier(vkey), url: url) } catch { return nil }
    }
    quorum = Int(data["quorum"]?.int ?? 0)
  }
}

/// A line of a witness below a checkpoint.
public struct StoredCosignature: Hashable, Sendable {
  /// Of the checkpoint.
  public let size: Int64
  public let name: String
  public let keyID: UInt32
  /// Without its line break.
  public let line: String
  /// When the witness signed it, by its clock.
  public let at: Instant

  public init(size: Int64, name: String, keyID: UInt32, line: String, at: Instant) {
    self.size = size
    self.name = name
    self.keyID = keyID
    self.line = line
    self.at = at
  }
}

/// What is known of heads that left this machine.
public protocol WitnessReader {
  /// In the order of their names and keys.
  func cosignatures(of size: Int64) throws -> [StoredCosignature]
  /// The one of the greatest size.
  func lastCosignature(by witness: NoteVerifier) throws -> StoredCosignature?
  /// The greatest size that so many of them cosigned.
  func lastCosigned(by witnesses: [NoteVerifier], atLeast quorum: Int) throws -> Int64?
}

/// A store that keeps what goes out and what comes back.
public protocol WitnessedStore: LedgerStore {
  /// Keeps the newest checkpoint for good and returns it when that is durable: only then may it
  /// leave this machine. `nil` for a log that is not signed.
  func keepCheckpoint() async throws -> StoredCheckpoint?

  /// Keeps lines of a witness that were checked; a later one of the same key replaces the earlier.
  ///
  /// - Throws: `StoreError` where there is no checkpoint of this size.
  func cosign(_ size: Int64, _ lines: [NoteSignature], at now: Instant) async throws
}

extension LedgerReader {
  /// Those in force; none before the first entry.
  public func witnesses() throws -> LogWitnesses {
    try newest(.logWitnesses).map(LogWitnesses.init) ?? .none
  }

  /// All that ever were asked.
  public func everyWitness() throws -> [NoteVerifier] {
    var keys: [NoteVerifier] = []
    for stored in try entries(from: 0, limit: 0, kind: .logWitnesses) {
      for key in LogWitnesses(stored).keys where !keys.contains(key) { keys.append(key) }
    }
    return keys
  }

  /// The newest checkpoint that enough witnesses vouch for, with their lines below it; `nil` when
  /// there is none, or nobody is asked.
  public func cosignedCheckpoint() throws -> SignedNote? {
    let witnesses = try witnesses()
    guard witnesses.quorum > 0,
      let size = try lastCosigned(by: witnesses.keys, atLeast: witnesses.quorum),
      let stored = try checkpoints(from: size, limit: 1).first, stored.size == size
    else { return nil }
    return try cosigned(stored)
  }

  /// With every line that is kept of it.
  public func cosigned(_ stored: StoredCheckpoint) throws -> SignedNote {
    do {
      var note = try SignedNote(stored.note)
      for row in try cosignatures(of: stored.size) {
        note.signatures.append(try NoteSignature(line: row.line))
      }
      return note
    } catch let error as NoteError {
      throw StoreError.failed("checkpoint \(stored.size): \(error)")
    }
  }

  /// The refusal of a witness that stands: it did not cosign anything since.
  public func standingAlarm(of witness: NoteVerifier) throws -> Stored? {
    let last = try lastCosignature(by: witness)?.size ?? 0
    return try entries(from: last, limit: 0, kind: .witnessRefused).last {
      $0.entry.data["vkey"]?.string == witness.vkey
    }
  }
}
