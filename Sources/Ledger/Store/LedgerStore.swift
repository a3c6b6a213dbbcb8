import Merkle

/// The port to a storage engine. One contract test suite runs on every engine.
public protocol LedgerStore: Sendable {
  /// Appends all of `submissions`, in this order, with their tree nodes, projections and reactions,
  /// in one transaction. Returns when that is durable. Duplicates within one call are found too.
  ///
  /// Throws `StoreError`; then nothing of this call was appended.
  func append(_ submissions: [Submission]) async throws -> [Receipt]

  /// Reads one consistent state. `body` must be short: it holds back the checkpoint.
  func read<Answer: Sendable>(
    _ body: @escaping @Sendable (any LedgerReader) throws -> Answer
  ) async throws -> Answer
}

public enum StoreError: Error, Equatable {
  /// Too much is waiting to be written. Try again.
  case busy
  /// A write or a flush failed. What was acknowledged is safe; the process must stop, because a
  /// failed commit may be visible without being durable (docs/threat-model.md, durability).
  case failed(String)
  case closed
  /// A key of the call was used before, for the entry at this place, which says something else.
  case contradiction(of: Int64)

  /// What stands there was never written: a flipped bit, or another hand.
  public static let damagedRow = StoreError.failed("a row of the file is damaged")
}

/// Looks at the tables after a group of entries and says what follows from them. Its entries join
/// the same transaction: a verdict is never without its evidence, nor the evidence without it.
public protocol Reactor: Sendable {
  func reactions(
    to subjects: Set<Subject>, reading tables: any LedgerReader, now: Instant
  ) throws -> [Entry]

  /// What it had to look at to conclude this entry, so that `verify` can let it conclude again;
  /// `nil` when the entry is none of its conclusions.
  func occasion(of conclusion: Entry) -> Subject?
}

extension LedgerReader {
  /// The refusal of the policy file on disk, while no entry about a policy came after it.
  public func refusedPolicy() throws -> Stored? {
    guard let refused = try newest(.policyRefused) else { return nil }
    return try newest(.policy).map { $0.index > refused.index } == true ? nil : refused
  }
}

/// Everything that answers are computed from: the log and the tables as they stand in one state.
public protocol LedgerReader: DeployReader, BranchReader, EvidenceReader, StreamReader,
  WitnessReader, ResourceReader, AdmissionReader
{
  // the log
  func size() throws -> Int64
  func entry(at index: Int64) throws -> Stored?
  /// In ascending order from `start`.
  func entries(from start: Int64, limit: Int, kind: Kind?) throws -> [Stored]
  func node(at position: NodePosition) throws -> Hash
  /// In the order of `positions`. Throws where one is missing.
  func nodes(at positions: [NodePosition]) throws -> [Hash]
  /// Neighbours of one level from `start` on, `count` at most, as far as they are there.
  func hashes(level: Int, from start: Int64, count: Int) throws -> [Hash]
  /// Entries from `start` on, `count` at most, as the bytes that are hashed.
  func entryBytes(from start: Int64, count: Int) throws -> [[UInt8]]
  func evidence(_ hash: Hash) throws -> [UInt8]?
  /// The newest one that was signed.
  func checkpoint() throws -> StoredCheckpoint?
  /// In ascending order, of `size` entries or more; a `limit` of 0 is none.
  func checkpoints(from size: Int64, limit: Int) throws -> [StoredCheckpoint]

  // gates
  func repository(named name: String) throws -> RepositoryRow?
  /// All of which it is the latest name, as far as GitHub told.
  func repositories(named name: String) throws -> [RepositoryRow]
  func repository(_ id: Int64) throws -> RepositoryRow?
  func pull(_ repository: Int64, _ number: Int64) throws -> PullRow?
  /// Pull requests whose head, or whose head at the merge, is this commit.
  func pulls(_ repository: Int64, head sha: String) throws -> [PullRow]
  func openPulls() throws -> [PullRow]
  func checks(_ repository: Int64, head sha: String) throws -> [CheckRow]
  func mergeGroup(_ repository: Int64, head sha: String) throws -> MergeGroupRow?
  /// Groups whose branch names this pull request, as they were told.
  func mergeGroups(_ repository: Int64, pull: Int64) throws -> [MergeGroupRow]
  /// Groups that are stacked on this commit, as they were told.
  func mergeGroups(_ repository: Int64, on sha: String) throws -> [MergeGroupRow]
  /// Groups that are in a queue, of all repositories.
  func openMergeGroups() throws -> [MergeGroupRow]
  /// Open pull requests into a branch.
  func openPulls(_ repository: Int64, into branch: String) throws -> [PullRow]
  /// The size of the log when the read of this commit's checks began that began last.
  func lastRead(_ repository: Int64, of sha: String) throws -> Int64?
  /// The entry of the last push to a branch.
  func lastPush(_ repository: Int64, to branch: String) throws -> Int64?
  func base(_ repository: Int64, of sha: String, _ branch: String) throws -> BaseRow?
  /// The commits that checks of this suite belong to.
  func heads(_ repository: Int64, suite: Int64) throws -> [String]
  func verdict(_ repository: Int64, _ pull: Int64, head sha: String) throws -> VerdictRow?
  func audit(_ repository: Int64, _ pull: Int64) throws -> AuditRow?
  func wantedStatus(_ repository: Int64, _ sha: String, _ context: String) throws -> StatusText?
  func postedStatus(_ repository: Int64, _ sha: String, _ context: String) throws -> PostedRow?
  /// Whether this user (of a status) or App (of a check run) ever posted for the ledger.
  func isOwnReporter(_ form: String, _ reporter: Int64) throws -> Bool
  func hasAlarm(_ repository: Int64, _ source: Observation.Source, run: Int64) throws -> Bool
  /// The hash of the policy in force.
  func currentPolicy() throws -> String?
  func policy(hash: String) throws -> Stored?
  /// The newest entry of a kind.
  func newest(_ kind: Kind) throws -> Stored?
  /// Newest first.
  func overrides(_ query: OverrideQuery) throws -> [OverrideRow]

  // effects
  /// Statuses that GitHub does not show yet, oldest first.
  func dueStatuses(limit: Int) throws -> [DueStatus]
  /// Commits whose evidence must be read from GitHub before their gate may open.
  func dueReads(limit: Int) throws -> [DueRead]
  /// When the oldest status that is still due was wanted.
  func oldestDueStatus() throws -> Instant?

  // what GitHub delivered
  /// Which of these delivery ids are in the log; at most 10,000.
  func known(deliveries: [String]) throws -> Set<String>
  /// The hooks that ever delivered something. All deliveries are looked through for it.
  func deliveringHooks() throws -> Set<Int64>
  /// Of each hook whose deliveries were compared with GitHub's list, by hook.
  func coverage() throws -> [CoverageRow]
  /// What was missing when it was compared and did not come since, oldest first.
  func lostDeliveries() throws -> [LostDelivery]
  /// How many came that were missing when it was compared.
  func recoveredDeliveries() throws -> Int

  // answers
  func history(_ query: HistoryQuery) throws -> HistoryRows
  /// The lines about these nodes, in no particular order; at most 1,000 nodes.
  func lines(about nodes: [Node]) throws -> [HistoryRow]
  /// The newest lines that hold this text anywhere, `limit` at most.
  func search(_ text: String, limit: Int) throws -> [HistoryRow]
  /// The lines that cite this entry: the row with this `#`.
  func lines(citing entry: Int64) throws -> [HistoryRow]
  /// Links from (`true`) or to these nodes; at most 1,000 nodes, and 1,000 links of each.
  func links(_ nodes: [Node], downstream: Bool) throws -> [Link]
  /// Nodes of a stage whose subject begins with this, in order.
  func nodes(_ stage: Node.Stage, prefix: String, limit: Int) throws -> [Node]
  func instance(_ id: String) throws -> InstanceRow?
  /// What runs in a place now: not stopped, and seen by its last snapshot.
  func running(_ origin: Origin) throws -> [InstanceRow]
  /// Everything that something was deployed to or seen in.
  func places() throws -> [PlaceRow]
  /// Names by id.
  func repositoryNames() throws -> [Int64: String]
  /// The entries that say that a repository was deleted, oldest first.
  func repositoryDeletions() throws -> [Stored]
  /// The entry whose name of a repository is in force: by GitHub's clock the newest that names it.
  func naming(of repository: Int64) throws -> Int64?
  /// The catalog in force; an empty one when there is none.
  func catalog() throws -> Catalog
  /// Pull requests merged into a repository after `from` and until `until`, oldest first.
  func merges(_ repository: Int64, after from: Instant, until: Instant) throws -> [PullRow]
  func login(_ person: Int64) throws -> String?
  /// Ends of deployments whose start was never told, at most `limit`.
  func unstarted(limit: Int) throws -> [HistoryRow]
  func token(hash: String) throws -> TokenRow?
  /// All that were made, oldest first, also those that were revoked.
  func tokens() throws -> [ListedToken]
}
