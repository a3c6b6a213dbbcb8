import Merkle

/// What is known of raw bodies, and of the names beside the log.
public protocol EvidenceReader {
  /// Bodies whose newest entry was received before `instant`, oldest first.
  func bodies(receivedBefore instant: Instant, limit: Int) throws -> [BodyRow]
  /// All bodies, in pages, in the order in which they were stored.
  ///
  /// - Parameter cursor: 0, or that of the page before.
  func bodies(after cursor: Int64, limit: Int) throws -> BodyPage
  /// Bodies that are there, or were, whose hash begins with these hexadecimal digits.
  func bodyHashes(prefix: String, limit: Int) throws -> [Hash]
  /// The newest deletion of a body, which may have come again since.
  func removal(of hash: Hash) throws -> RemovalRow?
  /// All bodies, and those whose newest entry was received before `instant`.
  func bodyTotals(receivedBefore instant: Instant?) throws -> BodyTotals
  /// Who has this login now, in any case of its letters.
  func people(named login: String) throws -> [Person]
  /// The first entry that says that this person is forgotten.
  func forgotten(_ person: Int64) throws -> Int64?
}

public struct BodyRow: Hashable, Sendable {
  public let hash: Hash
  /// Bytes, as it came.
  public let size: Int

  public init(hash: Hash, size: Int) { (self.hash, self.size) = (hash, size) }
}

public struct BodyPage: Sendable {
  public struct Body: Sendable {
    public let row: BodyRow
    /// `nil` for one that is damaged, and cannot be read any more.
    public let bytes: [UInt8]?
    /// Whether its webhook's signature is kept.
    public let isSigned: Bool

    public init(row: BodyRow, bytes: [UInt8]?, isSigned: Bool) {
      (self.row, self.bytes, self.isSigned) = (row, bytes, isSigned)
    }
  }

  public let bodies: [Body]
  /// `nil` at the end.
  public let next: Int64?

  public init(bodies: [Body], next: Int64?) {
    (self.bodies, self.next) = (bodies, next)
  }
}

public struct RemovalRow: Hashable, Sendable {
  /// `retention` or `forgotten`.
  public let reason: String
  public let entry: Int64

  public init(reason: String, entry: Int64) { (self.reason, self.entry) = (reason, entry) }
}

public struct BodyTotals: Hashable, Sendable {
  public var count: Int64 = 0
  /// Bytes, as they came.
  public var size: Int64 = 0
  /// Bytes, as they are stored.
  public var stored: Int64 = 0
  public var oldest: Instant?
  /// Those that are old enough to go.
  public var dueCount: Int64 = 0
  public var dueSize: Int64 = 0
  /// How many were deleted.
  public var pruned: Int64 = 0
  public var erased: Int64 = 0

  public init() {}
}

/// A body is there and is not what its entry says.
public enum BodyDamage: Error, Equatable, CustomStringConvertible {
  case unreadable(Hash, String)
  case mismatch(Hash)

  public var description: String {
    switch self {
    case .unreadable(let hash, let reason): "the body \(hash) cannot be read: \(reason)"
    case .mismatch(let hash): "the body \(hash) is not the one that was received"
    }
  }
}

extension LedgerReader {
  /// A body, hashed again.
  ///
  /// - Throws: `BodyDamage`.
  public func checkedEvidence(_ hash: Hash) throws -> [UInt8]? {
    guard let body = try evidence(hash) else { return nil }
    guard Hash.sha256(body) == hash else { throw BodyDamage.mismatch(hash) }
    return body
  }
}
