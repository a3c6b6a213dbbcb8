import Ledger

/// The form of a whole CDEvent. Of events of 0.5 it is what their JSON Schema describes; of those of
/// 0.4, which many tools still send, it is only what is read of them.
struct CDEventForm {
  let type: CDEventType
  /// `0.5.1`, of the specification.
  let spec: String
  private let shape: Shape

  /// Throws when it cannot even be said what form it should have.
  ///
  /// - Parameter path: where the event stands in the body.
  init(of event: JSON, at path: String) throws(PlatformRefusal) {
    let inside = path.isEmpty ? "" : path + "."
    try PlatformRefusal.check(CDEventForm.frame.faults(of: event, at: path))
    let context = event["context"]
    let name = context?["specversion"] == nil ? "version" : "specversion"
    guard let spec = context?[name]?.string else {
      throw .members(["\(inside)context.specversion is missing"])
    }
    guard let type = context?["type"]?.string.flatMap(CDEventType.init) else {
      throw .members(["\(inside)context.type must be dev.cdevents.SUBJECT.PREDICATE.x.y.z"])
    }
    guard spec.wholeMatch(of: name == "version" ? /0\.4\.[0-9]+/ : /0\.5\.[0-9]+/) != nil else {
      throw .members(["\(inside)context.\(name) must be 0.5.x, or in its old form 0.4.x"])
    }
    let isOld = name == "version"
    let content = try CDEventForm.content(of: type, isOld: isOld, "\(inside)context.type")
    (self.type, self.spec) = (type, spec)
    shape = CDEventForm.event(type, content, isOld: isOld)
  }

  func faults(of event: JSON, at path: String) -> [String] { shape.faults(of: event, at: path) }

  private static func content(
    of type: CDEventType, isOld: Bool, _ path: String
  ) throws(PlatformRefusal) -> Members {
    if type.isCustom { return Members(isClosed: false) }
    guard let known = CDEventVocabulary.all[type.name] else {
      throw .members(["\(path): CDEvents has no \(type.name)"])
    }
    if isOld { return read }
    guard type.version == known.version else {
      throw .members(["\(path): \(type.name) has the version \(known.version)"])
    }
    return known.content
  }
}

extension CDEventForm {
  /// Enough to look for the type.
  private static let frame = Shape.object(
    Members(
      needs: [
        "context": .object(Members(needs: ["type": .name], isClosed: false)),
        "subject": .object(Members(isClosed: false)),
      ], isClosed: false))

  private static let named = Shape.object(Members(needs: ["id": .name], isClosed: false))

  /// What an entry takes from the content.
  private static let read = Members(
    allows: [
      "environment": named, "change": named, "artifactId": .text, "outcome": .text,
    ], isClosed: false)

  private static func event(_ type: CDEventType, _ content: Members, isOld: Bool) -> Shape {
    var subject: [String: Shape] = ["source": .reference]
    // 0.4 names the subject again; 0.5 forgot one of them.
    if isOld {
      subject["type"] = .text
    } else if type.name == "ticket.closed" {
      subject["type"] = .word(["ticket"])
    }
    return .object(
      Members(
        needs: [
          "context": context(isOld ? "version" : "specversion"),
          "subject": .object(
            Members(needs: ["id": .name, "content": .object(content)], allows: subject)),
        ],
        allows: [
          "customData": .either([.object(Members(isClosed: false)), .text]),
          "customDataContentType": .text,
        ]))
  }

  private static func context(_ version: String) -> Shape {
    .object(
      Members(
        needs: [
          version: .name, "id": .name, "source": .reference, "type": .name,
          "timestamp": .instant,
        ],
        allows: ["schemaUri": .uri, "chainId": .name, "links": .list(link)]))
  }

  private static let tags = Shape.object(Members(isClosed: false))
  private static let from = Shape.object(
    Members(needs: ["contextId": .name], isClosed: false))
  private static let target = Shape.object(
    Members(allows: ["contextId": .name], isClosed: false))

  private static let link = Shape.either([
    .object(Members(needs: ["linkType": .word(["END"])], allows: ["from": from, "tags": tags])),
    .object(
      Members(needs: ["linkType": .word(["PATH"]), "from": from], allows: ["tags": tags])),
    .object(
      Members(
        needs: ["linkType": .word(["RELATION"]), "linkKind": .name, "target": target],
        allows: ["tags": tags])),
  ])
}
