import Ledger

/// What GitHub was not asked about, or did not take.
extension Check {
  private static let most = 1_000

  /// Nothing waits to be posted: either GitHub shows all, or there is more to do before.
  static func unposted(_ tables: any LedgerReader, _ now: Instant) throws -> Check {
    guard try !restsOnWebhooks(tables) else {
      return Check(
        name: "statuses", state: .warning,
        detail: "nothing is posted: there are no GitHub credentials",
        hint: "Give ledger serve a token or an App: ledger topic environment.")
    }
    let (found, isCut) = try confirming(tables)
    let waiting = found.filter { now.seconds(since: $0.since) > 60 }
    guard !isCut || !waiting.isEmpty else {
      return Check(
        name: "statuses", state: .unknown,
        detail: "more than \(most) commits wait for a read of GitHub: not all were looked at",
        hint: "See the server's log: may the credentials read checks and statuses?")
    }
    let count = atLeast(waiting.count, isCut)
    return Check(
      name: "statuses", state: waiting.isEmpty ? .ok : .warning,
      detail: waiting.isEmpty
        ? "GitHub shows every verdict"
        : "\(count) verdicts wait for more than a minute to be confirmed by GitHub",
      hint: waiting.isEmpty
        ? nil : "See the server's log: may the credentials read checks and statuses?",
      items: waiting.map { "\($0.name) since \($0.since.wholeSecond)" })
  }

  /// `nil` for what is not there.
  static func stuck(
    _ tables: any LedgerReader, _ recent: Recent, _ now: Instant
  ) throws -> [Check] {
    [try undetermined(tables, now), refusedAnswers(recent)].compactMap(\.self)
  }

  private static func restsOnWebhooks(_ tables: any LedgerReader) throws -> Bool {
    guard let hash = try tables.currentPolicy() else { return false }
    return try tables.policy(hash: hash)?.entry.data.at("policy", "confirmation") == "webhooks"
  }

  private typealias Waiting = (name: String, since: Instant)

  /// Of what was looked at only a part counts: how much more there is nobody knows.
  private static func atLeast(_ count: Int, _ isCut: Bool) -> String {
    isCut ? "at least \(count)" : "\(count)"
  }

  /// The first of them, and whether there are more.
  private static func reads(_ tables: any LedgerReader) throws -> ([DueRead], Bool) {
    let due = try tables.dueReads(limit: most + 1)
    return (Array(due.prefix(most)), due.count > most)
  }

  private static func confirming(_ tables: any LedgerReader) throws -> ([Waiting], Bool) {
    let (due, isCut) = try reads(tables)
    return (try confirming(due, tables), isCut)
  }

  private static func confirming(
    _ due: [DueRead], _ tables: any LedgerReader
  ) throws -> [Waiting] {
    try due.filter { !$0.isAudit }.compactMap { due in
      let numbers = try tables.pulls(due.repository.id, head: due.sha).map(\.number) + [0]
      let entries = try numbers.compactMap {
        try tables.verdict(due.repository.id, $0, head: due.sha)?.entry
      }
      guard let since = try oldest(entries, tables) else { return nil }
      return ("\(due.repository.name) \(due.sha.prefix(7))", since)
    }
  }

  private static func oldest(_ entries: [Int64], _ tables: any LedgerReader) throws -> Instant? {
    try entries.min().flatMap { try tables.entry(at: $0)?.entry.received }
  }

  static func undetermined(_ tables: any LedgerReader, _ now: Instant) throws -> Check? {
    let before = now.adding(seconds: -600)
    let (due, isCut) = try reads(tables)
    let merges = try undecidedMerges(due, tables).filter { $0.since <= before }
    let landings = try tables.dueLandings(until: before, limit: most + 1)
    let pushes = landings.prefix(most).map { due in
      "push \(due.sha.prefix(7)) to \(due.branch) of \(due.repository.name), entry \(due.entry)"
    }
    let counts: [(Int, String, String, String)] = [
      (pushes.count, landings.count > most ? "more than " : "", "push", "pushes"),
      (merges.count, isCut ? "at least " : "", "merge", "merges"),
    ]
    let words = counts.filter { $0.0 > 0 }
      .map { "\($0.1)\($0.0) \($0.0 == 1 ? $0.2 : $0.3)" }
    guard !words.isEmpty else { return nil }
    let verb = pushes.count + merges.count == 1 ? "is" : "are"
    return Check(
      name: "undetermined", state: .warning,
      detail: "\(words.joined(separator: " and ")) \(verb) undetermined: GitHub could not be asked",
      hint: "With credentials for GitHub the server asks by itself: ledger topic environment.",
      items: pushes + merges.map { "merge \($0.name) since \($0.since.wholeSecond)" })
  }

  private static func undecidedMerges(
    _ due: [DueRead], _ tables: any LedgerReader
  ) throws -> [Waiting] {
    try due.filter(\.isAudit).flatMap { due in
      try tables.pulls(due.repository.id, landedAs: due.sha).compactMap { pull -> Waiting? in
        guard let audit = try tables.audit(due.repository.id, pull.number),
          audit.result == "undetermined", let since = try oldest([audit.entry], tables)
        else { return nil }
        return ("\(due.repository.name)#\(pull.number)", since)
      }
    }
  }

  /// GitHub takes one answer for a job that waits, and only while it waits.
  private static func refusedAnswers(_ recent: Recent) -> Check? {
    let refused = recent.entries.filter {
      $0.entry.kind == .ruleAnswered && $0.entry.data["note"]?.string != nil
    }
    guard !refused.isEmpty else { return nil }
    return Check(
      name: "protection rules", state: .warning,
      detail: "GitHub did not take \(refused.count) of the newest answers of the deploy gate",
      hint: "The run was over or answered by somebody, or the App may not write deployments.",
      items: refused.map { stored in
        let data = stored.entry.data
        return "entry \(stored.index): run \(data["run_id"]?.int ?? 0), "
          + "\(data["environment"]?.string ?? ""): \(data["note"]?.string ?? "")"
      })
  }
}
