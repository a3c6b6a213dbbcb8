import Ledger

/// What the gates ask about branches, answered from the folded tables.
extension MemoryLedger {
  func policy(before entry: Int64) throws -> Stored? {
    log.last { $0.entry.kind == .policy && $0.index < entry }
  }

  func pulls(_ repository: Int64, landedAs sha: String) throws -> [PullRow] {
    all(Tables.pulls).filter { row in
      row["repository_id"] == .int(repository)
        && ["merge_sha", "found_sha", "merged_head"].contains { row[$0] == .text(sha) }
    }.compactMap(PullRow.init).filter { $0.merge != nil }.sorted { $0.number < $1.number }
  }

  func landings(_ repository: Int64, sha: String) throws -> [LandingRow] {
    all(Tables.landings).filter {
      $0["repository_id"] == .int(repository) && $0["sha"] == .text(sha)
    }.compactMap(LandingRow.init)
  }

  func landings(since entry: Int64) throws -> [LandingRow] {
    all(Tables.landings).compactMap(LandingRow.init).filter { $0.entry > entry }
  }

  func landingAudit(
    _ repository: Int64, branch: String, sha: String
  ) throws -> LandingAuditRow? {
    row(Tables.landingAudits, .int(repository), .text(branch), .text(sha)).map {
      LandingAuditRow(
        result: $0["result"]?.text ?? "", reason: $0["reason"]?.text,
        summary: $0["summary"]?.text ?? "", landing: $0["landing_entry"]?.int ?? -1,
        entry: $0["entry"]?.int ?? -1)
    }
  }

  func landingRead(_ repository: Int64, sha: String) throws -> Stored? {
    try row(Tables.landingReads, .int(repository), .text(sha))?["entry"]?.int
      .flatMap { try entry(at: $0) }
  }

  func dueLandings(until instant: Instant, limit: Int) throws -> [DueLanding] {
    all(Tables.landingAudits).filter { $0["confirming"] == .int(1) }.map { row in
      DueLanding(
        repository: RepositoryRow(id: row["repository_id"]?.int ?? 0, name: "acme/api"),
        branch: row["branch"]?.text ?? "", sha: row["sha"]?.text ?? "", pushedAt: nil,
        entry: row["entry"]?.int ?? -1)
    }
  }

  func protectionChanges(_ repository: Int64) throws -> [ProtectionChange] {
    try all(Tables.protections).filter { $0["repository_id"] == .int(repository) }
      .sorted { MemoryLedger.key($0) < MemoryLedger.key($1) }
      .compactMap { try $0["entry"]?.int.flatMap { try entry(at: $0) } }
      .compactMap(ProtectionChange.init)
  }

  private static func key(_ row: Row) -> (String, Int64, String) {
    (row["form"]?.text ?? "", row["rule_id"]?.int ?? 0, row["change"]?.text ?? "")
  }

  func protectionAudits(_ repository: Int64) throws -> [ProtectionAuditRow] {
    all(Tables.protectionAudits).filter { $0["repository_id"] == .int(repository) }.map {
      ProtectionAuditRow(
        rule: $0["rule"]?.text ?? "", change: $0["change_entry"]?.int ?? -1,
        result: $0["result"]?.text ?? "", entry: $0["entry"]?.int ?? -1)
    }
  }

  func protectedRepositories() throws -> [Int64] {
    Set(all(Tables.protections).compactMap { $0["repository_id"]?.int }).sorted()
  }

  func capabilities() throws -> [CapabilityRow] {
    try all(Tables.capabilities).map { row in
      let contexts = row["contexts"]?.text
      return CapabilityRow(
        repository: RepositoryRow(id: row["repository_id"]?.int ?? 0, name: "acme/api"),
        branch: row["branch"]?.text ?? "", state: row["state"]?.text,
        contexts: CapabilityRow.contexts(try contexts.map { try JSON.parse(Array($0.utf8)) }),
        reason: row["reason"]?.text, entry: row["entry"]?.int)
    }
  }

  func capability(_ repository: Int64, branch: String) throws -> CapabilityRow? {
    try capabilities().first { $0.repository.id == repository && $0.branch == branch }
  }

  func dueErrands(limit: Int) throws -> [DueErrand] {
    all(Tables.errands).filter { ($0["done_entry"] ?? .null) == .null }.map { row in
      DueErrand(
        key: row["key"]?.text ?? "", errand: row["errand"]?.text ?? "",
        repository: RepositoryRow(id: row["repository_id"]?.int ?? 0, name: "acme/api"),
        pull: row["pull"]?.int, entry: row["entry"]?.int ?? -1)
    }.sorted { ($0.entry, $0.key) < ($1.entry, $1.key) }
  }

  func errandNumber(_ key: String) throws -> Int64? {
    row(Tables.errands, .text(key))?["number"]?.int
  }

  func installations() throws -> [InstallationRow] { throw NotAsked() }
}

extension LandingRow {
  fileprivate init?(_ row: MemoryLedger.Row) {
    guard let entry = row["entry"]?.int else { return nil }
    self.init(
      repository: row["repository_id"]?.int ?? 0, branch: row["branch"]?.text ?? "",
      sha: row["sha"]?.text ?? "", before: row["before"]?.text, actor: row["actor"]?.int,
      at: row["at"]?.int.map(Instant.init(microseconds:)), isForced: row["forced"] == .int(1),
      isCreated: row["created"] == .int(1), entry: entry)
  }
}
