import Merkle

/// What an entry about deleted bodies says. It is at once the order to delete them: the store does
/// so in the transaction that appends the entry.
public struct Removal: Sendable {
  public enum Reason: String, Sendable {
    /// Their time was over.
    case retention
    /// They named a person who is to be forgotten.
    case forgotten
  }

  /// Hashes in one entry: 64 digits each, within 65,535 bytes.
  public static let maximumHashes = 900

  public let reason: Reason
  public let hashes: [Hash]
  /// Who is forgotten.
  public let person: Int64?
  /// Whose entry was received then or later is not deleted for its age.
  public let before: Instant?

  /// `nil` for entries of other kinds, and for what no version of the ledger wrote.
  public init?(_ entry: Entry) {
    let data = entry.data
    switch entry.kind {
    case .evidencePruned:
      guard let before = Instant(json: data["before"]) else { return nil }
      (reason, person, self.before) = (.retention, nil, before)
    case .personForgotten:
      guard let person = data["person"]?.int else { return nil }
      (reason, self.person, before) = (.forgotten, person, nil)
    default: return nil
    }
    hashes = (data["hashes"]?.array ?? []).compactMap { $0.string.flatMap(Hash.init(hex:)) }
  }

  static func list(_ bodies: some Collection<BodyRow>) -> [String: JSON] {
    [
      "hashes": .array(bodies.map { .string($0.hash.hex) }), "count": .int(Int64(bodies.count)),
      "bytes": .int(bodies.reduce(0) { $0 + Int64($1.size) }),
    ]
  }
}

/// Why nothing was deleted: a body was told of again since it was found to be old.
public struct StaleRemoval: Error, Equatable {
  public init() {}
}
