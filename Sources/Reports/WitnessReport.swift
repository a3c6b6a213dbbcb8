import Ledger
import Merkle

/// Who outside vouches for the log, and how far.
public struct WitnessReport: Sendable {
  public struct Member: Sendable {
    public let witness: NoteVerifier
    /// The newest head that it cosigned.
    public let last: StoredCosignature?
    /// The entry that says that it saw another log; `nil` since it cosigned again.
    public let alarm: Int64?
  }

  /// In the order of the configuration.
  public let members: [Member]
  public let quorum: Int
  /// Entries of the newest head that has it.
  public let quorumSize: Int64?

  public init(reading tables: any LedgerReader) throws {
    let witnesses = try tables.witnesses()
    members = try witnesses.keys.map { key in
      Member(
        witness: key, last: try tables.lastCosignature(by: key),
        alarm: try tables.standingAlarm(of: key)?.index)
    }
    quorum = witnesses.quorum
    quorumSize = try tables.lastCosigned(by: witnesses.keys, atLeast: witnesses.quorum)
  }

  /// Addresses are not shown: the answer is open to everyone.
  public var json: JSON {
    [
      "quorum": .int(Int64(quorum)), "size": .optional(quorumSize),
      "witnesses": .array(
        members.map { member in
          [
            "name": .string(member.witness.name), "vkey": .string(member.witness.vkey),
            "size": .optional(member.last?.size),
            "at": .optional(member.last.map { $0.at.wholeSecond.description }),
            "alarm": .optional(member.alarm.map { String($0) }),
          ]
        }),
    ]
  }
}
