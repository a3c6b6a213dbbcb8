import Ledger

/// The frame of every answer: what it is, when it was true, and whether it is complete.
public struct Envelope: Sendable {
  public struct Gap: Hashable, Sendable {
    public let from: Instant?
    public let to: Instant?
    public let reason: String

    public init(from: Instant?, to: Instant?, reason: String) {
      self.from = from
      self.to = to
      self.reason = reason
    }
  }

  /// `ledger.history/1`: a name and a version. A new member is no new version.
  public let schema: String
  public let asOf: Instant
  /// What may be missing. Empty means that nothing is.
  public let gaps: [Gap]

  public init(schema: String, asOf: Instant, gaps: [Gap]) {
    self.schema = schema
    self.asOf = asOf
    self.gaps = gaps
  }

  /// - Parameter more: gaps beside those of the deliveries.
  public init(
    schema: String, asOf: Instant, reading tables: any LedgerReader, more: [Gap] = []
  ) throws {
    let gaps = try Completeness(tables).gaps(asOf: asOf)
    self.init(schema: schema, asOf: asOf, gaps: gaps + more)
  }

  public func json(_ members: [String: JSON]) -> JSON {
    var members = members
    members["schema"] = .string(schema)
    members["as_of"] = .string(asOf.description)
    members["complete"] = .bool(gaps.isEmpty)
    members["gaps"] = .array(
      gaps.map(\.json))
    return .object(members)
  }
}

extension Envelope.Gap {
  var json: JSON {
    ["from": .optional(from), "to": .optional(to), "reason": .string(reason)]
  }

  init?(json: JSON) {
    guard let reason = json["reason"]?.string else { return nil }
    self.init(from: Instant(json: json["from"]), to: Instant(json: json["to"]), reason: reason)
  }
}
