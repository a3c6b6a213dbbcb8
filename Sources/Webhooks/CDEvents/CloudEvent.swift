import Ledger

/// A CDEvent and how it was sent: with its context in headers (CloudEvents 1.0 over HTTP, 3.1,
/// binary mode), inside of a CloudEvent (3.2, structured mode), or alone.
public struct CloudEvent: Sendable {
  let event: JSON
  /// Where the event stands in the body.
  let path: String
  let body: [UInt8]
  /// What the envelope says, by the name of the attribute; empty when there is none.
  private let attributes: [String: String]
  /// What a sender may have meant: header values are percent-encoded (3.1.3.2), and not all do it.
  private let encoded: [String: String]
  private let prefix: String

  /// - Parameter headers: all values of a header, by its lower-case name.
  public init(
    body: [UInt8], headers: (String) -> [String]
  ) throws(PlatformRefusal) {
    let type = CloudEvent.mediaType(headers("content-type"))
    switch type {
    case "application/cloudevents+json": try self.init(structured: body)
    case "application/json": try self.init(bare: body, headers)
    default:
      throw .contentType(
        "The body must be application/json, or application/cloudevents+json for one CloudEvent.")
    }
  }

  private init(structured body: [UInt8]) throws(PlatformRefusal) {
    let envelope = try PlatformRefusal.parse(body)
    try PlatformRefusal.check(CloudEvent.envelope.faults(of: envelope, at: ""))
    self.init(
      event: envelope["data"] ?? .null, path: "data", body: body,
      attributes: CloudEvent.names.reduce(into: [:]) { $0[$1] = envelope[$1]?.string })
  }

  private init(
    bare body: [UInt8], _ headers: (String) -> [String]
  ) throws(PlatformRefusal) {
    var (attributes, faults): ([String: String], [String]) = ([:], [])
    for name in CloudEvent.names {
      let values = headers("ce-" + name)
      if values.count > 1 { faults.append("ce-\(name) is there \(values.count) times") }
      attributes[name] = values.first
    }
    if !attributes.isEmpty {
      faults += CloudEvent.needed.filter { attributes[$0] == nil }.map { "ce-\($0) is missing" }
      if let spec = attributes["specversion"], spec != "1.0" {
        faults.append("ce-specversion must be 1.0")
      }
    }
    try PlatformRefusal.check(faults)
    self.init(
      event: try PlatformRefusal.parse(body), path: "", body: body, attributes: attributes,
      prefix: "ce-")
  }

  private init(
    event: JSON, path: String, body: [UInt8], attributes: [String: String], prefix: String = ""
  ) {
    (self.event, self.path, self.body) = (event, path, body)
    (self.attributes, self.prefix) = (attributes, prefix)
    encoded = prefix.isEmpty ? [:] : attributes.compactMapValues(PercentCoding.decoded)
  }
}

extension CloudEvent {
  private static let needed = ["specversion", "id", "source", "type"]
  private static let names = needed + ["time", "subject"]

  private static let envelope = Shape.object(
    Members(
      needs: [
        "specversion": .word(["1.0"]), "id": .name, "source": .reference, "type": .name,
        "data": .object(Members(isClosed: false)),
      ],
      allows: ["time": .instant, "subject": .name], isClosed: false))

  /// Without its parameters; `nil` when there is none, or more than one.
  private static func mediaType(_ values: [String]) -> String? {
    guard values.count == 1, let value = values.first else { return nil }
    return String(value.lowercased().prefix { $0 != ";" && $0 != " " && $0 != "\t" })
  }

  /// Where envelope and event contradict each other. Whatever stands between sender and ledger acts
  /// on the envelope; the ledger keeps the event.
  func contradictions() -> [String] {
    let context = event["context"]
    let same = [
      ("id", "context.id", context?["id"]?.string),
      ("source", "context.source", context?["source"]?.string),
      ("type", "context.type", context?["type"]?.string),
      ("subject", "subject.id", event.at("subject", "id")?.string),
    ]
    let faults = same.filter { !agrees($0.0, $0.2) }.map {
      "\(prefix)\($0.0) is not \(inside($0.1))"
    }
    guard let time = attributes["time"],
      Instant(time) == nil || Instant(time) != Instant(json: context?["timestamp"])
    else { return faults }
    return faults + ["\(prefix)time is not \(inside("context.timestamp"))"]
  }

  private func inside(_ member: String) -> String { path.isEmpty ? member : "\(path).\(member)" }

  private func agrees(_ name: String, _ expected: String?) -> Bool {
    guard let said = attributes[name] else { return true }
    return said == expected || encoded[name] == expected
  }
}
