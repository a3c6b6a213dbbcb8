/// Why a note, a key or something made of them is not accepted.
public enum NoteError: Error, Hashable, Sendable {
  case malformed(String)
  /// A key that is known signed something else: the whole note is worth nothing.
  case badSignature(name: String)
  /// None of the keys that are known signed it.
  case unsigned
}

extension NoteError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .malformed(let reason): reason
    case .badSignature(let name): "the signature of \(name) does not fit"
    case .unsigned: "no known key signed it"
    }
  }
}
