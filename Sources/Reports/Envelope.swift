import Ledger

/// The frame of every answer: what it is, when it was true, and whether it is complete.
public struct Envelope: Sendable {
  public struct Gap: Hashable, Sendable {
    public let from: Instant?
    public let to: Instant?
    public let reason: String
  }

  /// `ledger.history/1`: a name and a version. A new member is no new version.
  public let schema: String
  public let asOf: Instant
  /// What may be missing. Empty means that nothing is.
  public let gaps: [Gap]

  public init(schema: String, asOf: Instant, gaps: [Gap] = [Envelope.unreconciled]) {
    self.schema = schema
    self.asOf = asOf
    self.gaps = gaps
  }

  /// GitHub never sends a lost delivery again by itself, and nothing here asks for it yet.
  public static let unreconciled = Gap(
    from: nil, to: nil, reason: "deliveries are not compared with GitHub's own list")

  public func json(_ members: [String: JSON]) -> JSON {
    var members = members
    members["schema"] = .string(schema)
    members["as_of"] = .string(asOf.description)
    members["complete"] = .bool(gaps.isEmpty)
    members["gaps"] = .array(
      gaps.map {
        ["from": .optional($0.from), "to": .optional($0.to), "reason": .string($0.reason)]
      })
    return .object(members)
  }
}
