import Ledger

/// The one list of the events of AWS that are understood, and the step from envelopes to entries.
public enum EventBridge {
  /// Events in one body.
  public static let maximumEvents = 1_000

  static let all: [any EventBridgeEvent.Type] = [
    ECSDeployment.self, ECSTask.self, ECSServiceAction.self, ECRImage.self, ECRScan.self,
  ]

  private static let envelope = Shape.object(
    Members(
      needs: [
        "id": .token, "source": .name, "detail-type": .name, "time": .instant,
        "detail": .object(Members(isClosed: false)),
      ],
      allows: [
        "account": .maybe(.text), "region": .maybe(.text), "resources": .maybe(.list(.text)),
      ],
      isClosed: false))

  /// One envelope, or a list of 1 to `maximumEvents`. An event that is not read becomes
  /// `aws.undecoded.v1`; what is no envelope refuses the whole body.
  ///
  /// - Parameter source: who brought it, by what makes a repetition a duplicate.
  public static func submissions(
    body: [UInt8], received: Instant, source: (String) -> Source
  ) throws(PlatformRefusal) -> [Submission] {
    let json = try PlatformRefusal.parse(body)
    guard let events = json.array else {
      guard json.object != nil else { throw .body("neither an event nor a list of events") }
      try PlatformRefusal.check(envelope.faults(of: json, at: ""))
      return [try submission(json, Evidence(body), received, source)]
    }
    guard (1...maximumEvents).contains(events.count) else {
      throw .members(["a list has 1 to \(maximumEvents) events, not \(events.count)"])
    }
    let faults = events.enumerated().flatMap { envelope.faults(of: $1, at: "[\($0)]") }
    try PlatformRefusal.check(faults)
    var submissions: [Submission] = []
    for event in events {
      // Where an element began and ended in the body is not known any more. Its canonical form says
      // the same, and is the same when the event comes again in other company.
      submissions.append(
        try submission(event, Evidence(event.canonicalBytes), received, source))
    }
    return submissions
  }

  private static func submission(
    _ event: JSON, _ evidence: Evidence, _ received: Instant, _ source: (String) -> Source
  ) throws(PlatformRefusal) -> Submission {
    let id = event["id"]?.string ?? ""
    let source = source("aws/\(id)")
    if let known = known(event, evidence, received, source) { return known }
    return try PlatformRefusal.entry(
      .awsUndecoded, at: Instant(json: event["time"]), received: received, source: source,
      data: ["event_id": .string(id), "detail_type": .string(of: event["detail-type"])],
      evidence: evidence)
  }

  /// `nil` for an event that is not read, and for one with a value that no entry can hold, such as
  /// a reason of a megabyte.
  private static func known(
    _ event: JSON, _ evidence: Evidence, _ received: Instant, _ source: Source
  ) -> Submission? {
    guard let type = all.first(where: { $0.reads(event) }), let facts = type.facts(of: event)
    else { return nil }
    var data = facts.data
    data["event_id"] = .string(of: event["id"])
    data["account"] = .string(of: event["account"])
    data["region"] = .string(of: event["region"])
    do {
      return try PlatformRefusal.entry(
        type.kind, at: facts.at ?? Instant(json: event["time"]), received: received,
        source: source, data: data, evidence: evidence)
    } catch { return nil }
  }
}

extension EventBridgeEvent {
  fileprivate static func reads(_ event: JSON) -> Bool {
    event["source"]?.string == source && event["detail-type"]?.string == detailType
  }
}
