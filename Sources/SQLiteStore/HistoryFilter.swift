import GRDB
import Ledger

/// The WHERE clause of a query, but for places. Values are bound, never written into the text.
struct HistoryFilter {
  private(set) var conditions = ["h.at IS NOT NULL"]
  private(set) var arguments: StatementArguments = []

  var condition: String { conditions.joined(separator: " AND ") }

  init(_ query: HistoryQuery, _ naming: Naming, _ reader: SQLiteReader) throws {
    if !query.repositories.isEmpty {
      let wanted = Set(query.repositories.map { $0.lowercased() })
      let ids = naming.repositories.filter { wanted.contains($0.value.lowercased()) }.keys
      any("h.repository_id", ids.sorted())
    }
    // The plus keeps SQLite from gathering all of a kind and sorting them.
    if !query.kinds.isEmpty { any("+h.kind", query.kinds) }
    if !query.actors.isEmpty { actors(query.actors) }
    if let commit = query.commit { shown(HistoryShown.commit, HistoryFilter.starting(commit)) }
    if let digest = query.digest { shown(HistoryShown.digest, HistoryFilter.starting(digest)) }
    if let revision = query.revision { shown(HistoryShown.revision, [revision]) }
    if let pull = query.pull { self.pull(try reader.things(ofPull: pull)) }
    outcomes(query.outcomes)
    add("h.at >= ?", query.since?.microseconds)
    add("h.at < ?", query.until?.microseconds)
  }

  /// The same, from a place in the order on.
  func after(_ position: HistoryPosition?) -> HistoryFilter {
    var filter = self
    switch position {
    case nil: break
    case .end: filter.conditions.append("false")
    case .after(let at, let key):
      filter.conditions.append("(h.at, h.kind, h.subject) < (?, ?, ?)")
      filter.arguments += StatementArguments(([at] + key).map(\.databaseValue))
    }
    return filter
  }

  private mutating func any(_ column: String, _ values: [some DatabaseValueConvertible]) {
    conditions.append("\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))")
    arguments += StatementArguments(values)
  }

  /// The bounds of all texts that begin with this.
  private static func starting(_ prefix: String) -> [String] { [prefix, prefix + "\u{10FFFF}"] }

  /// Every comparison of the condition is with the same values, one after the other.
  private mutating func shown(_ condition: String, _ values: [String]) {
    conditions.append(condition)
    let marks = condition.count { $0 == "?" }
    for _ in 0..<(marks / values.count) { arguments += StatementArguments(values) }
  }

  private mutating func add(_ condition: String, _ value: Int64?) {
    guard let value else { return }
    conditions.append(condition)
    arguments += [value]
  }

  /// By login or by number.
  private mutating func actors(_ names: [String]) {
    let marks = names.map { _ in "?" }.joined(separator: ", ")
    conditions.append(
      "(h.actor IN (SELECT id FROM people WHERE login IN (\(marks)) COLLATE NOCASE) "
        + "OR 'id:' || h.actor IN (\(marks)))")
    arguments += StatementArguments(names + names)
  }

  private mutating func pull(_ pull: PullThings) {
    conditions.append(HistoryShown.pull)
    arguments += [
      pull.number, list(pull.commits), list(pull.images), list(pull.revisions), pull.number,
    ]
  }

  /// `rolled-back` is concluded from what came before; the filter means the word that is shown.
  /// It is concluded only where it decides: it costs more than everything else.
  private mutating func outcomes(_ words: [String]) {
    guard !words.isEmpty else { return }
    let isRollback = words.contains("rolled-back")
    if words.count == 1, !isRollback, words != ["unknown"] {
      any("h.outcome", words)
    } else {
      any("coalesce(h.outcome, 'unknown')", words + (isRollback ? ["success"] : []))
    }
    guard isRollback != words.contains("success") else { return }
    let marks = words.map { _ in "?" }.joined(separator: ", ")
    conditions.append(
      "(h.outcome IS NOT 'success' OR (\(HistorySQL.outcome)) IN (\(marks)))")
    arguments += StatementArguments(words)
  }
}

/// Which origins and environments a query means. Services and environments are names of the
/// catalog; the table knows what the sources called them.
struct HistoryPlaces {
  /// Up to so many places are walked one by one along their index.
  private static let walked = 64
  private let isAscending: Bool
  /// `nil` is everywhere.
  private let places: [PlaceRow]?
  /// Environments, as the sources call them, of which every place is meant.
  private let whole: Set<String>

  init(_ query: HistoryQuery, _ naming: Naming, _ reader: SQLiteReader) throws {
    isAscending = query.isAscending
    guard !query.services.isEmpty || !query.environments.isEmpty else {
      (places, whole) = (nil, [])
      return
    }
    let environments = Set(query.environments.map(naming.catalog.canonical))
    let services = Set(query.services)
    let known = try reader.knownPlaces()
    let meant = known.of(services).filter {
      environments.isEmpty || $0.place.environment.map(environments.contains) == true
    }.map(\.row)
    guard meant.count > HistoryPlaces.walked else {
      (places, whole) = (meant, [])
      return
    }
    let isMeant = Set(meant)
    let others = Set(
      known.all.map(\.row).filter { !isMeant.contains($0) }.compactMap(\.environment))
    let whole = Set(meant.compactMap(\.environment)).subtracting(others)
    self.whole = whole
    places = meant.filter { $0.environment.map(whole.contains) != true }
  }

  func page(_ filter: HistoryFilter, limit: Int) -> (String, StatementArguments) {
    let (keys, arguments) = keys(filter, limit: limit)
    return (HistorySQL.page(keys, isAscending: isAscending), arguments + [limit])
  }

  func count(_ filter: HistoryFilter, upTo limit: Int) -> (String, StatementArguments) {
    let (keys, arguments) = keys(filter, limit: limit)
    return ("SELECT count(*) FROM (SELECT 1 FROM (\(keys)) LIMIT ?)", arguments + [limit])
  }

  private func keys(_ filter: HistoryFilter, limit: Int) -> (String, StatementArguments) {
    let select = "SELECT h.at, h.kind, h.subject FROM history h WHERE \(filter.condition)"
    let order = "ORDER BY \(HistorySQL.order(isAscending: isAscending)) LIMIT ?"
    guard let places else { return ("\(select) \(order)", filter.arguments + [limit]) }
    guard !places.isEmpty || !whole.isEmpty else {
      return ("\(select) AND false", filter.arguments)
    }
    guard whole.isEmpty, places.count <= HistoryPlaces.walked else {
      let (condition, arguments) = among(places)
      return ("\(select) AND (\(condition)) \(order)", filter.arguments + arguments + [limit])
    }
    let branch = "SELECT * FROM (\(select) AND h.origin = ? AND h.environment IS ? \(order))"
    var arguments: StatementArguments = []
    for place in places {
      arguments += filter.arguments + [place.origin.text, place.environment, limit]
    }
    return (places.map { _ in branch }.joined(separator: " UNION ALL "), arguments)
  }

  /// Walks all lines and picks: there may be more places than a statement has parameters.
  private func among(_ places: [PlaceRow]) -> (String, StatementArguments) {
    var (conditions, arguments): ([String], StatementArguments) = ([], [])
    if !whole.isEmpty {
      conditions.append("h.environment IN (SELECT value FROM json_each(?))")
      arguments += [list(whole.sorted())]
    }
    if !places.isEmpty {
      conditions.append(
        "h.origin || char(10) || coalesce(h.environment, '') IN (SELECT value FROM json_each(?))")
      arguments += [list(places.map(\.text))]
    }
    return (conditions.joined(separator: " OR "), arguments)
  }
}

/// For `json_each`: there may be more of them than a statement has parameters.
private func list(_ texts: [String]) -> String {
  String(decoding: JSON.array(texts.map(JSON.string)).canonicalBytes, as: UTF8.self)
}

/// By what a line may belong to a pull request of this number, whatever the repository.
private struct PullThings {
  let number: Int64
  let commits: [String]
  var images: [String] = []
  var revisions: [String] = []
}

extension SQLiteReader {
  /// The pull requests are looked through once, not once for each place.
  fileprivate func things(ofPull number: Int64) throws -> PullThings {
    var things = PullThings(number: number, commits: try commits(ofPull: number))
    let made: [(kind: String, subject: String)] = try db.rows(
      HistoryShown.made, [.text(list(things.commits))]
    ) { row in
      (kind: row.text(0), subject: row.text(1))
    }
    things.images = made.filter { $0.kind == "image" }.map(\.subject)
    things.revisions = made.filter { $0.kind == "taskdef" }.map(\.subject)
    return things
  }

  private func commits(ofPull number: Int64) throws -> [String] {
    let found: [[String]] = try db.rows(
      "SELECT merge_sha, found_sha, head_sha FROM pulls WHERE number = ?1", [.int(number)]
    ) { row in
      [row.optionalText(0), row.optionalText(1), row.optionalText(2)].compactMap(\.self)
    }
    return Set(found.joined()).sorted()
  }
}

extension PlaceRow {
  fileprivate var text: String { "\(origin.text)\n\(environment ?? "")" }
}
