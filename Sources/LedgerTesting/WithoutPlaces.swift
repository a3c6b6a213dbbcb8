import Ledger

extension JSON {
  private static let placed: Set<String> = [
    "id", "entry", "entries", "index", "leaf", "integrity", "received", "size", "deliveries_to",
    "deliveries_complete_to",
    "as_of",
  ]

  /// An answer without what depends on the order of arrival, and on when it was asked: places in the
  /// log, hashes of entries, times of receipt. People and instances keep their numbers.
  public var withoutPlaces: JSON {
    switch self {
    case .object(let members):
      let isLine =
        members["kind"] != nil || members["stage"] != nil || members["result"] != nil
        || members["schema"] != nil || members["status"] != nil || members["source"] != nil
        || members["node"] != nil || members["leaf"] != nil || members["instances"] != nil
      let kept = members.filter { !isLine || !JSON.placed.contains($0.key) }
      return .object(kept.mapValues(\.withoutPlaces))
    case .array(let elements): return .array(elements.map(\.withoutPlaces))
    default: return self
    }
  }
}
