import Ledger

/// What was made in an environment, what is gone, and what is left: a value, computed from what was
/// recorded and, where somebody asked, from what the platforms list.
public struct Teardown: Sendable {
  public static let schema = "ledger.teardown/1"

  public let environment: String
  public let asOf: Instant
  public let isLive: Bool
  /// Open ones first; those of one status in the order of their removal.
  public let rows: [TeardownRow]
  public let calls: [JSON]
  /// Things that belong to other environments.
  public let others: Int
  public let summary: JSON
  public let notes: [String]
  private let gaps: JSON

  /// - Parameter survey: `nil` when no platform was asked.
  public init(_ inventory: Inventory, survey: LiveSurvey?, policy: TeardownPolicy, asOf: Instant) {
    let things = Things(inventory)
    let judge = Judge(inventory, survey, policy.kept)
    var rows: [TeardownRow] = []
    var found: Set<Int> = []
    for thing in things.all {
      let items = judge.items(of: thing)
      found.formUnion(items)
      rows.append(judge.row(thing, items))
    }
    rows = judge.inherited(rows)
    let unclaimed = judge.unclaimed(beside: found)
    rows += unclaimed.rows
    rows += judge.rulesWithoutRow(rows)
    self.init(
      inventory, survey, rows: rows.sorted(by: Teardown.precedes), others: unclaimed.others,
      summary: inventory.summary.allowing(policy.maxReplicas), notes: judge.notes, asOf: asOf)
  }

  private init(
    _ inventory: Inventory, _ survey: LiveSurvey?, rows: [TeardownRow], others: Int,
    summary: JSON, notes: [String], asOf: Instant
  ) {
    environment = inventory.environment
    self.asOf = asOf.wholeSecond
    isLive = survey != nil
    self.rows = rows
    calls = (survey?.log ?? []).map { LiveSurvey.json($0.call, $0.outcome) }
    self.others = others
    self.notes = notes
    self.summary = summary
    gaps = inventory.gaps
  }

  /// A report that was made before.
  public init?(json: JSON) {
    guard json["schema"]?.string == Teardown.schema, let asOf = Instant(json: json["as_of"]),
      let environment = json["environment"]?.string, let rows = json["rows"]?.array
    else { return nil }
    (self.environment, self.asOf) = (environment, asOf)
    isLive = json["live"]?.bool ?? false
    self.rows = rows.compactMap(TeardownRow.init(json:))
    calls = json["calls"]?.array ?? []
    others = Int(json["others"]?.int ?? 0)
    summary = json["summary"] ?? .null
    notes = (json["notes"]?.array ?? []).compactMap(\.string)
    gaps = json["gaps"] ?? []
    guard self.rows.count == rows.count else { return nil }
  }

  private static func precedes(_ left: TeardownRow, _ right: TeardownRow) -> Bool {
    let (a, b) = ((left.status.rank, left.place), (right.status.rank, right.place))
    if a != b { return a < b }
    return (left.type, left.id ?? "", left.address ?? "", left.name ?? "")
      < (right.type, right.id ?? "", right.address ?? "", right.name ?? "")
  }

  // MARK: answers

  public enum Outcome: String, Sendable { case clean, left, unknown }

  /// Whatever could not be asked makes it unknown: it might be left.
  public var outcome: Outcome {
    let unanswered = calls.contains { $0["result"]?.string != "ok" }
    if unanswered || rows.contains(where: { $0.status == .unknown }) { return .unknown }
    return rows.contains(where: \.isOpen) ? .left : .clean
  }

  public func count(_ status: TeardownRow.Status) -> Int { rows.count { $0.status == status } }

  public func rows(_ status: TeardownRow.Status) -> [TeardownRow] {
    rows.filter { $0.status == status }
  }

  /// Calls without an answer, and why.
  public var unanswered: [(call: String, reason: String)] {
    calls.filter { $0["result"]?.string != "ok" }.map {
      ($0["call"]?.string ?? "", $0["reason"]?.string ?? "")
    }
  }

  /// What removes all that is left, in an order that works.
  public var plan: [TeardownRow] {
    rows.filter { ($0.status == .left || $0.status == .unexplained) && !$0.commands.isEmpty }
      .sorted { ($0.place, $0.key) < ($1.place, $1.key) }
  }

  public var json: JSON {
    let counts = TeardownRow.Status.allCases.map { ($0.rawValue, JSON.int(Int64(count($0)))) }
    return [
      "schema": .string(Teardown.schema), "environment": .string(environment),
      "as_of": .string(asOf.description), "live": .bool(isLive),
      "outcome": .string(outcome.rawValue),
      "counts": .object(Dictionary(uniqueKeysWithValues: counts)),
      "rows": .array(rows.map(\.json)), "calls": .array(calls), "others": .int(Int64(others)),
      "summary": summary, "notes": .array(notes.map(JSON.string)), "gaps": gaps,
    ]
  }
}

extension TeardownRow {
  /// In the order of removal.
  fileprivate var place: Int { Removal.place(of: type) }
}

extension TeardownRow.Status {
  /// First what somebody has to look at.
  fileprivate var rank: Int {
    switch self {
    case .left: 0
    case .unexplained: 1
    case .unknown: 2
    case .kept: 3
    case .gone: 4
    }
  }
}

extension LiveSurvey {
  fileprivate static func json(_ call: LiveCall, _ outcome: Outcome) -> JSON {
    let (result, reason, found): (JSON, JSON, JSON) =
      switch outcome {
      case .found(let count): ("ok", nil, .int(Int64(count)))
      case .denied(let reason): ("denied", .string(reason), nil)
      case .failed(let reason): ("failed", .string(reason), nil)
      }
    return ["call": .string(call.name), "result": result, "reason": reason, "found": found]
  }
}

extension JSON {
  /// How many replicas were allowed is the policy's word; how many there were is the log's.
  fileprivate func allowing(_ replicas: Int64) -> JSON {
    guard var summary = object, var seen = summary["replicas"]?.object else { return self }
    seen["allowed"] = .int(replicas)
    summary["replicas"] = .object(seen)
    return .object(summary)
  }
}
