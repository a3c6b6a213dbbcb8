import Ledger

/// Lines of the history that are new or changed from some entry on, for whoever wants to look on.
public struct Following: Sendable {
  public static let parameters: Set<String> = ["service", "environment", "kind", "after"]

  public struct Line: Hashable, Sendable {
    /// The entry that made or changed it.
    public let entry: Int64
    public let row: HistoryRow

    public init(entry: Int64, row: HistoryRow) {
      self.entry = entry
      self.row = row
    }
  }

  public struct Batch: Sendable {
    /// In the order of their entries. A line that several entries changed stands at the last one.
    public let lines: [Line]
    /// Where the next batch begins.
    public let next: Int64
    /// Whether more entries may be there already.
    public let isFull: Bool
  }

  /// The entry that was seen last; `nil` to begin with what comes from now on.
  public let after: Int64?
  private let services, environments, kinds: [String]

  public init(_ parameters: Parameters) throws(BadQuestion) {
    services = parameters.all("service")
    environments = parameters.all("environment")
    kinds = try parameters.kinds()
    after = try parameters.integer("after", in: 0...Int64.max - 1)
  }

  /// - Parameter limit: entries, not lines.
  public func batch(
    from start: Int64, limit: Int, reading tables: any LedgerReader
  ) throws -> Batch {
    let entries = try tables.entries(from: start, limit: limit, kind: nil)
    let names = try Names(tables)
    var lines: [Key: Line] = [:]
    for stored in entries {
      for row in try rows(changedBy: stored, tables) where includes(row, names) {
        lines[Key(row)] = Line(entry: stored.index, row: row)
      }
    }
    return Batch(
      lines: lines.values.sorted { ($0.entry, $0.row.subject) < ($1.entry, $1.row.subject) },
      next: entries.last.map { $0.index + 1 } ?? start, isFull: entries.count == limit)
  }

  private struct Key: Hashable {
    let kind, subject: String

    init(_ row: HistoryRow) { (kind, subject) = (row.kind, row.subject) }
  }

  /// A change that touches no more than a commit or a digest leaves the entry that the line cites as
  /// it is: such lines are found by what they are about.
  private func rows(
    changedBy stored: Stored, _ tables: any LedgerReader
  ) throws -> [HistoryRow] {
    let keys = Projections.changes(of: stored).filter { $0.table == Tables.history }.map(\.key)
    guard !keys.isEmpty else { return [] }
    let nodes = Set(keys.compactMap(Node.init(key:))).sorted()
    let rows = try tables.lines(citing: stored.index) + tables.lines(about: nodes)
    // What ended without a start that anybody told is no line yet.
    return rows.filter { $0.at != Instant(microseconds: 0) }
  }

  // MARK: filters

  private struct Names {
    let catalog: Catalog
    let repositories: [Int64: String]

    init(_ tables: any LedgerReader) throws {
      catalog = try tables.catalog()
      repositories = try tables.repositoryNames()
    }
  }

  private func includes(_ row: HistoryRow, _ names: Names) -> Bool {
    if !kinds.isEmpty, !kinds.contains(row.kind) { return false }
    if !environments.isEmpty {
      guard let environment = row.environment else { return false }
      guard environments.contains(where: { names.catalog.canonical($0) == environment }) else {
        return false
      }
    }
    guard !services.isEmpty else { return true }
    let place = names.catalog.place(of: row.origin, in: row.environment, names.repositories)
    return place.services.contains(where: services.contains)
  }
}

extension Node {
  /// What a row of the history is about, where it is a stage of the chain.
  fileprivate init?(key: [Scalar]) {
    guard case .text(let kind)? = key.first, case .text(let subject)? = key.last,
      let stage = Stage(rawValue: kind)
    else { return nil }
    self.init(stage, subject)
  }
}
