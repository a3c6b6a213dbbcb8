import Ledger

/// What the log itself says about an export, in `export.made.v1`: how far each of the streams
/// reached at that place of the log.
public struct ExportMade: Hashable, Sendable {
  /// As they were asked for.
  public var services: [String]
  public var repositories: [Int64]
  /// The last number of each stream; 0 for one without entries.
  public var ends: [ByteText: Int64]
  /// `nil` for from the beginning.
  public var since: Instant?
  /// `nil` for until this entry.
  public var until: Instant?
  /// Entries before this place may belong to a stream without having a number in it.
  public var numberedFrom: Int64
  /// Entries that the export holds beside those of its streams: the log's keys, and what tells how
  /// complete GitHub's deliveries are.
  public var cites: [Int64]

  public init(
    services: [String], repositories: [Int64], ends: [ByteText: Int64], since: Instant?,
    until: Instant?, numberedFrom: Int64, cites: [Int64]
  ) {
    self.services = services
    self.repositories = repositories
    self.ends = ends
    self.since = since
    self.until = until
    self.numberedFrom = numberedFrom
    self.cites = cites
  }

  public var json: JSON {
    [
      "services": .array(services.map(JSON.string)),
      "repositories": .array(repositories.map(JSON.int)),
      "streams": .streams(ends.mapValues(JSON.int)), "since": .optional(since),
      "until": .optional(until), "numbered_from": .int(numberedFrom),
      "cites": .array(cites.map(JSON.int)),
    ]
  }

  public init?(_ data: JSON) {
    guard let services = data["services"]?.array?.compactMap(\.string),
      let repositories = data["repositories"]?.array?.compactMap(\.int),
      let ends = data["streams"]?.streams(\.int),
      let numberedFrom = data["numbered_from"]?.int,
      let cites = data["cites"]?.array?.compactMap(\.int)
    else { return nil }
    self.init(
      services: services, repositories: repositories, ends: ends,
      since: Instant(json: data["since"]), until: Instant(json: data["until"]),
      numberedFrom: numberedFrom, cites: cites)
    guard json == data else { return nil }
  }

  /// The store fills in where the streams end.
  ///
  /// - Throws: also for an entry that is too large only once that is filled in.
  public func entry(received: Instant, source: Source) throws(EntryError) -> Entry {
    var longest = self
    longest.ends = ends.mapValues { _ in 1 << 53 }
    _ = try longest.plainEntry(received, source)
    return try plainEntry(received, source)
  }

  private func plainEntry(_ received: Instant, _ source: Source) throws(EntryError) -> Entry {
    try Entry(kind: .exportMade, at: nil, received: received, source: source, data: json)
  }
}
