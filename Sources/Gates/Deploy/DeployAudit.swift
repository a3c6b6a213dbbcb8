import Ledger

/// Notices what came to run in a guarded environment and was not allowed to.
struct DeployAudit {
  private static let looked = 100
  private let policies: Policies
  private let tables: any LedgerReader
  private let now: Instant

  init(_ policies: Policies, _ tables: any LedgerReader, now: Instant) {
    self.policies = policies
    self.tables = tables
    self.now = now
  }

  /// In one order, whatever the order of the subjects.
  func bypasses(_ subjects: Set<Subject>) throws -> [Entry] {
    let nodes = subjects.compactMap { subject in
      if case .landed(let node) = subject { node } else { nil }
    }
    guard !nodes.isEmpty, try tables.currentPolicy() != nil else { return [] }
    let catalog = try tables.catalog()
    let names = try tables.repositoryNames()
    return try tables.lines(about: nodes.sorted()).compactMap { row in
      // What began before anything was guarded is nobody's bypass. The log knows when it was first
      // told; a report may say that it began whenever it likes.
      guard ["success", "rolled-back"].contains(row.outcome),
        let told = row.entries.min(), let policy = try policies.inForce(at: told, tables),
        let deploy = policy.deploy
      else { return nil }
      let place = catalog.place(of: row.origin, in: row.environment, names)
      guard let environment = place.environment, row.digest != nil || row.commit != nil,
        !deploy.parts(place.services, in: environment, catalog).isEmpty
      else { return nil }
      return try bypass(
        row, place, environment, policy.hash, policy.merge?.onBypass ?? BypassReactions())
    }
  }

  private func bypass(
    _ row: HistoryRow, _ place: Place, _ environment: String, _ policy: String,
    _ reactions: BypassReactions
  ) throws -> Entry? {
    let node = Node(Node.Stage(rawValue: row.kind) ?? .deploy, row.subject)
    guard try tables.deployBypass(node) == nil else { return nil }
    let verdicts = try verdicts(place.services, environment, row)
    let about = verdicts.first { $0.isAbout(row) }
    if let about, about.state == "allow", try stood(about, at: row.runsSince) { return nil }
    let reason = about == nil && verdicts.first?.state == "allow" ? "other-digest" : "no-allow"
    // What was said of another one says nothing of this one.
    let cited = about ?? (reason == "other-digest" ? verdicts.first : nil)
    let errands = try reactions.errands(after: .bypass, replacing: nil, hasPull: false, tables)
    return try Entry.conclusion(
      .bypass, at: row.runsSince, now: now,
      JSON.object([
        "gate": "deploy", "actor": .optional(row.actorID), "node": .string(node.text),
        "service": .optional(place.service),
        "environment": .string(environment), "origin": .optional(row.origin?.text),
        "repository_id": row.repository.id == 0 ? .null : .int(row.repository.id),
        "digest": .optional(row.digest), "commit": .optional(row.commit),
        "reason": .string(reason), "policy": .string(policy),
        "summary": .string(DeployAudit.summary(reason, environment, cited)),
        "entries": .array(
          Set(row.entries + [cited?.entry].compactMap { $0 }).sorted()
            .map(JSON.int)),
      ]).with(errands: row.repository.id == 0 ? [] : errands))
  }

  private static func summary(
    _ reason: String, _ environment: String, _ verdict: DeployVerdictRow?
  ) -> String {
    guard let verdict else {
      return "came to \(environment) and nobody asked the gate about it"
    }
    return reason == "other-digest"
      ? "came to \(environment), which was allowed for another one (#\(verdict.entry))"
      : "came to \(environment) without an allow (#\(verdict.entry))"
  }

  /// Whether what an allow rests on still stood: an override ends, also before anybody asks again.
  private func stood(_ verdict: DeployVerdictRow, at instant: Instant) throws -> Bool {
    guard let override = try tables.entry(at: verdict.entry)?.entry.data["override"]?.int else {
      return true
    }
    return try tables.override(override)?.stood(at: instant.wholeSecond) ?? false
  }

  /// What the gate had answered by then, newest first. GitHub's clock has whole seconds. What stands
  /// behind the news of the deployment was not there when it went out.
  private func verdicts(
    _ services: [String], _ environment: String, _ row: HistoryRow
  ) throws -> [DeployVerdictRow] {
    let until = row.runsSince.wholeSecond.adding(seconds: 0.999_999)
    let told = row.entries.max() ?? row.entry
    return try Set(services + [services.joined(separator: ",")]).flatMap {
      try tables.deployVerdicts($0, environment, until: until, limit: DeployAudit.looked)
    }.filter { $0.entry < told && !$0.key.variant.contains("refused") }
      .sorted { $0.entry > $1.entry }
  }
}

extension DeployVerdictRow {
  /// Where both know a digest, the digest decides.
  fileprivate func isAbout(_ row: HistoryRow) -> Bool {
    if let digest, let other = row.digest { return digest == other }
    return commit != nil && commit == row.commit
  }
}
