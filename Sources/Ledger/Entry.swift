import Merkle

/// A raw body that stands beside the log, named by its SHA-256. The entry keeps only this: pruning
/// the body breaks no proof.
public struct EvidenceReference: Hashable, Sendable {
  public let hash: Hash
  /// Bytes, before compression.
  public let size: Int

  public init(hash: Hash, size: Int) {
    self.hash = hash
    self.size = size
  }
}

public enum EntryError: Error, Equatable {
  /// Larger than `Entry.maximumSize`; the number is its size in bytes.
  case tooLarge(Int)
  /// A number that is not a 64-bit integer, or an integer beyond ±2⁵³ (RFC 8785 writes numbers as
  /// IEEE doubles: a larger one would not survive another implementation).
  case unrepresentableNumber(String)
  case notAnEntry(String)
}

/// One immutable line of the ledger. Its canonical JSON is the leaf of the tree; format and members
/// are described in docs/entry-format.md.
public struct Entry: Hashable, Sendable {
  /// tlog-tiles bundles carry a 16-bit length.
  public static let maximumSize = 65_535

  public let kind: Kind
  /// When it happened, by the source's clock; `nil` when the source did not say.
  public let at: Instant?
  /// When the ledger learned it, by its own clock.
  public let received: Instant
  public let source: Source
  public let data: JSON
  public let evidence: EvidenceReference?
  /// Its number in each of its streams, from 1; empty until it stands in the log, and of entries
  /// that were written before there were numbers.
  public private(set) var streams: [String: Int64] = [:]
  /// RFC 8785, at most `maximumSize` bytes.
  public private(set) var bytes: [UInt8]
  /// Where `data` stands in the bytes.
  let statement: Range<Int>
  /// How many bytes there are without the numbers.
  private var plainCount: Int

  /// The limit holds with the numbers that the entry gets when it is appended.
  public init(
    kind: Kind, at: Instant?, received: Instant, source: Source, data: JSON,
    evidence: EvidenceReference? = nil
  ) throws(EntryError) {
    try self.init(
      unnumbered: kind, at: at, received: received, source: source, data: data, evidence: evidence)
    let size = bytes.count + Streams.room(for: self)
    guard size <= Entry.maximumSize else { throw .tooLarge(size) }
  }

  private init(
    unnumbered kind: Kind, at: Instant?, received: Instant, source: Source, data: JSON,
    evidence: EvidenceReference?
  ) throws(EntryError) {
    try Entry.check(data, depth: 2)
    self.kind = kind
    self.at = at
    self.received = received
    self.source = source
    self.data = data
    self.evidence = evidence
    let said = data.canonicalBytes
    // The members in the order of RFC 8785.
    let head = #"{"at":"#.utf8 + JSON.optional(at).canonicalBytes + #","data":"#.utf8
    let tail: JSON = [
      "evidence": evidence?.json ?? .null, "kind": .string(kind.name),
      "received": .string(received.description), "source": source.json,
    ]
    try Entry.check(tail, depth: 1)
    bytes = head + said + [UInt8(ascii: ",")] + tail.canonicalBytes.dropFirst()
    statement = head.count..<head.count + said.count
    plainCount = bytes.count
    guard bytes.count <= Entry.maximumSize else { throw .tooLarge(bytes.count) }
  }

  /// Reads an entry back. Refuses bytes that are not exactly what `init` would write.
  public init(decoding bytes: [UInt8]) throws(EntryError) {
    let document: JSONDocument
    do { document = try JSONDocument(bytes) } catch { throw .notAnEntry(error.description) }
    let json = document.json
    guard let kind = json["kind"]?.string, let data = json["data"],
      let received = Instant(json: json["received"]), let source = Source(json: json["source"])
    else { throw .notAnEntry("a member is missing") }
    let (at, evidence) = (
      Instant(json: json["at"]), EvidenceReference(json: json["evidence"])
    )
    if let same = try Entry(
      asWritten: bytes, document, kind: Kind(kind), at: at, received: received, source: source,
      data: data, evidence: evidence)
    {
      self = same
      return
    }
    try self.init(
      unnumbered: Kind(kind), at: at, received: received, source: source, data: data,
      evidence: evidence)
    self = try numbered(try Streams.numbers(json["streams"]))
    guard self.bytes == bytes else { throw .notAnEntry("not in canonical form") }
  }

  /// Without writing it all again: nearly half of the time that reading takes. `nil` where only
  /// that would tell whether the bytes are what `init` writes.
  private init?(
    asWritten bytes: [UInt8], _ document: JSONDocument, kind: Kind, at: Instant?,
    received: Instant, source: Source, data: JSON, evidence: EvidenceReference?
  ) throws(EntryError) {
    let (json, isNumbered) = (document.json, document.json["streams"] != nil)
    guard document.isCanonical, document.values.count == (isNumbered ? 7 : 6),
      bytes.count <= Entry.maximumSize, json["at"] == .optional(at),
      json["received"]?.string == received.description, source.isWritten(as: json["source"]),
      json["evidence"]?.object?.count == 2 && evidence != nil || json["evidence"] == .some(.null)
    else { return nil }
    // Behind `at`, and in front of `streams`: RFC 8785 sorts the members. What `check` refuses is
    // not canonical, or was refused by the parser.
    (statement, plainCount) = (document.values[1], document.values[5].upperBound + 1)
    (self.kind, self.at, self.received, self.source) = (kind, at, received, source)
    (self.data, self.evidence, self.bytes) = (data, evidence, bytes)
    streams = try Streams.numbers(json["streams"])
  }

  public var leaf: Hash { Hash.leaf(bytes) }

  /// Of the same entry before it was appended.
  var plainLeaf: Hash {
    guard !streams.isEmpty else { return leaf }
    return Hash.leaf(bytes[..<(plainCount - 1)], closedBy: UInt8(ascii: "}"))
  }

  /// The same entry at its place in its streams.
  public func numbered(_ numbers: [String: Int64]) throws(EntryError) -> Entry {
    guard !numbers.isEmpty else { return unnumbered }
    var entry = unnumbered
    entry.bytes.removeLast()
    entry.bytes += Streams.suffix(numbers)
    entry.bytes.append(UInt8(ascii: "}"))
    entry.streams = numbers
    guard entry.bytes.count <= Entry.maximumSize else { throw .tooLarge(entry.bytes.count) }
    return entry
  }

  /// The same entry as it was before it was appended.
  public var unnumbered: Entry {
    guard !streams.isEmpty else { return self }
    var entry = self
    entry.bytes.removeLast(bytes.count - plainCount + 1)
    entry.bytes.append(UInt8(ascii: "}"))
    entry.streams = [:]
    return entry
  }

  /// Whatever passes can be read back by `init(decoding:)`.
  private static func check(_ json: JSON, depth: Int) throws(EntryError) {
    switch json {
    case .array where depth > JSON.maximumDepth, .object where depth > JSON.maximumDepth:
      throw .notAnEntry("nested too deeply")
    case .number(let text): throw .unrepresentableNumber(text)
    case .int(let value) where value.magnitude > 1 << 53:
      throw .unrepresentableNumber(String(value))
    // SQLite's functions, and C's, end a text at its first NUL: a name could be taken for another.
    case .string(let text) where text.utf8.contains(0): throw .notAnEntry("a NUL in a text")
    case .array(let elements):
      for element in elements { try check(element, depth: depth + 1) }
    case .object(let members):
      for member in members.values { try check(member, depth: depth + 1) }
    default: return
    }
  }
}

extension EvidenceReference {
  var json: JSON { ["sha256": .string(hash.hex), "bytes": .int(Int64(size))] }

  init?(json: JSON?) {
    guard let hash = json?["sha256"]?.string.flatMap({ Hash(hex: $0) }),
      let size = json?["bytes"]?.int
    else { return nil }
    self.init(hash: hash, size: Int(size))
  }
}
