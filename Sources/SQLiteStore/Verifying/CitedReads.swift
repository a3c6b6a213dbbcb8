import Ledger

/// Which comparisons with GitHub's list an export has to cite, as `SQLiteReader.deliveryReads`
/// finds them in the tables, from the entries alone. Those of an App are in no stream: one that is
/// left out leaves no number out.
struct CitedReads {
  /// Seconds. What an export cites is read before the entry about it is appended: what was received
  /// so shortly before may have come in between.
  static let patience: Double = 300
  private static let tables: Set<Table> = [
    Tables.coverage, Tables.coverageGaps, Tables.lostDeliveries,
  ]

  private struct Read {
    let index: Int64
    /// 0 for the App's hook.
    let repository: Int64
    let received: Instant
  }

  /// Each of the tables has one register.
  private struct Row: Hashable {
    let table: Table
    let key: [Scalar]
  }

  private struct Cited {
    let order: String
    let read: Read
  }

  /// Of each hook, under each number that was told of it.
  private var firsts: [[JSON]: Read] = [:]
  private var rows: [Row: Cited] = [:]

  /// What is wrong with the next entry, if that is about an export.
  mutating func problem(with stored: Stored) -> String? {
    switch stored.entry.kind {
    case .deliveriesRead: take(stored)
    case .exportMade:
      return leftOut(by: stored.entry).map {
        "it does not cite entry \($0), a comparison with GitHub's list of deliveries"
      }
    default: break
    }
    return nil
  }

  private mutating func take(_ stored: Stored) {
    let data = stored.entry.data
    let repository = data["repository_id"]?.int ?? 0
    let read = Read(
      index: stored.index, repository: repository, received: stored.entry.received)
    let hook: [JSON] = [data["hook"] ?? .null, data["hook_id"] ?? .null, .int(repository)]
    if firsts[hook] == nil { firsts[hook] = read }
    for change in Projections.changes(of: stored) where CitedReads.tables.contains(change.table) {
      take(change, read)
    }
  }

  private mutating func take(_ change: Change, _ read: Read) {
    let row = Row(table: change.table, key: change.key)
    let isNewer =
      rows[row].map { $0.order.utf8.lexicographicallyPrecedes(change.order.utf8) } ?? true
    if isNewer { rows[row] = Cited(order: change.order, read: read) }
  }

  private func leftOut(by export: Entry) -> Int64? {
    let names = (export.data["streams"]?.object ?? [:]).keys
    let repositories = Set(names.compactMap { Streams.repository(of: $0) })
    guard !repositories.isEmpty else { return nil }
    let cites = Set((export.data["cites"]?.array ?? []).compactMap(\.int))
    let owed = (Array(firsts.values) + rows.values.map(\.read)).filter { read in
      (read.repository == 0 || repositories.contains(read.repository))
        && !cites.contains(read.index)
        && export.received.seconds(since: read.received) > CitedReads.patience
    }
    return owed.map(\.index).min()
  }
}
