import Merkle

/// What makes a repetition of anything but a webhook of GitHub a duplicate (docs/entry-format.md,
/// identity).
public struct Identity: Hashable, Sendable {
  public let key: String
  /// SHA-256 of what the entry says: the same key with other content is a contradiction.
  public let content: String

  /// `nil` when the source of the entry has no key.
  public init?(_ entry: Entry) {
    guard let key = entry.source.key else { return nil }
    let said: JSON = ["kind": .string(entry.kind.name), "data": entry.data]
    self.key = key
    content = Hash.sha256(said.canonicalBytes).hex
  }
}
