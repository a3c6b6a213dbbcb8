import Ledger
import Merkle

/// That an entry is in the log whose head was signed.
public struct InclusionQuestion: Question {
  public static let name = "proof/inclusion"
  public static let schema = "ledger.inclusion-proof/1"
  public static let parameters: Set<String> = ["entry", "size"]

  private let entry: Int64
  private let size: Int64?

  public init(_ parameters: Parameters, now: Instant) throws(BadQuestion) {
    _ = try parameters.required("entry")
    entry = try parameters.decimal("entry", in: 0...Int64.max) ?? 0
    size = try parameters.decimal("size", in: 1...Int64.max)
  }

  public func answer(_ tables: any LedgerReader, now: Instant) throws -> JSON {
    let head = try SignedHead(tables, size)
    guard entry < head.size else {
      throw BadQuestion.nothing("entry \(entry) is not among the first \(head.size)")
    }
    return [
      "schema": .string(Self.schema), "index": .int(entry),
      "leaf": .string(Base64.encoded(try tables.node(at: .leaf(entry)).bytes)),
      "hashes": .hashes(try tables.inclusionProof(of: entry, in: head.size)),
      "size": .int(head.size), "root": .string(Base64.encoded(head.root.bytes)),
      "checkpoint": .optional(head.note),
    ]
  }
}

/// That a newer head of the log only adds to an older one.
public struct ConsistencyQuestion: Question {
  public static let name = "proof/consistency"
  public static let schema = "ledger.consistency-proof/1"
  public static let parameters: Set<String> = ["from", "to"]

  private let from: Int64
  private let to: Int64?

  public init(_ parameters: Parameters, now: Instant) throws(BadQuestion) {
    _ = try parameters.required("from")
    from = try parameters.decimal("from", in: 0...Int64.max) ?? 0
    to = try parameters.decimal("to", in: 1...Int64.max)
    if let to, from > to {
      throw .parameter("from", "must not be greater than to: a log only grows")
    }
  }

  public func answer(_ tables: any LedgerReader, now: Instant) throws -> JSON {
    let head = try SignedHead(tables, to)
    guard from <= head.size else {
      throw BadQuestion.nothing("no checkpoint has \(from) entries: the newest has \(head.size)")
    }
    return [
      "schema": .string(Self.schema), "from": .int(from), "to": .int(head.size),
      "from_root": .string(Base64.encoded(try tables.root(of: from).bytes)),
      "to_root": .string(Base64.encoded(head.root.bytes)),
      "hashes": .hashes(try tables.consistencyProof(from: from, to: head.size)),
      "checkpoint": .optional(head.note),
    ]
  }
}

/// A size that what was signed covers, with its root.
private struct SignedHead {
  let size: Int64
  let root: Hash
  /// The checkpoint of this very size, where one is kept, with the lines of its witnesses.
  let note: String?

  /// - Parameter size: `nil` for the newest that was signed.
  init(_ tables: any LedgerReader, _ size: Int64?) throws {
    guard let newest = try tables.checkpoint() else {
      let isSigned = try !tables.logKeys().isEmpty
      throw BadQuestion.nothing(
        isSigned
          ? "the log has a key, but its checkpoints are missing: ledger verify says more"
          : "the log is not signed: it has no key")
    }
    self.size = size ?? newest.size
    guard self.size <= newest.size else {
      throw BadQuestion.nothing(
        "no checkpoint has \(self.size) entries: the newest has \(newest.size)")
    }
    let kept = try tables.checkpoints(from: self.size, limit: 1).first
    note = kept?.size == self.size ? try kept.map { try tables.cosigned($0).description } : nil
    root = try tables.root(of: self.size)
  }
}

extension Parameters {
  /// A number as all of C2SP's formats write it: `+1` and `01` are none.
  fileprivate func decimal(
    _ name: String, in range: ClosedRange<Int64>
  ) throws(BadQuestion) -> Int64? {
    guard let value = try integer(name, in: range) else { return nil }
    guard try one(name) == String(value) else {
      throw .parameter(name, "must be digits alone, with no zero before others")
    }
    return value
  }
}

extension NodePosition {
  fileprivate static func leaf(_ index: Int64) -> NodePosition {
    NodePosition(level: 0, index: Int(index))
  }
}

extension JSON {
  /// In base64, as all formats of proofs have them.
  static func hashes(_ hashes: [Hash]) -> JSON {
    .array(hashes.map { .string(Base64.encoded($0.bytes)) })
  }
}
