import Ledger
import Merkle

/// Whose log this is: its name, its keys, and its head as it was signed last.
public struct LogReport: Sendable {
  public static let schema = "ledger.log/1"

  /// `nil` while the log is not signed.
  public let origin: String?
  /// In the order of their use: the last one signs.
  public let keys: [LogKey]
  public let size: Int64
  public let checkpoint: StoredCheckpoint?
  public let witnesses: WitnessReport
  /// The newest head that has the quorum of them, with their lines.
  public let cosigned: SignedNote?

  public init(reading tables: any LedgerReader) throws {
    keys = try tables.logKeys()
    origin = keys.last?.verifier.name
    size = try tables.size()
    checkpoint = try tables.checkpoint()
    witnesses = try WitnessReport(reading: tables)
    cosigned = try tables.cosignedCheckpoint()
  }

  public var json: JSON {
    [
      "schema": .string(LogReport.schema), "origin": .optional(origin), "size": .int(size),
      "keys": .array(
        keys.map { key in
          [
            "vkey": .string(key.verifier.vkey), "entry": .string(String(key.entry)),
            "since": .string(key.since.description),
          ]
        }),
      "checkpoint": checkpoint.map { .string($0.note) } ?? .null,
      "witnesses": witnesses.json, "cosigned": .optional(cosigned?.description),
    ]
  }
}
