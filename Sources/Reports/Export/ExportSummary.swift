import Ledger
import Merkle

/// What an export proves.
public struct ExportSummary: Sendable {
  public static let schema = "ledger.export-verify/1"

  public struct Stream: Hashable, Sendable {
    public let name: String
    public let span: ExportHeader.Span
    public let entries: Int
    /// Where the log says that it ends.
    public let end: Int64
    /// Nothing is missing behind this entry, which was received before `since`; `nil` from the
    /// stream's beginning on.
    public let after: Int64?
    /// The last one of the period; `nil` when it has none.
    public let last: Int64?
    /// Nothing is missing in front of this entry, the first of the period's that was received at or
    /// after `until`; `nil` up to the stream's end. What stands behind it is not in the file, also
    /// when a clock that was set back gives it an earlier time.
    public let before: Int64?
    /// Where numbering began, when the stream may have entries from before; `nil` when it has none.
    public let numberedFrom: Int64?
  }

  public let origin: String
  /// Of the checkpoint.
  public let size: Int64
  public let root: Hash
  public let made: ExportMade
  /// The place of the entry about it.
  public let index: Int64
  public let madeAt: Instant
  /// All that the file holds.
  public let entries: Int
  public let streams: [Stream]
  public let coverage: [ExportCoverage]
  /// The keys that signed the checkpoint and were trusted.
  public let signers: [NoteVerifier]
  /// Whether the trusted keys come from the file itself: then it proves only that nobody changed it
  /// who has not the log's key, or made one up.
  public let trustsItself: Bool

  public var json: JSON {
    [
      "schema": .string(ExportSummary.schema), "ok": .bool(!trustsItself),
      "origin": .string(origin),
      "size": .int(size), "root": .string(root.hex), "index": .int(index),
      "made_at": .string(madeAt.description), "services": .array(made.services.map(JSON.string)),
      "repositories": .array(made.repositories.map(JSON.int)), "since": .optional(made.since),
      "until": .optional(made.until), "entries": .int(Int64(entries)),
      "streams": .array(streams.map(\.json)), "coverage": .array(coverage.map(\.json)),
      "signers": .array(signers.map { .string($0.vkey) }), "trusts_itself": .bool(trustsItself),
    ]
  }
}

extension ExportSummary.Stream {
  fileprivate var json: JSON {
    [
      "name": .string(name), "first": .int(span.first), "through": .int(span.through),
      "entries": .int(Int64(entries)), "end": .int(end), "after": .optional(after),
      "last": .optional(last), "before": .optional(before),
      "numbered_from": .optional(numberedFrom),
    ]
  }
}
