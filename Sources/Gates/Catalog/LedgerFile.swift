import Ledger

/// All that `ledger.yaml` says. It is one file and two things: the policy, which verdicts name by
/// its hash, and the catalog, which they do not: a new service must not make every verdict anew.
public struct LedgerFile: Hashable, Sendable {
  public var policy: Policy
  /// With `recording` in it.
  public var catalog: Catalog
  /// Which workflow runs may record; `nil` when none may.
  public var recording: RecordingPolicy?
  /// Whose signatures are believed; `nil` when none are looked at.
  public var attestations: AttestationPolicy?

  /// For how long raw bodies are kept; `nil` for ever.
  public var retention: Retention?

  /// Who vouches for the log's heads.
  public var witnesses: LogWitnesses
  /// The file that keeps a copy of the newest head; `nil` when none shall.
  public var headCopy: String?

  /// What stays when an environment is torn down, and what was allowed in it.
  public var teardown: TeardownPolicy

  public init(
    policy: Policy, catalog: Catalog = Catalog(), recording: RecordingPolicy? = nil,
    attestations: AttestationPolicy? = nil, retention: Retention? = nil,
    witnesses: LogWitnesses = .none, headCopy: String? = nil,
    teardown: TeardownPolicy = TeardownPolicy()
  ) {
    self.policy = policy
    self.catalog = catalog
    self.recording = recording
    self.attestations = attestations
    self.retention = retention
    self.witnesses = witnesses
    self.headCopy = headCopy
    self.teardown = teardown
    self.catalog.recording = recording?.json ?? .null
  }

  /// Reads a file's content. Throws everything that is wrong with it at once.
  ///
  /// - Parameter zones: to check the names of time zones.
  public init(
    _ root: ConfigNode, confirmation: Policy.Confirmation, zones: (any TimeZones)? = nil
  ) throws(PolicyProblems) {
    var reader = ConfigReader(zones: zones)
    let file = reader.file(root, confirmation)
    guard reader.problems.isEmpty, let file else { throw PolicyProblems(reader.problemsInOrder) }
    self = file
  }
}

extension ConfigReader {
  private static let beside = [
    "environments", "services", "recording", "attestations", "evidence", "witnesses",
    "publish", "teardown",
  ]

  fileprivate mutating func file(
    _ root: ConfigNode, _ confirmation: Policy.Confirmation
  ) -> LedgerFile? {
    let allowed = ["version", "gates"] + ConfigReader.beside + ["quorum"]
    guard let members = members(root, "", allowed: allowed) else { return nil }
    let isMore = ConfigReader.beside.contains { members[$0] != nil }
    let gates = gates(members, in: root, areRequired: !isMore)
    let catalog = Catalog.read(
      environments: members["environments"], services: members["services"], &self)
    var recording: RecordingPolicy?
    if let node = members["recording"] { recording = RecordingPolicy.read(node, &self) }
    var retention: Retention?
    if let node = members["evidence"] { retention = self.retention(node) }
    let file = LedgerFile(
      policy: Policy(
        merge: gates.merge, deploy: gates.deploy, admission: gates.admission,
        confirmation: confirmation),
      catalog: catalog,
      recording: recording, attestations: members["attestations"].flatMap { attestations($0) },
      retention: retention,
      witnesses: witnesses(members["witnesses"], quorum: members["quorum"]),
      headCopy: publishing(members["publish"]), teardown: teardown(members["teardown"]))
    checkSize(of: file.catalog, at: members["services"] ?? root)
    return file
  }

  /// It has to fit into one entry.
  private mutating func checkSize(of catalog: Catalog, at node: ConfigNode) {
    guard problems.isEmpty else { return }
    do throws(EntryError) { _ = try catalog.entry(received: Instant(seconds: 0)) } catch {
      guard case .tooLarge(let size) = error else {
        return report(node, "services", "makes no entry: \(error)")
      }
      report(
        node, "services",
        "makes an entry of \(size) bytes with the rest; \(Entry.maximumSize) fit")
    }
  }
}
