import Ledger

/// What happened, newest first: a page of `ledger history`.
public struct HistoryPage: Sendable {
  public static let schema = "ledger.history/1"

  public let rows: [HistoryRow]
  public let total: Int
  /// The `#` to go on after; `nil` on the last page.
  public let nextCursor: Int64?
  public let deliveriesTo: Instant?
  public let asOf: Instant
  /// Until when everything that GitHub delivered is here; `nil` when nobody compared.
  public let completeTo: Instant?
  /// What may be missing.
  public let gaps: [Envelope.Gap]

  public init(_ rows: HistoryRows, _ completeness: Completeness, asOf: Instant) {
    self.rows = rows.rows
    total = rows.total
    nextCursor = rows.hasMore ? rows.rows.last?.entry : nil
    deliveriesTo = rows.deliveriesTo
    completeTo = completeness.completeTo
    gaps = completeness.gaps(asOf: asOf)
    self.asOf = asOf
  }

  public var json: JSON {
    Envelope(schema: HistoryPage.schema, asOf: asOf, gaps: gaps).json([
      "items": .array(rows.map(\.json)), "next_cursor": .optional(nextCursor.map(String.init)),
      "total": .int(Int64(total)),
      "total_is_minimum": .bool(total >= HistoryRows.countedUpTo),
      "deliveries_to": .optional(deliveriesTo),
      "deliveries_complete_to": .optional(completeTo),
    ])
  }

  /// Reads the answer of `GET /v1/history`. `nil` when it is none.
  public init?(json: JSON) {
    guard json["schema"]?.string == HistoryPage.schema, let items = json["items"]?.array,
      let total = json["total"]?.int, let asOf = Instant(json: json["as_of"])
    else { return nil }
    let rows = items.compactMap(HistoryRow.init(json:))
    guard rows.count == items.count else { return nil }
    self.rows = rows
    self.total = Int(total)
    nextCursor = json["next_cursor"]?.string.flatMap { Int64($0) }
    deliveriesTo = Instant(json: json["deliveries_to"])
    completeTo = Instant(json: json["deliveries_complete_to"])
    gaps = (json["gaps"]?.array ?? []).compactMap(Envelope.Gap.init(json:))
    self.asOf = asOf
  }
}

extension HistoryRow {
  /// Whole seconds from start to end.
  public var tookSeconds: Int64? {
    guard ["deploy", "build", "rollout"].contains(kind), let finishedAt, finishedAt >= at else {
      return nil
    }
    return Int64(finishedAt.seconds(since: at))
  }

  /// Ids are strings: they exceed what JavaScript can count.
  public var json: JSON {
    [
      "id": .string(String(entry)), "kind": .string(kind), "subject": .string(subject),
      "at": .string(at.description),
      "outcome": .optional(outcome), "finished_at": .optional(finishedAt),
      "took_seconds": .optional(tookSeconds), "note": .optional(note),
      "service": .optional(service), "environment": .optional(environment),
      "repository": repository.json, "origin": .optional(origin?.text),
      "entries": .array(entries.map { .string(String($0)) }),
      "conflict": .optional(conflict), "previous_revision": .optional(previousRevision),
      "commit": .optional(commit), "pull": .optional(pull.map(String.init)),
      "digest": .optional(digest), "revision": .optional(revision),
      "actor": actorID.map {
        ["id": .string(String($0)), "login": .optional(actor)]
      } ?? .null,
    ]
  }

  public init?(json: JSON) {
    guard let id = json["id"]?.string.flatMap({ Int64($0) }), let kind = json["kind"]?.string,
      let at = Instant(json: json["at"]), let repository = RepositoryRow(json: json["repository"])
    else { return nil }
    self.init(
      entry: id, kind: kind, at: at, outcome: json["outcome"]?.string,
      finishedAt: Instant(json: json["finished_at"]), note: json["note"]?.string,
      service: json["service"]?.string, environment: json["environment"]?.string,
      repository: repository,
      commit: json["commit"]?.string, pull: json["pull"]?.string.flatMap { Int64($0) },
      digest: json["digest"]?.string, revision: json["revision"]?.string,
      actorID: json.at("actor", "id")?.string.flatMap { Int64($0) },
      actor: json.at("actor", "login")?.string)
    subject = json["subject"]?.string ?? ""
    origin = json["origin"]?.string.flatMap(Origin.init(text:))
    entries = (json["entries"]?.array ?? []).compactMap { $0.string.flatMap { Int64($0) } }
    conflict = json["conflict"]?.string
    previousRevision = json["previous_revision"]?.string
  }
}

extension RepositoryRow {
  /// Number 0 is none: not everything that is reported belongs to a repository.
  var json: JSON {
    id == 0 ? .null : ["id": .string(String(id)), "name": .string(name)]
  }

  init?(json: JSON?) {
    guard let json, json != .null else {
      self.init(id: 0, name: "")
      return
    }
    guard let id = json["id"]?.string.flatMap({ Int64($0) }), let name = json["name"]?.string else {
      return nil
    }
    self.init(id: id, name: name)
  }
}
