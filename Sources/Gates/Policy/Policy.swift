import Ledger
import Merkle

/// What must hold before a change may pass, as `ledger.yaml` says it. The format is described in
/// `schema/policy.schema.json`.
public struct Policy: Hashable, Sendable {
  /// What an `allow` rests on.
  public enum Confirmation: String, Sendable {
    /// A read of GitHub's current state, recorded as an entry.
    case github
    /// Deliveries alone: there are no credentials to read with. Nothing is posted then.
    case webhooks
  }

  public let merge: MergePolicy?
  public let deploy: DeployPolicy?
  public let admission: AdmissionPolicy?
  public let confirmation: Confirmation
  /// What the log keeps: the file's meaning, and what an allow rests on.
  public let json: JSON
  /// SHA-256 of `json` as RFC 8785 writes it. Each conclusion names it, which would write it again.
  public let hash: String

  public init(
    merge: MergePolicy?, deploy: DeployPolicy? = nil, admission: AdmissionPolicy? = nil,
    confirmation: Confirmation
  ) {
    (self.merge, self.deploy, self.admission) = (merge, deploy, admission)
    self.confirmation = confirmation
    var gates: [String: JSON] = [:]
    if let merge { gates["merge"] = merge.json }
    if let deploy { gates["deploy"] = deploy.json }
    if let admission { gates["admission"] = admission.json }
    json = [
      "version": 1, "confirmation": .string(confirmation.rawValue), "gates": .object(gates),
    ]
    hash = Hash.sha256(json.canonicalBytes).hex
  }

  /// Whether it says nothing about any gate.
  public var isEmpty: Bool { merge == nil && deploy == nil && admission == nil }
}

public struct MergePolicy: Hashable, Sendable {
  public static let defaultContext = "ledger/merge-gate"

  /// A verdict names each of them and must fit into an entry.
  public static let maximumChecks = 100

  /// The name under which the verdict shows on GitHub.
  public var context: String
  /// Base branches that are guarded.
  public var branches: [BranchPattern]
  public var checks: [CheckRule]
  /// The head must contain the tip of its base: what was tested is what will be there.
  public var isStrict: Bool
  public var onBypass = BypassReactions()

  public init(
    context: String, branches: [BranchPattern], checks: [CheckRule], isStrict: Bool = false
  ) {
    self.context = context
    self.branches = branches
    self.checks = checks
    self.isStrict = isStrict
  }

  public func guards(_ branch: String) -> Bool { branches.contains { $0.matches(branch) } }
}

/// A check that is looked at. The name alone is never a key: anyone who may write could report a
/// check of the same name.
public struct CheckRule: Hashable, Sendable {
  public enum Reporter: Hashable, Sendable {
    case app(slug: String)
    case appID(Int64)
    /// Written out in the policy as `any-app: true`.
    case anyApp
    /// A commit status by this user or bot.
    case creator(id: Int64)
  }

  /// Exact; no prefix, no pattern.
  public var name: String
  public var reporter: Reporter
  /// An advisory check is shown and never blocks.
  public var isRequired: Bool
  /// What may have triggered a run of Actions: `push`, `merge_group`, …; empty: anything but
  /// `pull_request_target`.
  public var triggers: [String] = []
  /// The only workflow file whose runs count: `.github/workflows/ci.yml`.
  public var workflow: String?
  public var accepted: [Acceptance] = []

  public init(name: String, reporter: Reporter, isRequired: Bool = true) {
    self.name = name
    self.reporter = reporter
    self.isRequired = isRequired
  }

  public var source: Observation.Source {
    if case .creator = reporter { .status } else { .checkRun }
  }

  public func isReported(by observation: Observation) -> Bool {
    // Byte by byte: Swift's == would take two spellings of one accented letter for the same name.
    guard observation.source == source, observation.name.utf8.elementsEqual(name.utf8) else {
      return false
    }
    return isReporter(of: observation)
  }

  /// Whether it comes from whom the rule names, whatever it is called.
  func isReporter(of observation: Observation) -> Bool {
    switch reporter {
    case .anyApp: return true
    case .creator(let id): return observation.creatorID == id
    case .appID(let id): return observation.appID == id
    case .app(let slug):
      // Older bodies have no slug. Only an id that is known to be that App's stands in for it.
      if let seen = observation.appSlug { return seen == slug }
      return observation.appID != nil && observation.appID == CheckRule.wellKnownApps[slug]
    }
  }

  /// Ids of github.com's own Apps.
  static let wellKnownApps: [String: Int64] = [actions: 15_368]
  static let actions = "github-actions"
}

extension Policy {
  /// The entry that puts this policy in force.
  ///
  /// - Parameters:
  ///   - file: SHA-256 of the bytes of the file that says it, when it was read from one.
  ///   - previous: hash of the policy that was in force before.
  public func entry(
    received: Instant, file: String? = nil, previous: String? = nil
  ) throws(EntryError) -> Entry {
    var data: [String: JSON] = ["hash": .string(hash), "policy": json]
    if let file { data["file"] = .string(file) }
    if let previous { data["previous"] = .string(previous) }
    return try Entry(
      kind: .policy, at: nil, received: received, source: .ledger, data: .object(data))
  }

  /// Reads a policy back from its entry.
  public init(_ stored: Stored) throws(PolicyProblems) {
    guard case .object(var members)? = stored.entry.data["policy"],
      let confirmation = members.removeValue(forKey: "confirmation")?.string
        .flatMap(Confirmation.init(rawValue:))
    else {
      throw PolicyProblems([PolicyProblem(line: 0, path: "policy", reason: "is no policy")])
    }
    try self.init(ConfigNode(.object(members)), confirmation: confirmation)
  }
}

extension MergePolicy {
  fileprivate var json: JSON {
    var members: [String: JSON] = [
      "context": .string(context), "branches": .array(branches.map { .string($0.text) }),
      "checks": .array(checks.map(\.json)),
    ]
    if isStrict { members["strict"] = true }
    // The hash of a policy that does not use it stays what it was.
    if !onBypass.isNothing { members["on-bypass"] = onBypass.json }
    return .object(members)
  }
}

extension CheckRule {
  var json: JSON {
    var members: [String: JSON] = ["required": .bool(isRequired)]
    members[source == .status ? "status" : "name"] = .string(name)
    switch reporter {
    case .app(let slug): members["app"] = .string(slug)
    case .appID(let id): members["app"] = .int(id)
    case .anyApp: members["any-app"] = true
    case .creator(let id): members["creator"] = .int(id)
    }
    if !triggers.isEmpty { members["triggers"] = .array(triggers.map(JSON.string)) }
    if let workflow { members["workflow"] = .string(workflow) }
    if !accepted.isEmpty { members["accept"] = .array(accepted.map(\.json)) }
    return .object(members)
  }
}
