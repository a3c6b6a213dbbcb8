import Gates
import Ledger

extension Caller {
  /// The members of a report's body, with what an identity token vouches for: it stands where the
  /// body says nothing, and nothing else may be said of it. For the bearer of an API token they are
  /// what they were.
  ///
  /// - Parameters:
  ///   - fields: by their wire names: `repository_id`, `repository`, `commit`, `ref`, `run_id`,
  ///     `run_attempt`, `actor`, `environment`, and whatever else the report has.
  ///   - kind: what the report becomes.
  ///   - isJudged: whether its commit stands or falls with a signature that was looked at, and is
  ///     not the bearer's word.
  /// - Throws: 403 `claims` where the body contradicts the token; 403 `workflow` for a deployment
  ///   to another environment than that of the job. Nothing may be stored then.
  func claimed(
    _ fields: [String: JSON], kind: Ledger.Kind, isJudged: Bool = false
  ) throws(Problem) -> [String: JSON] {
    guard case .workflow(let identity) = self.kind else { return fields }
    let claimed = try ReportClaims(identity: identity, kind: kind, isJudged: isJudged)
      .over(fields)
    if kind == .deploymentRecorded {
      try check(identity, deployingTo: claimed["environment"]?.string ?? "")
    }
    return claimed
  }

  private func check(
    _ identity: WorkflowIdentity, deployingTo environment: String
  ) throws(Problem) {
    guard let recording else { throw .workflow("recording is not configured") }
    if let sentence = recording.refusal(of: identity, deployingTo: environment) {
      throw .workflow(sentence)
    }
  }
}

/// What an identity token says about one report.
struct ReportClaims {
  /// GitHub tests a merge that it made for the purpose: `sha` is that commit, not the head.
  private static let testsMerge = "pull_request"

  /// Are about the environment of the job, where they name none.
  private static let inEnvironment: Set<Ledger.Kind> = [
    .deploymentRecorded, .resourceRecorded, .resourceSnapshot, .noteRecorded,
  ]

  let identity: WorkflowIdentity
  let kind: Ledger.Kind
  var isJudged = false

  func over(_ fields: [String: JSON]) throws(Problem) -> [String: JSON] {
    var result = fields
    if isSilentOnCommit, fields["commit"] ?? .null != .null {
      try check(fields["commit"] ?? .null, .string(identity.sha), "commit")
      result["commit"] = .null
    }
    for (name, claim) in vouched {
      try check(fields[name] ?? .null, claim, name)
      if !claim.isNull { result[name] = claim }
    }
    for (name, claim) in offered(fields) where fields[name] ?? .null == .null && !claim.isNull {
      result[name] = claim
    }
    return result
  }

  private func check(_ said: JSON, _ claim: JSON, _ name: String) throws(Problem) {
    guard said.isNull || ReportClaims.agrees(said, claim) else {
      throw ReportClaims.contradiction(name, claim, said)
    }
  }

  // MARK: claims

  /// Whether the run may have built something else than the commit of its token: then nothing is
  /// said of what an image was made of.
  private var isSilentOnCommit: Bool {
    !isJudged && [.imageRecorded, .attestationRecorded].contains(kind)
      && identity.eventName != ReportClaims.testsMerge && !identity.ref.hasPrefix("refs/pull/")
      && !VouchingRun.vouches(event: identity.eventName, workflow: identity.workflowRef)
  }

  /// Nothing else may be said of these.
  private var vouched: [(String, JSON)] {
    let common: [(String, JSON)] = [
      ("repository_id", .int(identity.repositoryID)),
      ("repository", .string(identity.repository)), ("run_id", .int(identity.runID)),
      ("run_attempt", .int(identity.runAttempt)), ("actor", .optional(identity.actorID)),
    ]
    let build = JSON.string("\(identity.runID)/\(identity.runAttempt)")
    let made: [(String, JSON)] =
      kind == .buildRecorded
      ? [("id", build)] : kind == .imageRecorded ? [("build", build)] : []
    let isOfItsCommit =
      isMadeByRun && identity.eventName != ReportClaims.testsMerge && !isSilentOnCommit
    return common + made + (isOfItsCommit ? [("commit", .string(identity.sha))] : [])
  }

  /// These stand where the body says nothing.
  private func offered(_ fields: [String: JSON]) -> [(String, JSON)] {
    var claims: [(String, JSON)] = []
    if kind == .buildRecorded { claims.append(("ref", .string(identity.ref))) }
    if isAboutCommit(fields), !isSilentOnCommit { claims.append(("commit", .string(identity.sha))) }
    if ReportClaims.inEnvironment.contains(kind) {
      claims.append(("environment", .optional(identity.environment)))
    }
    return claims
  }

  private var isMadeByRun: Bool {
    !isJudged && [.buildRecorded, .imageRecorded, .attestationRecorded].contains(kind)
  }

  /// Whether the commit of the run is that of the report. A job that deploys, scans or tests an
  /// image may do so long after its commit, and says which image: the chain knows the commit then.
  private func isAboutCommit(_ fields: [String: JSON]) -> Bool {
    func isSilent(_ names: String...) -> Bool {
      names.allSatisfy { fields[$0] ?? .null == .null }
    }
    switch kind {
    case .buildRecorded, .imageRecorded, .attestationRecorded: return true
    case .taskDefinitionRecorded: return isSilent("containers")
    case .deploymentRecorded:
      let isStart = isSilent("phase") || fields["phase"] == "start"
      return isStart && isSilent("digest", "revision")
    case .scanRecorded, .testResultsRecorded: return isSilent("digest")
    default: return false
    }
  }

  // MARK: contradictions

  /// GitHub takes no notice of the case of a repository's name, nor git of a commit's. An id may be
  /// a string, as in the answers of this service.
  private static func agrees(_ said: JSON, _ claim: JSON) -> Bool {
    switch claim {
    case .int(let number): said == claim || said == .string(String(number))
    case .string(let text): said.string?.lowercased() == text.lowercased()
    default: false
    }
  }

  private static func contradiction(_ name: String, _ claim: JSON, _ said: JSON) -> Problem {
    Problem(
      .forbidden, "claims",
      "\(name) is \(shown(claim)) by the identity token, and \(shown(said)) by the body.",
      hint: "Leave \(name) out: it is taken from the token. Nothing was stored.")
  }

  private static func shown(_ value: JSON) -> String {
    let text = value.string ?? String(decoding: value.canonicalBytes, as: UTF8.self)
    return value.isNull ? "unknown" : String(text.prefix(100))
  }
}
