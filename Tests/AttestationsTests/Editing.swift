import Ledger

extension JSON {
  /// A copy with another value somewhere; without it for `nil`. Digits count elements.
  func setting(_ path: [String], _ value: JSON?) -> JSON {
    guard let step = path.first else { return value ?? .null }
    let rest = Array(path.dropFirst())
    if var elements = array, let index = Int(step), elements.indices.contains(index) {
      elements[index] = elements[index].setting(rest, value)
      return .array(elements)
    }
    var members = object ?? [:]
    members[step] =
      rest.isEmpty ? value : .some((members[step] ?? .object([:])).setting(rest, value))
    return .object(members)
  }

  /// All base64 of the envelope and the material in the other alphabet of RFC 4648.
  func urlSafe(padded: Bool = true) -> JSON {
    switch self {
    case .string(let text) where text.count > 60 && !text.contains(" "):
      let other = String(text.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
      return .string(padded ? other : String(other.prefix { $0 != "=" }))
    case .array(let elements): return .array(elements.map { $0.urlSafe(padded: padded) })
    case .object(let members): return .object(members.mapValues { $0.urlSafe(padded: padded) })
    default: return self
    }
  }
}
