import Ledger

/// The permissions past a deny that count now.
struct Overrides {
  let tables: any LedgerReader
  let now: Instant

  /// Of one that was merged only what stood then, and counts now.
  func merge(_ pull: PullRow) throws -> Int64? {
    guard let merge = pull.merge else { return try pull.override(tables, now: now)?.entry }
    return try pull.override(of: merge, tables).flatMap { $0.isValid(at: now) ? $0.entry : nil }
  }

  /// What somebody allowed knows of certain findings: whatever fails beside these is not lifted.
  func deploy(
    _ request: DeployRequest, digest: String?, blocking: [DeployFinding]
  ) throws -> Int64? {
    guard let digest else { return nil }
    let rows = try tables.overrides(
      .deploy(service: request.service, environment: request.environment, digest: digest))
    let findings = blocking.map(\.json)
    return try rows.first { try $0.isValid(at: now) && $0.lifts(findings, tables) }?.entry
  }
}
