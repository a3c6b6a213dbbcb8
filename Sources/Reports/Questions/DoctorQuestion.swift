import Ledger

/// What may be wrong with what the ledger knows.
public struct DoctorQuestion: Question {
  public static let name = "doctor"
  public static let parameters: Set<String> = ["pending_minutes"]
  /// A verdict that waits longer is worth a look.
  public static let pendingMinutes: Int64 = 10

  private let patience: Double

  public init(_ parameters: Parameters, now: Instant) throws(BadQuestion) {
    let minutes = try parameters.integer("pending_minutes", in: 1...100_000)
    patience = Double(minutes ?? DoctorQuestion.pendingMinutes) * 60
  }

  public func answer(_ tables: any LedgerReader, now: Instant) throws -> JSON {
    let recent = try Recent(tables)
    let completeness = try Completeness(tables)
    let checks =
      try [
        Check.deliveries(tables, now), Check.secret(recent), Check.clocks(recent),
        Check.undecoded(tables, recent), Check.complete(completeness, now),
        Check.missing(completeness), Check.mapping(tables), Check.unstarted(tables),
        Check.outbox(tables, now), Check.pending(tables, now, patience), Check.policy(tables),
        Check.overwritten(recent),
      ] + Check.branches(tables) + Check.stuck(tables, recent, now) + Check.witnesses(tables, now)
    let platforms = try Check.platforms(tables).map { [$0] } ?? []
    return try Envelope(schema: Self.schema, asOf: now.wholeSecond, reading: tables).json([
      "checks": .array((checks + platforms).map(\.json))
    ])
  }
}

/// The newest entries, which stand for how it goes now.
struct Recent {
  static let count: Int64 = 2_000
  let from: Int64
  let entries: [Stored]

  init(_ tables: any LedgerReader) throws {
    from = max(0, try tables.size() - Recent.count)
    entries = try tables.entries(from: from, limit: Int(Recent.count), kind: nil)
  }

  var deliveries: [Stored] {
    entries.filter { if case .github = $0.entry.source { true } else { false } }
  }
}

struct Check {
  enum State: String { case ok, warning, problem, unknown }
  static let shownItems = 20
  private static let day: Double = 86_400

  let name: String
  let state: State
  let detail: String
  var hint: String?
  var items: [String] = []

  var json: JSON {
    [
      "name": .string(name), "state": .string(state.rawValue), "detail": .string(detail),
      "hint": .optional(hint),
      "items": .array(items.prefix(Check.shownItems).map(JSON.string)),
    ]
  }

  static func deliveries(_ tables: any LedgerReader, _ now: Instant) throws -> Check {
    var query = HistoryQuery()
    query.limit = 1
    guard let last = try tables.history(query).deliveriesTo else {
      return Check(
        name: "deliveries", state: .warning, detail: "GitHub has delivered nothing yet",
        hint: "Is the webhook set up? ledger serve --help names its address.")
    }
    let isOld = now.seconds(since: last) > day
    return Check(
      name: "deliveries", state: isOld ? .warning : .ok, detail: "the last one came at \(last)",
      hint: isOld ? "More than a day ago: is the webhook still active on GitHub?" : nil)
  }

  /// A body under a known delivery id that differs was signed by somebody else, or is a replay.
  fileprivate static func secret(_ recent: Recent) -> Check {
    let conflicts = recent.entries.filter { $0.entry.kind == .deliveryConflict }
    guard conflicts.isEmpty else {
      return Check(
        name: "webhook secret", state: .problem,
        detail: "\(conflicts.count) deliveries contradict earlier ones of the same id",
        hint: "GitHub repeats a delivery unchanged: replace the secret.",
        items: conflicts.map { "entry \($0.index)" })
    }
    let last = recent.deliveries.last
    return Check(
      name: "webhook secret", state: last == nil ? .unknown : .ok,
      detail: last.map { "in use: it signed a delivery at \($0.entry.received)" }
        ?? "none of the newest \(recent.entries.count) entries is a signed delivery")
  }

  /// A source cannot tell today what happens tomorrow. GitHub's times are whole seconds.
  fileprivate static func clocks(_ recent: Recent) -> Check {
    let ahead = recent.entries.filter { stored in
      stored.entry.at.map { $0.seconds(since: stored.entry.received) > 5 } == true
    }
    return Check(
      name: "clocks", state: ahead.isEmpty ? .ok : .warning,
      detail: ahead.isEmpty
        ? "no source is ahead of this machine"
        : "\(ahead.count) of the newest entries tell of a time after they were received",
      hint: ahead.isEmpty ? nil : "Is this machine's clock set by NTP, and the reporter's?",
      items: ahead.map { "entry \($0.index): \($0.entry.kind)" })
  }

  fileprivate static func undecoded(_ tables: any LedgerReader, _ recent: Recent) throws -> Check {
    let kinds: [Kind] = [.undecoded, .awsUndecoded]
    let found = recent.entries.filter { kinds.contains($0.entry.kind) }
    return Check(
      name: "understood", state: found.isEmpty ? .ok : .warning,
      detail: found.isEmpty
        ? "all of the newest entries were understood"
        : "\(found.count) events were kept but not understood",
      hint: found.isEmpty ? nil : "They change no answer; ledger show N names the event.",
      items: found.map { "entry \($0.index)" })
  }

  static func mapping(_ tables: any LedgerReader) throws -> Check {
    let cells = try Cells(tables)
    let unmapped = cells.places.filter { !$0.place.isMapped && $0.place.environment != nil }
      .map { row, place in "\(row.origin.text) in \(place.environment ?? "")" }
    guard !cells.catalog.services.isEmpty else {
      return Check(
        name: "services", state: cells.places.isEmpty ? .ok : .warning,
        detail: "no services are named", hint: "Name them in ledger.yaml, under services.",
        items: unmapped)
    }
    return Check(
      name: "services", state: unmapped.isEmpty ? .ok : .warning,
      detail: unmapped.isEmpty
        ? "everything that was deployed belongs to a service"
        : "\(unmapped.count) places belong to no service",
      hint: unmapped.isEmpty ? nil : "Add them to a service in ledger.yaml.", items: unmapped)
  }

  static func unstarted(_ tables: any LedgerReader) throws -> Check {
    let rows = try tables.unstarted(limit: shownItems + 1)
    let count = rows.count > shownItems ? "more than \(shownItems)" : "\(rows.count)"
    return Check(
      name: "ends without a start", state: rows.isEmpty ? .ok : .warning,
      detail: rows.isEmpty ? "none" : "\(count) deployments ended whose start nobody told",
      hint: rows.isEmpty ? nil : "Record the start with the same id, or wait for it.",
      items: rows.map { "deployment \($0.subject), entry \($0.entry)" })
  }

  static func policy(_ tables: any LedgerReader) throws -> Check {
    let refused = try tables.refusedPolicy()
    if let refused, let warning = try PolicyReport.warning(tables) {
      return Check(
        name: "policy", state: .problem, detail: warning,
        hint: "Correct the file, see ledger policy check, and send SIGHUP to the server.",
        items: (refused.entry.data["problems"]?.array ?? []).compactMap(\.string))
    }
    guard let current = try tables.newest(.policy) else {
      return Check(
        name: "policy", state: .warning, detail: "none is in force: nothing is guarded",
        hint: "Give ledger serve a file with --config.")
    }
    let hash = current.entry.data["hash"]?.string?.prefix(12) ?? ""
    return Check(
      name: "policy", state: .ok, detail: "\(hash) is in force since \(current.entry.received)")
  }

  /// GitHub shows the last writer of a context.
  static func overwritten(_ recent: Recent) -> Check {
    let alarms = recent.entries.filter { $0.entry.kind == .statusOverwritten }
    return Check(
      name: "overwritten statuses", state: alarms.isEmpty ? .ok : .problem,
      detail: alarms.isEmpty
        ? "nobody else wrote under a gate's context"
        : "\(alarms.count) results under a gate's context came from somebody else",
      hint: alarms.isEmpty
        ? nil : "Let the branch's rules expect the check from this ledger's App alone.",
      items: alarms.map { "entry \($0.index)" })
  }

  static func outbox(_ tables: any LedgerReader, _ now: Instant) throws -> Check {
    guard let oldest = try tables.oldestDueStatus() else {
      return try unposted(tables, now)
    }
    let isOld = now.seconds(since: oldest) > 900
    return Check(
      name: "statuses", state: isOld ? .problem : .ok,
      detail: "GitHub does not show a verdict of \(oldest) yet",
      hint: isOld ? "See the server's log: may the token post statuses?" : nil)
  }
}
