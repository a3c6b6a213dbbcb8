import Merkle

/// A raw body and its name.
public struct Evidence: Sendable {
  public let bytes: [UInt8]
  public let reference: EvidenceReference
  /// The 32 bytes with which GitHub signed it; `nil` for what nobody signed.
  public let signature: [UInt8]?

  public init(_ bytes: [UInt8], signature: [UInt8]? = nil) {
    self.bytes = bytes
    self.signature = signature
    reference = EvidenceReference(hash: .sha256(bytes), size: bytes.count)
  }
}

/// A name for a numeric id. Kept in the directory, outside the log, so that it can be erased.
public struct Person: Hashable, Sendable {
  public let id: Int64
  public let login: String

  public init(id: Int64, login: String) {
    self.id = id
    self.login = login
  }
}

/// Something that asks to become an entry.
public struct Submission: Sendable {
  public let entry: Entry
  public let evidence: Evidence?
  public let people: [Person]

  public init(entry: Entry, evidence: Evidence? = nil, people: [Person] = []) {
    self.entry = entry
    self.evidence = evidence
    self.people = people
  }
}

/// What an append answers, after it is durable.
public struct Receipt: Hashable, Sendable {
  public enum Result: Hashable, Sendable {
    case appended
    /// The same delivery, or the same body, was there before: nothing was added.
    case duplicate
    /// The delivery id was there with another body: both are kept, and an entry says so.
    case conflict
  }

  /// The entry's place in the log: for a duplicate, of the entry that was there before.
  public let index: Int64
  public let leaf: Hash
  public let result: Result

  public init(index: Int64, leaf: Hash, result: Result) {
    self.index = index
    self.leaf = leaf
    self.result = result
  }
}
