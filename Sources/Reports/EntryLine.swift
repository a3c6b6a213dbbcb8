import Ledger

extension Stored {
  /// The entry as it is shown: its members, its place and its leaf.
  public var json: JSON {
    var members: [String: JSON] = [:]
    do { members = try JSON.parse(entry.bytes).object ?? [:] } catch {
      preconditionFailure("an entry is canonical JSON: \(error)")
    }
    members["index"] = .int(index)
    members["leaf"] = .string(leaf.hex)
    return .object(members)
  }
}
