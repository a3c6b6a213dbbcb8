import Merkle

/// A delivery that is already in the log.
public struct KnownDelivery: Hashable, Sendable {
  public let guid: String
  public let hook: Int64
  public let event: String
  public let body: String
  public let index: Int64

  public init(guid: String, hook: Int64, event: String, body: String, index: Int64) {
    self.guid = guid
    self.hook = hook
    self.event = event
    self.body = body
    self.index = index
  }
}

/// What makes a redelivery a duplicate. GitHub signs the body and no header, so the delivery id
/// proves nothing alone: a captured body under a fresh id is a replay and is refused by its hash.
public enum Intake {
  public enum Decision: Hashable, Sendable {
    case append
    case duplicate(of: Int64)
    /// Same id, same hook, other body.
    case conflict(with: Int64)
    /// Same id from another hook with another body: App deliveries add `installation`.
    case witness(of: Int64)
  }

  /// The name of the event is a header too. Under another name a captured body is read as something
  /// else, mostly as nothing, and must not make the real delivery a duplicate.
  ///
  /// - Parameter known: all deliveries with this id, and all with this body.
  public static func decide(
    guid: String, hook: Int64, event: String, body: String, known: [KnownDelivery]
  ) -> Decision {
    let sameBody = known.filter { $0.event == event && $0.body == body }
    if let earlier = sameBody.map(\.index).min() { return .duplicate(of: earlier) }
    let sameID = known.filter { $0.guid == guid }
    guard let earliest = sameID.map(\.index).min() else { return .append }
    return sameID.contains { $0.hook == hook } ? .conflict(with: earliest) : .witness(of: earliest)
  }

  /// The entry that is appended instead when the delivery contradicts, or repeats, an earlier one.
  public static func replacement(
    for entry: Entry, kind: Kind, earlier: Int64
  ) throws(EntryError) -> Entry {
    try Entry(
      kind: kind, at: entry.at, received: entry.received, source: entry.source,
      data: ["earlier": .int(earlier), "would_be": .string(entry.kind.name)],
      evidence: entry.evidence)
  }
}
