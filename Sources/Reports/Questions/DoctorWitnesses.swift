import Ledger
import Merkle

/// Whether anybody outside would notice that the log was put back.
extension Check {
  /// Seconds that the head may be ahead of what a witness has.
  private static let patience = 3_600.0

  static func witnesses(_ tables: any LedgerReader, _ now: Instant) throws -> [Check] {
    guard let head = try tables.checkpoint() else { return [] }
    let report = try WitnessReport(reading: tables)
    guard !report.members.isEmpty else {
      return [
        Check(
          name: "witnesses", state: .warning,
          detail: "no outside checkpoint: whoever owns this machine can rewrite the log unseen",
          hint: "Name witnesses in ledger.yaml, or keep copies with ledger checkpoint --publish.")
      ]
    }
    return [alarms(report), try quorum(report, head, tables, now)].compactMap(\.self)
  }

  private static func alarms(_ report: WitnessReport) -> Check? {
    let items = report.members.compactMap { member in
      member.alarm.map { "\(member.witness.name): entry \($0)" }
    }
    guard !items.isEmpty else { return nil }
    return Check(
      name: "refused by witnesses", state: .problem,
      detail: "\(items.count) saw a log under this name that this one does not lead to",
      hint: "The database was put back, cut or used twice: look for the newest copy of it.",
      items: items)
  }

  /// Behind only counts where there is something that is not covered, for more than a while.
  private static func quorum(
    _ report: WitnessReport, _ head: StoredCheckpoint, _ tables: any LedgerReader, _ now: Instant
  ) throws -> Check {
    let items = report.members.map { item($0, head, now) }
    let covered = report.quorumSize ?? 0
    let since = try tables.entry(at: covered)?.entry.received
    let isBehind = covered < head.size && since.map { now.seconds(since: $0) > patience } ?? false
    guard isBehind || report.quorumSize == nil else {
      return Check(
        name: "witnesses", state: .ok,
        detail: "\(report.quorum) of \(report.members.count) vouch for \(covered) entries of "
          + "\(head.size)", items: items)
    }
    // Of the newest entry that they saw: when the head over it was signed, no entry says.
    let time = try report.quorumSize.flatMap { size in
      try tables.entry(at: size &- 1)?.entry.received.wholeSecond.description
    }
    return Check(
      name: "witnesses", state: .warning,
      detail: time.map { "no outside checkpoint since \($0): \(covered) entries of \(head.size)" }
        ?? "no outside checkpoint yet: no head has \(report.quorum) cosignatures",
      hint: "ledger doctor --server URL, and the server's log, say what hinders it.",
      items: items)
  }

  private static func item(
    _ member: WitnessReport.Member, _ head: StoredCheckpoint, _ now: Instant
  ) -> String {
    guard let last = member.last else { return "\(member.witness.name): never" }
    let age = Int(max(0, now.seconds(since: last.at)))
    return "\(member.witness.name): \(last.size) of \(head.size) entries at "
      + "\(last.at.wholeSecond), \(age) s ago"
  }
}
