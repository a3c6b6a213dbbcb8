/// What one entry says about one line of the history. Each group of columns is written only when
/// the entry knows it: a source that knows less never hides what another one said.
struct HistoryLine {
  /// `merge`, `build`, `deploy`, …
  let kind: String
  let subject: String
  var origin: Origin?
  var environment: String?
  var repository: Int64?
  var pull: Int64?
  var actor: Int64?
  var commit: String?
  var digest: String?
  var revision: String?

  init(_ kind: String, _ subject: String) {
    self.kind = kind
    self.subject = subject
  }

  init(_ node: Node) { self.init(node.stage.rawValue, node.subject) }

  /// Who told it, if it is a report: then the service that it names is the origin.
  init(_ node: Node, report data: JSON) {
    self.init(node)
    repository = data["repository_id"]?.int
    actor = data["actor"]?.int
    commit = data["commit"]?.string
    digest = data["digest"]?.string
    origin = .report(data)
    environment = data["environment"]?.string
  }

  private var key: [Scalar] { [.text(kind), .text(subject)] }

  /// The line itself, its commit, digest and revision.
  ///
  /// - Parameter order: which of several entries of one rank wins.
  func told(_ at: Instant?, by stored: Stored, order: String) -> [Change] {
    let order = orderKey(stored.entry.source.rank, order)
    var changes = [
      change(
        Tables.historyWhat, order,
        [
          Scalar(at), .int(stored.index), Scalar(origin?.text), Scalar(environment),
          Scalar(repository), Scalar(pull), Scalar(actor),
        ])
    ]
    changes += known(order)
    if let origin {
      changes.append(Places.seen(origin, environment, by: stored))
    }
    return changes
  }

  /// Commit, digest and revision alone.
  func known(by stored: Stored, order: String) -> [Change] {
    known(orderKey(stored.entry.source.rank, order))
  }

  private func known(_ order: String) -> [Change] {
    var changes: [Change] = []
    if let commit { changes.append(change(Tables.historyCommit, order, [.text(commit)])) }
    if let digest { changes.append(change(Tables.historyDigest, order, [.text(digest)])) }
    if let revision { changes.append(change(Tables.historyRevision, order, [.text(revision)])) }
    return changes
  }

  /// Words after which something still comes. Any source's end wins over them.
  private static let open: Set<String> = [
    "in_progress", "queued", "pending", "requested", "waiting", "inactive", "unknown", "pushed",
    "registered", "created", "active",
  ]

  func ended(
    _ outcome: String?, at finished: Instant?, note: String? = nil, by stored: Stored, order: String
  ) -> Change {
    let isOpen = outcome.map(HistoryLine.open.contains) ?? true
    return change(
      Tables.historyOutcome, orderKey(isOpen ? "0" : "1", stored.entry.source.rank, order),
      [Scalar(outcome), Scalar(finished), Scalar(note), .int(stored.index)])
  }

  /// What a report says stands beside what GitHub signed, so that a contradiction can be shown.
  func reported(_ outcome: String?, by stored: Stored, order: String) -> [Change] {
    guard stored.entry.source.isReport else { return [] }
    var changes = [
      change(
        Tables.historyReported, orderKey(outcome == nil ? "0" : "1", order),
        [Scalar(outcome), .int(stored.index)])
    ]
    if let commit { changes.append(change(Tables.historyReportedCommit, order, [.text(commit)])) }
    if let digest { changes.append(change(Tables.historyReportedDigest, order, [.text(digest)])) }
    return changes
  }

  private func change(_ register: Register, _ order: String, _ values: [Scalar]) -> Change {
    Change(Tables.history, key: key, register: register, order: order, values: values)
  }
}

enum Places {
  static func seen(_ origin: Origin, _ environment: String?, by stored: Stored) -> Change {
    Change(
      Tables.places, key: key(origin, environment), register: Tables.placeSeen,
      order: stored.firstOrder, values: [.int(stored.index)])
  }

  /// Everything that runs there was seen at this instant.
  static func snapshot(
    _ origin: Origin, at instant: Instant, desired: Int64?, ready: Int64?, by stored: Stored
  ) -> Change {
    Change(
      Tables.places, key: key(origin, nil), register: Tables.placeSnapshot,
      order: orderKey(instant.sortKey, stored.tieBreak),
      values: [Scalar(instant), Scalar(desired), Scalar(ready), .int(stored.index)])
  }

  private static func key(_ origin: Origin, _ environment: String?) -> [Scalar] {
    [.text(origin.text), .text(environment ?? "")]
  }
}

enum Links {
  /// The first entry that told it is cited.
  static func link(_ source: Node?, _ target: Node?, by stored: Stored) -> [Change] {
    guard let source, let target else { return [] }
    let table = Tables.links
    return [
      Change(
        table, key: [.text(source.text), .text(target.text)], register: table.registers[0],
        order: stored.firstOrder, values: [.int(stored.index)])
    ]
  }
}

extension Stored {
  /// The entry about the earliest event wins, whenever it arrived.
  fileprivate var firstOrder: String { orderKey(orderKey(earliest: entry.at), tieBreak) }
}
