import Ledger
import Merkle

/// Tables of one pull request, held in memory.
struct OnePull: LedgerReader {
  var pull: PullRow?
  var verdict: VerdictRow?
  var audit: AuditRow?
  var policy: String?
  var log: [Stored] = []

  func repository(named name: String) -> RepositoryRow? {
    name == "acme/api" ? RepositoryRow(id: 5, name: name) : nil
  }
  func pull(_ repository: Int64, _ number: Int64) -> PullRow? {
    pull.flatMap { $0.repository == repository && $0.number == number ? $0 : nil }
  }
  func verdict(_ repository: Int64, _ pull: Int64, head sha: String) -> VerdictRow? { verdict }
  func audit(_ repository: Int64, _ pull: Int64) -> AuditRow? { audit }
  func currentPolicy() -> String? { policy }
  func coverage() -> [CoverageRow] { [] }
  func lostDeliveries() -> [LostDelivery] { [] }
  func recoveredDeliveries() -> Int { 0 }
  func entry(at index: Int64) -> Stored? { log.first { $0.index == index } }

  var overrides: [OverrideRow] = []
  func overrides(_ query: OverrideQuery) throws -> [OverrideRow] {
    let newest = overrides.sorted { $1.entry < $0.entry }
    switch query {
    case .newest(let limit): return Array(newest.prefix(limit))
    case .lasting: return newest.filter { $0.end == nil }
    default: return overrides
    }
  }

  // What the doctor and the list of overrides ask; nothing was prepared where it is `nil`.
  var readsDue: [DueRead]?
  var pushesDue: [DueLanding]?
  var names: [Int64: String]?

  private func prepared<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Unexpected() }
    return value
  }

  func dueReads(limit: Int) throws -> [DueRead] { Array(try prepared(readsDue).prefix(limit)) }
  func dueLandings(until instant: Instant, limit: Int) throws -> [DueLanding] {
    Array(try prepared(pushesDue).prefix(limit))
  }
  func repositoryNames() throws -> [Int64: String] { try prepared(names) }
  func pulls(_ repository: Int64, head sha: String) throws -> [PullRow] {
    _ = try prepared(readsDue)
    return []
  }

  // A gate's report has no business there.
  struct Unexpected: Error {}

  func checkpoint() throws -> StoredCheckpoint? { throw Unexpected() }
  func cosignatures(of size: Int64) throws -> [StoredCosignature] { throw Unexpected() }
  func lastCosignature(by witness: NoteVerifier) throws -> StoredCosignature? { throw Unexpected() }
  func lastCosigned(by witnesses: [NoteVerifier], atLeast quorum: Int) throws -> Int64? {
    throw Unexpected()
  }
  func checkpoints(from size: Int64, limit: Int) throws -> [StoredCheckpoint] { throw Unexpected() }
  func size() throws -> Int64 { throw Unexpected() }
  func entries(from start: Int64, limit: Int, kind: Kind?) throws -> [Stored] {
    throw Unexpected()
  }
  func node(at position: NodePosition) throws -> Hash { throw Unexpected() }
  func nodes(at positions: [NodePosition]) throws -> [Hash] { throw Unexpected() }
  func hashes(level: Int, from start: Int64, count: Int) throws -> [Hash] { throw Unexpected() }
  func entryBytes(from start: Int64, count: Int) throws -> [[UInt8]] { throw Unexpected() }
  func evidence(_ hash: Hash) throws -> [UInt8]? { throw Unexpected() }
  func bodies(receivedBefore: Instant, limit: Int) throws -> [BodyRow] { throw Unexpected() }
  func bodies(after cursor: Int64, limit: Int) throws -> BodyPage { throw Unexpected() }
  func bodyHashes(prefix: String, limit: Int) throws -> [Hash] { throw Unexpected() }
  func removal(of hash: Hash) throws -> RemovalRow? { throw Unexpected() }
  func bodyTotals(receivedBefore: Instant?) throws -> BodyTotals { throw Unexpected() }
  func people(named login: String) throws -> [Person] { throw Unexpected() }
  func forgotten(_ person: Int64) throws -> Int64? { throw Unexpected() }
  func repositories(named name: String) throws -> [RepositoryRow] { throw Unexpected() }
  func repository(_ id: Int64) throws -> RepositoryRow? { throw Unexpected() }
  func openPulls() throws -> [PullRow] { throw Unexpected() }
  func checks(_ repository: Int64, head sha: String) throws -> [CheckRow] { throw Unexpected() }
  func heads(_ repository: Int64, suite: Int64) throws -> [String] { throw Unexpected() }
  func wantedStatus(_ repository: Int64, _ sha: String, _ context: String) throws -> StatusText? {
    throw Unexpected()
  }
  func mergeGroup(_ repository: Int64, head sha: String) throws -> MergeGroupRow? {
    throw Unexpected()
  }
  func mergeGroups(_ repository: Int64, pull: Int64) throws -> [MergeGroupRow] {
    throw Unexpected()
  }
  func mergeGroups(_ repository: Int64, on sha: String) throws -> [MergeGroupRow] {
    throw Unexpected()
  }
  func openMergeGroups() throws -> [MergeGroupRow] { throw Unexpected() }
  func openPulls(_ repository: Int64, into branch: String) throws -> [PullRow] {
    throw Unexpected()
  }
  func lastRead(_ repository: Int64, of sha: String) throws -> Int64? { throw Unexpected() }
  func lastPush(_ repository: Int64, to branch: String) throws -> Int64? { throw Unexpected() }
  func base(_ repository: Int64, of sha: String, _ branch: String) throws -> BaseRow? {
    throw Unexpected()
  }
  func postedStatus(_ repository: Int64, _ sha: String, _ context: String) throws -> PostedRow? {
    throw Unexpected()
  }
  func isOwnReporter(_ form: String, _ reporter: Int64) throws -> Bool { throw Unexpected() }
  func hasAlarm(_ repository: Int64, _ source: Observation.Source, run: Int64) throws -> Bool {
    throw Unexpected()
  }
  func policy(hash: String) throws -> Stored? { throw Unexpected() }
  func newest(_ kind: Kind) throws -> Stored? { throw Unexpected() }
  func dueStatuses(limit: Int) throws -> [DueStatus] { throw Unexpected() }
  func oldestDueStatus() throws -> Instant? { throw Unexpected() }
  func known(deliveries: [String]) throws -> Set<String> { throw Unexpected() }
  func deliveringHooks() throws -> Set<Int64> { throw Unexpected() }
  func history(_ query: HistoryQuery) throws -> HistoryRows { throw Unexpected() }
  func token(hash: String) throws -> TokenRow? { throw Unexpected() }
  func tokens() throws -> [ListedToken] { throw Unexpected() }
}

extension OnePull {
  func policy(before entry: Int64) throws -> Stored? { throw Unexpected() }
  func pulls(_ repository: Int64, landedAs sha: String) throws -> [PullRow] { throw Unexpected() }
  func landings(_ repository: Int64, sha: String) throws -> [LandingRow] { throw Unexpected() }
  func landings(since entry: Int64) throws -> [LandingRow] { throw Unexpected() }
  func landingAudit(
    _ repository: Int64, branch: String, sha: String
  ) throws -> LandingAuditRow? { throw Unexpected() }
  func landingRead(_ repository: Int64, sha: String) throws -> Stored? { throw Unexpected() }
  func protectionChanges(_ repository: Int64) throws -> [ProtectionChange] { throw Unexpected() }
  func protectionAudits(_ repository: Int64) throws -> [ProtectionAuditRow] {
    throw Unexpected()
  }
  func protectedRepositories() throws -> [Int64] { throw Unexpected() }
  func capabilities() throws -> [CapabilityRow] { throw Unexpected() }
  func capability(_ repository: Int64, branch: String) throws -> CapabilityRow? {
    throw Unexpected()
  }
  func dueErrands(limit: Int) throws -> [DueErrand] { throw Unexpected() }
  func errandNumber(_ key: String) throws -> Int64? { throw Unexpected() }
  func installations() throws -> [InstallationRow] { throw Unexpected() }
}

extension OnePull {
  func lines(about nodes: [Node]) throws -> [HistoryRow] { throw Unexpected() }
  func links(_ nodes: [Node], downstream: Bool) throws -> [Link] { throw Unexpected() }
  func nodes(_ stage: Node.Stage, prefix: String, limit: Int) throws -> [Node] {
    throw Unexpected()
  }
  func instance(_ id: String) throws -> InstanceRow? { throw Unexpected() }
  func running(_ origin: Origin) throws -> [InstanceRow] { throw Unexpected() }
  func lines(citing entry: Int64) throws -> [HistoryRow] { throw Unexpected() }
  func search(_ text: String, limit: Int) throws -> [HistoryRow] { throw Unexpected() }
  func places() throws -> [PlaceRow] { throw Unexpected() }
  func repositoryDeletions() throws -> [Stored] { throw Unexpected() }
  func naming(of repository: Int64) throws -> Int64? { throw Unexpected() }
  func catalog() throws -> Catalog { throw Unexpected() }
  func merges(_ repository: Int64, after from: Instant, until: Instant) throws -> [PullRow] {
    throw Unexpected()
  }
  func login(_ person: Int64) throws -> String? { throw Unexpected() }
  func unstarted(limit: Int) throws -> [HistoryRow] { throw Unexpected() }
}

/// What the deploy gate asks.
extension OnePull {
  func pushes(_ repository: Int64, sha: String) throws -> [PushRow] { throw Unexpected() }
  func pulls(_ repository: Int64, mergedAs sha: String) throws -> [PullRow] { throw Unexpected() }
  func imageSources(of digest: String) throws -> [ImageSourceRow] { throw Unexpected() }
  func imageSources(_ repository: Int64, commit: String) throws -> [ImageSourceRow] {
    throw Unexpected()
  }
  func attestations(of digest: String) throws -> [AttestationRow] { throw Unexpected() }
  func scans(of digest: String) throws -> [ScanRow] { throw Unexpected() }
  func reviews(_ repository: Int64, pull: Int64) throws -> [ReviewRow] { throw Unexpected() }
  func snapshot(_ origin: Origin) throws -> SnapshotRow? { throw Unexpected() }
  func deployVerdict(_ key: DeployKey) throws -> DeployVerdictRow? { throw Unexpected() }
  func deployVerdict(at entry: Int64) throws -> DeployVerdictRow? { throw Unexpected() }
  func deployVerdicts(
    _ service: String, _ environment: String, until: Instant, limit: Int
  ) throws -> [DeployVerdictRow] { throw Unexpected() }
  func noteCount(_ key: DeployKey) throws -> Int { throw Unexpected() }
  func deployBypass(_ node: Ledger.Node) throws -> Int64? { throw Unexpected() }
  func dueRuleAnswers(limit: Int) throws -> [DueRuleAnswer] { throw Unexpected() }
  func openRuleRequests(_ repository: Int64?) throws -> [OpenRuleRequest] { throw Unexpected() }
}
