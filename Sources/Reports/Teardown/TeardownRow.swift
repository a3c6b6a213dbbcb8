import Ledger

/// One thing that was made, and what became of it.
public struct TeardownRow: Hashable, Sendable {
  public enum Status: String, Sendable, CaseIterable {
    case left, unexplained, unknown, kept, gone
  }

  public enum Origin: String, Sendable {
    case terraform
    /// By a pipeline or a person.
    case beside
    case unknown
  }

  public struct Creation: Hashable, Sendable {
    public var at: Instant?
    public var entry: Int64?
    /// Who was behind that entry: `run`, `attempt`, `repository`, `actor`, `via`, `url`.
    public var by: JSON = .null
  }

  public struct End: Hashable, Sendable {
    public var at: Instant?
    /// What says so, in words.
    public var evidence: String
    public var entry: Int64?
  }

  public var status: Status = .unknown
  public var type: String
  public var name: String?
  public var id: String?
  public var arn: String?
  /// Within its list, and what it was called there before.
  public var address: String?
  public var formerly: [String] = []
  public var origin: Origin
  public var created: Creation?
  public var gone: End?
  /// Why it is left, kept, unexplained or unknown.
  public var reason: String?
  /// What removes it, in this order.
  public var commands: [String] = []
  /// Where in AWS it is, where what was recorded says so. It is in no report.
  var location: AWSPlace?

  init(_ type: String, _ origin: Origin) { (self.type, self.origin) = (type, origin) }

  /// What it is known by.
  var names: [String] { [id, arn, name].compactMap(\.self) }

  public var isOpen: Bool { status == .left || status == .unexplained || status == .unknown }

  /// The same thing has the same key in a later report.
  var key: String { "\(type) \(id ?? arn ?? address ?? name ?? "")" }

  public var json: JSON {
    [
      "status": .string(status.rawValue), "type": .string(type), "name": .optional(name),
      "id": .optional(id), "arn": .optional(arn), "address": .optional(address),
      "formerly": .array(formerly.map(JSON.string)), "origin": .string(origin.rawValue),
      "created": created?.json ?? .null, "gone": gone?.json ?? .null, "reason": .optional(reason),
      "commands": .array(commands.map(JSON.string)),
    ]
  }

  init?(json: JSON) {
    guard let type = json["type"]?.string,
      let status = json["status"]?.string.flatMap(Status.init(rawValue:)),
      let origin = json["origin"]?.string.flatMap(Origin.init(rawValue:))
    else { return nil }
    self.init(type, origin)
    self.status = status
    (name, id, arn) = (json["name"]?.string, json["id"]?.string, json["arn"]?.string)
    (address, reason) = (json["address"]?.string, json["reason"]?.string)
    formerly = (json["formerly"]?.array ?? []).compactMap(\.string)
    created = json["created"].flatMap(Creation.init(json:))
    gone = json["gone"].flatMap(End.init(json:))
    commands = (json["commands"]?.array ?? []).compactMap(\.string)
  }
}

extension TeardownRow.Creation {
  var json: JSON { ["at": .optional(at), "entry": .optional(entry), "by": by] }

  init?(json: JSON) {
    guard json.object != nil else { return nil }
    self.init(
      at: Instant(json: json["at"]), entry: json["entry"]?.int, by: json["by"] ?? .null)
  }
}

extension TeardownRow.End {
  var json: JSON {
    ["at": .optional(at), "evidence": .string(evidence), "entry": .optional(entry)]
  }

  init?(json: JSON) {
    guard let evidence = json["evidence"]?.string else { return nil }
    self.init(at: Instant(json: json["at"]), evidence: evidence, entry: json["entry"]?.int)
  }
}
