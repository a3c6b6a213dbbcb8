import Ledger

extension PullRow {
  /// What lets exactly this head pass into exactly this branch now.
  func override(_ tables: any LedgerReader, now: Instant) throws -> OverrideRow? {
    let row = try tables.override(merge: repository, number, head: headSHA)
    return try row.flatMap { row in
      guard row.isValid(at: now), try row.covers(baseRef, tables) else { return nil }
      return row
    }
  }

  /// What let it pass when it was merged, whether or not that ended since.
  func override(of merge: Merge, _ tables: any LedgerReader) throws -> OverrideRow? {
    try tables.overrides(
      .merge(repository: repository, pull: number, head: merge.headSHA)
    ).first { try $0.stood(at: merge.at) && $0.covers(merge.baseRef, tables) }
  }
}

/// What an entry says of its `base_ref`: that it is meant byte by byte. Without that the other
/// spelling of an accented letter is meant, too: what was concluded so must be concluded again.
enum ExactBranch {
  static let member = "branch_is"
  static let word = "exact"

  /// - Parameter entry: the place of a `gate.override.v1` or a `github.merge_group.v1`.
  static func isMeant(
    _ base: String, _ branch: String, at entry: Int64, _ tables: any LedgerReader
  ) throws -> Bool {
    guard base == branch, !base.isExactly(branch) else { return base.isExactly(branch) }
    return try tables.entry(at: entry)?.entry.data[member]?.string != word
  }
}

extension OverrideRow {
  fileprivate func covers(_ branch: String, _ tables: any LedgerReader) throws -> Bool {
    guard case .merge(_, _, _, let base) = target else { return false }
    return try ExactBranch.isMeant(base, branch, at: entry, tables)
  }
}

extension Verdict {
  /// The same findings, let pass. What passes by itself needs nobody's leave.
  func lifted(by row: OverrideRow?, headSHA: String) -> Verdict {
    guard let row, state != .allow else { return self }
    var lifted = self
    lifted.state = .allow
    lifted.override = row
    lifted.summary = Summary.overridden(row, findings, at: headSHA)
    return lifted
  }
}

extension MergeAudit {
  /// What had not passed and was let pass is no merge in order: it is told by its name.
  func lifted(by row: OverrideRow?) -> MergeAudit {
    guard let row, reason != nil else { return self }
    var lifted = self
    lifted.reason = .overridden
    lifted.override = row.entry
    lifted.summary = Summary.framed("overridden: ", row.reason, " (\(summary))")
    return lifted
  }
}

extension Summary {
  static func overridden(_ row: OverrideRow, _ findings: [Finding], at sha: String) -> String {
    let required = findings.filter(\.rule.isRequired)
    let passed = required.count { $0.result == .pass }
    return framed(
      "allowed by override until \(end(of: row)): ", row.reason,
      " (\(passed) of \(required.count) passed at \(sha.prefix(7)))")
  }

  /// `14:05Z`; with its day where that is not the next such time.
  private static func end(of row: OverrideRow) -> String {
    let text = row.expiresAt.description
    let time = "\(text.dropFirst(11).prefix(5))Z"
    let isNear = row.expiresAt.seconds(since: row.madeAt) < 86_400
    return isNear ? time : "\(text.prefix(10)) \(time)"
  }

  /// One line in which the middle gives way first.
  static func framed(_ start: String, _ middle: String, _ end: String) -> String {
    let room = maximumLength - start.unicodeScalars.count - end.unicodeScalars.count
    guard room > 1 else { return line([start + middle + end]) }
    let scalars = middle.unicodeScalars
    let cut =
      scalars.count <= room
      ? middle : String(String.UnicodeScalarView(scalars.prefix(room - 1))) + "…"
    return line([start + cut + end])
  }
}
