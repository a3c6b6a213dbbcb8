import Ledger

/// The answer of the deploy gate: everything but a pass of all rules is a deny.
public struct DeployDecision: Sendable {
  public let request: DeployRequest
  public let isAllowed: Bool
  public let findings: [DeployFinding]
  public let digest: String?
  public let commit: String?
  /// The hash of the policy; `nil` when there is none.
  public let policy: String?
  /// The entry that lifts the deny.
  public let override: Int64?

  /// Whether all that blocks may pass by waiting.
  public var isTemporary: Bool {
    !isAllowed && findings.filter(\.isBlocking).allSatisfy(\.isPending)
  }

  public var summary: String {
    let blocking = findings.filter(\.isBlocking)
    guard !blocking.isEmpty else {
      return Summary.line(["\(findings.count) of \(findings.count) passed"])
    }
    let reasons = blocking.map { "\($0.rule): \($0.detail)" }
    return Summary.line((override.map { ["allowed by override #\($0)"] } ?? []) + reasons)
  }

  public var key: DeployKey {
    DeployKey(
      service: request.service, environment: request.environment,
      subject: digest ?? commit ?? request.commit ?? "", variant: request.variant)
  }
}

extension DeployDecision {
  /// What the policy in force says to a request now. Nothing is recorded.
  ///
  /// - Throws: whatever reading throws; the caller must take that for a deny.
  public init(
    _ request: DeployRequest, _ policies: Policies, reading tables: any LedgerReader,
    zones: any TimeZones, now: Instant
  ) throws {
    try self.init(
      request, policies, DeployCollector(tables, zones: zones, now: now))
  }

  init(_ request: DeployRequest, _ policies: Policies, _ collector: DeployCollector) throws {
    let policy = try policies.current(collector.tables)
    let parts =
      policy?.deploy?.parts(request.services, in: request.environment, collector.catalog) ?? []
    let evidence = try collector.gather(request, parts)
    let first = DeployDecision.preliminary(evidence, parts, collector.catalog)
    let findings = first + (first.isEmpty ? DeployDecision.judged(evidence, parts) : [])
    self.request = request
    self.findings = DeployDecision.fitting(findings)
    digest = evidence.digest
    commit = evidence.commit ?? request.commit
    self.policy = policy?.hash
    let blocking = findings.filter(\.isBlocking)
    let isPassing = blocking.isEmpty && findings.contains { $0.isRequired }
    override =
      isPassing || request.refusal != nil
      ? nil
      : try Overrides(tables: collector.tables, now: collector.now).deploy(
        request, digest: digest, blocking: blocking)
    isAllowed = isPassing || override != nil
  }

  private static func judged(
    _ evidence: DeployCase, _ parts: [EnvironmentRules]
  ) -> [DeployFinding] {
    var findings: [DeployFinding] = []
    for finding in parts.flatMap(\.rules).flatMap({ $0.findings(evidence) })
    where !findings.contains(finding) { findings.append(finding) }
    return findings
  }

  /// What makes looking at the rules pointless.
  private static func preliminary(
    _ evidence: DeployCase, _ parts: [EnvironmentRules], _ catalog: Catalog
  ) -> [DeployFinding] {
    let request = evidence.request
    if let refusal = request.refusal { return [.init("request", .fail("refused"), refusal)] }
    let known = catalog.services.map(\.name)
    guard !request.services.isEmpty, request.services.allSatisfy(known.contains) else {
      let name = request.service.isEmpty ? "the repository" : request.service
      return [
        .init("service", .fail("unknown"), "\(name) is no service of the catalog in ledger.yaml")
      ]
    }
    if evidence.repositories.isEmpty {
      return [
        .init("service", .fail("no-repository"), "no repository of \(request.service) is known")
      ]
    }
    if parts.isEmpty {
      return [
        .init(
          "policy", .fail("missing"),
          "gates.deploy says nothing about \(request.service) in \(request.environment)")
      ]
    }
    return unknown(evidence, parts)
  }

  private static func unknown(
    _ evidence: DeployCase, _ parts: [EnvironmentRules]
  ) -> [DeployFinding] {
    guard evidence.digest != nil || evidence.commit != nil else {
      return [.init("request", .fail("nothing"), "neither a digest nor a commit is named")]
    }
    let isRuled = parts.contains { part in part.rules.contains { $0 is ImageRecordedRule } }
    if !isRuled, evidence.request.digest != nil, evidence.links.isEmpty {
      return [.init("image-known", .fail("unknown"), "the digest is not recorded")]
    }
    return []
  }

  /// A verdict has to fit into an entry; what blocks is kept first.
  private static func fitting(_ findings: [DeployFinding]) -> [DeployFinding] {
    let most = 80
    guard findings.count > most else { return findings }
    return Array((findings.filter(\.isBlocking) + findings.filter { !$0.isBlocking }).prefix(most))
  }
}

extension DeployDecision {
  /// Whether a recorded answer says the same: then nothing new is recorded.
  ///
  /// - Parameter data: of its entry.
  public func isSame(as data: JSON) -> Bool {
    func said(_ findings: [JSON]) -> [String] {
      findings.map {
        "\($0["rule"]?.string ?? "") \($0["result"]?.string ?? "") \($0["word"]?.string ?? "")"
      }
    }
    return data["state"]?.string == (isAllowed ? "allow" : "deny")
      && data["policy"]?.string == policy && data["override"]?.int == override
      && data["digest"]?.string == digest && data["commit"]?.string == commit
      && said(data["findings"]?.array ?? []) == said(findings.map(\.json))
  }

  /// The members of `gate.deploy.v1`.
  public func data(ask: Int64, repository: Int64?, replaces: Int64?, post: JSON = .null) -> JSON {
    [
      "ask": .int(ask), "service": .string(request.service),
      "environment": .string(request.environment), "digest": .optional(digest),
      "commit": .optional(commit), "repository_id": .optional(repository),
      "variant": .string(request.variant), "state": .string(isAllowed ? "allow" : "deny"),
      "summary": .string(summary), "is_temporary": .bool(isTemporary),
      "policy": .optional(policy), "findings": .array(findings.map(\.json)),
      "override": .optional(override), "replaces": .optional(replaces), "post": post,
    ]
  }
}
