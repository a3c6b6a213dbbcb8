import Ledger

/// Gathers from the tables what the rules look at. Nothing is judged here but who is believed.
struct DeployCollector {
  let tables: any LedgerReader
  let catalog: Catalog
  let names: [Int64: String]
  let zones: any TimeZones
  let now: Instant
  /// Were deleted, though their names may be somebody else's by now.
  private let gone: Set<Int64>

  init(_ tables: any LedgerReader, zones: any TimeZones, now: Instant) throws {
    self.tables = tables
    self.zones = zones
    self.now = now
    catalog = try tables.catalog()
    names = try tables.repositoryNames()
    gone = try DeployCollector.gone(tables)
  }

  /// Without those whose deletion an older version recorded: it did not leave them out, and what it
  /// concluded has to be concluded again.
  private static func gone(_ tables: any LedgerReader) throws -> Set<Int64> {
    let ended = try tables.repositoryDeletions()
      .filter { $0.entry.data["ends_evidence"]?.bool == true }
      .compactMap { $0.entry.data["repository_id"]?.int }
    return ended.isEmpty ? [] : try GoneRepositories(tables).ids.intersection(ended)
  }

  /// Of the services that the catalog knows by these names. A repository that was made again under
  /// the name of a deleted one inherits nothing from it.
  func repositories(of request: DeployRequest) -> Set<Int64> {
    let wanted = Set(
      catalog.services.filter { request.services.contains($0.name) }
        .flatMap(\.repositories).map { $0.lowercased() })
    let ids = names.filter { wanted.contains($0.value.lowercased()) }.map(\.key)
    return Set(ids).subtracting(gone).filter {
      request.repository == nil || request.repository == $0
    }
  }

  func gather(_ request: DeployRequest, _ parts: [EnvironmentRules]) throws -> DeployCase {
    let repositories = repositories(of: request)
    var evidence = DeployCase(
      request: request, now: now, repositories: repositories, zones: zones)
    let trustsTokens = !parts.isEmpty && parts.allSatisfy(\.trustsTokens)
    let judge = TellerJudge(trustsTokens: trustsTokens, tables: tables)
    evidence.digest = try request.digest ?? image(of: request, repositories, judge)
    if let digest = evidence.digest { try add(digest, judge, to: &evidence) }
    evidence.commit = DeployCollector.commit(evidence)
    if let commit = evidence.commit { try add(commit: commit, to: &evidence) }
    try add(parts.flatMap(\.rules), judge, to: &evidence)
    return evidence
  }

  /// The one image that is known of a commit; `nil` when there are several.
  private func image(
    of request: DeployRequest, _ repositories: Set<Int64>, _ judge: TellerJudge
  ) throws -> String? {
    guard let commit = request.commit else { return nil }
    let images = Set(
      catalog.services.filter { request.services.contains($0.name) }.flatMap(\.images))
    let rows = try repositories.sorted().flatMap { try tables.imageSources($0, commit: commit) }
      .filter { try judge.believes($0.toldBy, of: $0.repository) }
    let named = rows.filter { $0.image.map(images.contains) == true }
    let digests = Set((named.isEmpty ? rows : named).map(\.digest))
    return digests.count == 1 ? digests.first : nil
  }

  private func add(
    _ digest: String, _ judge: TellerJudge, to evidence: inout DeployCase
  ) throws {
    evidence.attestations = try tables.attestations(of: digest)
      .filter { $0.predicateType.hasPrefix(Provenance.type) }.map { try attestation($0, judge) }
    evidence.links =
      try tables.imageSources(of: digest).map {
        .init(
          repository: $0.repository, commit: $0.commit,
          isTrusted: try judge.believes($0.toldBy, of: $0.repository), entry: $0.entry)
      } + evidence.attestations.filter(\.isTrusted).map(\.link)
    evidence.scans = try tables.scans(of: digest).filter {
      try judge.believesScan($0, evidence.repositories)
    }.map(withTeller)
  }

  /// Rows of older versions do not name who brought a platform's word, their entries do: that
  /// teller's later word replaces it.
  private func withTeller(_ scan: ScanRow) throws -> ScanRow {
    guard scan.toldBy == Scans.platform, let stored = try tables.entry(at: scan.entry) else {
      return scan
    }
    return ScanRow(
      tool: scan.tool, repository: scan.repository, scannedAt: scan.scannedAt, counts: scan.counts,
      entry: scan.entry, toldBy: Scans.platformTeller(of: stored))
  }

  /// A signature that was verified needs nobody's word; one that failed is worth nobody's.
  private func attestation(
    _ row: AttestationRow, _ judge: TellerJudge
  ) throws -> DeployCase.Attestation {
    let (isVerified, isFailed) = (row.verification == "verified", row.verification == "failed")
    let isTrusted = try isVerified || !isFailed && judge.believes(row.toldBy, of: row.repository)
    return .init(
      repository: row.repository, commit: row.commit, verification: row.verification,
      isTrusted: isTrusted, entry: row.entry, newest: row.newest,
      reason: isFailed ? try tables.entry(at: row.newest)?.entry.data["reason"]?.string : nil)
  }

  /// Of a digest what those say who are believed; without one what was asked about.
  private static func commit(_ evidence: DeployCase) -> String? {
    let asked = evidence.request.commit
    guard evidence.request.digest != nil else { return asked }
    let commits = Set(
      evidence.links.filter {
        $0.isTrusted && evidence.repositories.contains($0.repository)
      }.map(\.commit))
    if let asked { return commits.contains(asked) ? asked : nil }
    return commits.count == 1 ? commits.first : nil
  }

  private func add(commit: String, to evidence: inout DeployCase) throws {
    let homes = evidence.links.filter { $0.isTrusted && $0.commit == commit }.map(\.repository)
    let repositories = evidence.repositories.filter { homes.isEmpty || homes.contains($0) }.sorted()
    let overrides = Overrides(tables: tables, now: now)
    for repository in repositories {
      evidence.pushes += try tables.pushes(repository, sha: commit)
      evidence.checks += try tables.checks(repository, head: commit)
      evidence.pulls += try pulls(repository, commit, overrides)
    }
    evidence.landing = try landing(repositories, commit)
  }

  private func pulls(
    _ repository: Int64, _ commit: String, _ overrides: Overrides
  ) throws -> [DeployCase.Pull] {
    let rows = Set(
      try tables.pulls(repository, mergedAs: commit) + tables.pulls(repository, head: commit))
    return try rows.sorted { $0.number < $1.number }.compactMap { row in
      // An open one whose head it is, or a merged one that made it or whose merged head it is.
      guard row.merge == nil || row.merge?.sha == commit || row.merge?.headSHA == commit else {
        return nil
      }
      let head = row.merge?.headSHA ?? row.headSHA
      let audit = try tables.audit(repository, row.number)
      return .init(
        number: row.number, author: row.author, headSHA: head, mergedAt: row.merge?.at,
        audit: audit?.result, override: try overrides.merge(row),
        entries: [audit?.entry ?? row.merge?.entry ?? row.headEntry],
        reviews: try tables.reviews(repository, pull: row.number))
    }
  }

  /// When a commit came to a branch: by the merge, or else by the push that brought it.
  private func landing(
    _ repositories: [Int64], _ commit: String
  ) throws -> DeployCase.Landing? {
    var landings: [DeployCase.Landing] = []
    for repository in repositories {
      let merges = try
        (tables.pulls(repository, mergedAs: commit) + tables.pulls(repository, head: commit))
        .compactMap(\.merge).filter { $0.sha == commit || $0.headSHA == commit }
      landings += merges.map { .init(at: $0.at, entry: $0.entry) }
      if merges.isEmpty {
        landings += try tables.pushes(repository, sha: commit)
          .filter { $0.ref.hasPrefix("refs/heads/") }.map { .init(at: $0.at, entry: $0.entry) }
      }
    }
    return landings.min { ($0.at, $0.entry) < ($1.at, $1.entry) }
  }

  // MARK: what only some rules look at

  private func add(
    _ rules: [any DeployRule], _ judge: TellerJudge, to evidence: inout DeployCase
  ) throws {
    let runs = DeployRuns(
      tables: tables, services: evidence.request.services, judge: judge,
      repositories: evidence.repositories)
    for case let order as OrderRule in rules {
      evidence.stays[order.after] = try runs.stays(
        in: catalog.canonical(order.after), evidence.digest, evidence.commit)
    }
    if rules.contains(where: { $0 is NotOlderRule }),
      let row = try runs.live(in: evidence.request.environment).last?.row
    {
      evidence.running = .init(
        digest: row.digest, commit: row.commit,
        landing: try row.commit.flatMap { try landing(evidence.repositories.sorted(), $0) },
        entry: row.entry)
    }
    if rules.contains(where: { $0 is ReplicasRule }) {
      evidence.replicas = try replicas(evidence.request)
    }
  }

  /// What the platforms show of the place; of each origin the greater of what is wanted and seen.
  private func replicas(_ request: DeployRequest) throws -> DeployCase.Replicas? {
    var (count, entries): (Int64, [Int64]) = (0, [])
    var seen: Set<Origin> = []
    for row in try tables.places() where seen.insert(row.origin).inserted {
      let place = catalog.place(of: row.origin, in: row.environment, names)
      guard place.environment == request.environment,
        place.services.contains(where: request.services.contains)
      else { continue }
      let (running, snapshot) = (try tables.running(row.origin), try tables.snapshot(row.origin))
      guard snapshot != nil || !running.isEmpty else { continue }
      // Whoever speaks as a platform may say any number.
      let sum = count.addingReportingOverflow(max(snapshot?.desired ?? 0, Int64(running.count)))
      count = sum.overflow ? .max : sum.partialValue
      entries += (snapshot.map { [$0.entry] } ?? []) + running.map(\.entry)
    }
    return entries.isEmpty ? nil : .init(count: count, entries: entries)
  }
}

/// Statements of where an image came from.
public enum Provenance {
  /// Of SLSA, any version.
  public static let type = "https://slsa.dev/provenance/"
}

/// Whose word counts for the commit of an image, and for what was done with it.
struct TellerJudge {
  /// What is recorded into the file itself.
  private static let fileOwner = "cli"

  let trustsTokens: Bool
  let tables: any LedgerReader

  /// What GitHub signed and what platforms show counts; of reports those of the service's own jobs,
  /// and of its tokens where they are trusted.
  func believes(_ stored: Stored, _ repositories: Set<Int64>) throws -> Bool {
    switch stored.entry.source {
    case .github, .githubAPI, .ledger: return true
    case .kubernetes: return false
    case .workflow(let job):
      return repositories.contains(job.repositoryID) && job.vouchesForItsCommit
    case .token(let name, _):
      let named = stored.entry.data["repository_id"]?.int
      return try repositories.filter { named == nil || named == $0 }.contains {
        try believes("token:\(name)", of: $0)
      }
    }
  }

  /// A registry's own counts, whatever it calls the repository and whoever brings it: nothing else
  /// says that a registry said it (docs/decisions/0010-deploy-gate.md). One that names no repository
  /// does where tokens are trusted.
  func believesScan(_ scan: ScanRow, _ repositories: Set<Int64>) throws -> Bool {
    if scan.toldBy.hasPrefix(Scans.platform) { return true }
    if scan.repository != 0 { return try believes(scan.toldBy, of: scan.repository) }
    return trustsTokens && scan.toldBy.hasPrefix("token:")
  }

  /// Names of tokens need not be unique: all of one name have to be bound to the repository.
  func believes(_ teller: String, of repository: Int64) throws -> Bool {
    if teller == "workflow" { return true }
    guard trustsTokens, teller.hasPrefix("token:") else { return false }
    let name = teller.dropFirst("token:".count)
    let tokens = try tables.tokens().filter { $0.name == name }
    guard !tokens.isEmpty else { return name == TellerJudge.fileOwner }
    return tokens.allSatisfy { $0.repositories?.contains(repository) == true }
  }
}
