import Ledger
import Testing

@testable import Gates

private let home: Int64 = 5
private let commit = String(repeating: "c", count: 40)
private let digest = "sha256:" + String(repeating: "d", count: 64)

/// A case in which everything is in order.
private func makeCase(_ change: (inout DeployCase) -> Void = { _ in }) -> DeployCase {
  let request = DeployRequest(services: ["api"], environment: "prod", digest: digest, commit: nil)
  var evidence = DeployCase(request: request, now: moment(10_000), repositories: [home])
  evidence.links = [.init(repository: home, commit: commit, isTrusted: true, entry: 1)]
  evidence.commit = commit
  evidence.attestations = [attestation()]
  evidence.pulls = [pull()]
  evidence.pushes = [PushRow(ref: "refs/heads/main", at: moment(5), entry: 3)]
  evidence.checks = [Observation.ended("success", sha: commit).row()]
  evidence.scans = [scan("trivy", [0, 0, 3, 0])]
  evidence.stays = ["staging": [.init(from: moment(0), until: nil, entry: 4)]]
  evidence.landing = .init(at: moment(5), entry: 3)
  evidence.running = .init(
    digest: "sha256:old", commit: "old", landing: .init(at: moment(1), entry: 2), entry: 2)
  evidence.replicas = .init(count: 2, entries: [9])
  change(&evidence)
  return evidence
}

private func attestation(
  _ verification: String = "vouched", entry: Int64 = 1, newest: Int64 = 1, isTrusted: Bool = true,
  from repository: Int64 = home
) -> DeployCase.Attestation {
  .init(
    repository: repository, commit: commit, verification: verification, isTrusted: isTrusted,
    entry: entry, newest: newest, reason: verification == "failed" ? "no key made it" : nil)
}

private func pull(_ audit: String? = "verified", override: Int64? = nil) -> DeployCase.Pull {
  .init(
    number: 7, author: 1, headSHA: head, mergedAt: moment(5), audit: audit, override: override,
    entries: [2],
    reviews: [review(2, "approved"), review(3, "approved")])
}

private func review(
  _ author: Int64?, _ state: String, at second: Int64 = 0, on sha: String = head,
  by standing: ReviewerStanding = .init(association: "MEMBER", type: "User")
) -> ReviewRow {
  ReviewRow(
    author: author, state: state, commit: sha, submittedAt: moment(second), standing: standing,
    entry: second)
}

private func scan(
  _ tool: String, _ counts: [Int64?], at second: Int64 = 9_000, from repository: Int64 = home,
  by teller: String = "workflow"
) -> ScanRow {
  ScanRow(
    tool: tool, repository: repository, scannedAt: moment(second), counts: counts, entry: second,
    toldBy: teller)
}

private struct RuleCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let rule: any DeployRule
  let word: String
  let change: @Sendable (inout DeployCase) -> Void

  init(
    _ rule: any DeployRule, _ word: String, _ name: String,
    _ change: @escaping @Sendable (inout DeployCase) -> Void = { _ in }
  ) {
    (self.rule, self.word, self.change) = (rule, word, change)
    testDescription = "\(type(of: rule).key): \(name)"
  }
}

@Suite struct DeployRuleTests {
  private static let rules: [any DeployRule] = [
    ImageRecordedRule(), AttestedRule(), MergeGateRule(),
    BranchRule(branches: [BranchPattern("main")]), CommitChecksRule(checks: [.run("test")]),
    ScanRule(failOn: "high", tools: ["Trivy"], maximumAge: 86_400), ApprovalsRule(count: 2),
    OrderRule(after: "staging", soak: 1_800), NotOlderRule(), ReplicasRule(maximum: 2),
    FreezeRule(windows: []),
  ]

  @Test func whatIsInOrderPasses() {
    for rule in Self.rules {
      let findings = rule.findings(makeCase())
      #expect(!findings.isEmpty)
      #expect(findings.allSatisfy { $0.result == .pass }, "\(findings)")
    }
    #expect(Self.rules.count == DeployRules.all.count)
  }

  @Test(arguments: rules.indices)
  func noEvidenceIsNoPass(_ index: Int) {
    let rule = Self.rules[index]
    guard !(rule is FreezeRule), !(rule is NotOlderRule) else { return }
    let request = DeployRequest(services: ["api"], environment: "prod", digest: digest, commit: nil)
    let bare = DeployCase(request: request, now: moment(10_000), repositories: [home])
    let blocking = rule.findings(bare).filter(\.isBlocking)
    #expect(!blocking.isEmpty)
  }

  private static let cases: [RuleCase] = [
    RuleCase(ImageRecordedRule(), "unknown", "no build") { $0.links = [] },
    RuleCase(ImageRecordedRule(), "unproven", "only a token") { $0.links[0].isTrusted = false },
    RuleCase(ImageRecordedRule(), "unknown", "another repository") { $0.links[0].repository = 6 },
    RuleCase(ImageRecordedRule(), "no-digest", "a tag") { $0.digest = nil },
    RuleCase(ImageRecordedRule(), "other-commit", "no commit") { $0.commit = nil },
    RuleCase(AttestedRule(), "missing", "none") { $0.attestations = [] },
    RuleCase(AttestedRule(), "missing", "another repository") { $0.attestations[0].repository = 6 },
    RuleCase(AttestedRule(), "unproven", "a token") { $0.attestations[0].isTrusted = false },
    RuleCase(AttestedRule(), "other-commit", "other commit") { $0.attestations[0].commit = head },
    RuleCase(MergeGateRule(), "bypass", "bypass") { $0.pulls = [pull("bypass")] },
    RuleCase(MergeGateRule(), "success", "overridden") { $0.pulls = [pull("bypass", override: 9)] },
    RuleCase(MergeGateRule(), "bypass", "a second way") {
      $0.pulls = [pull(), pull("bypass")]
    },
    RuleCase(MergeGateRule(), "undetermined", "unjudged") { $0.pulls = [pull(nil)] },
    RuleCase(MergeGateRule(), "not-merged", "open") { $0.pulls[0].mergedAt = nil },
    RuleCase(BranchRule(branches: [BranchPattern("main")]), "elsewhere", "a feature") {
      $0.pushes = [PushRow(ref: "refs/heads/main2", at: moment(1), entry: 1)]
    },
    RuleCase(BranchRule(branches: [BranchPattern("main")]), "elsewhere", "a tag") {
      $0.pushes = [PushRow(ref: "refs/tags/main", at: moment(1), entry: 1)]
    },
    RuleCase(CommitChecksRule(checks: [.run("test")]), "failure", "a newer failure") {
      $0.checks.append(Observation.ended("failure", run: 2, from: 6, to: 9, sha: commit).row())
    },
    RuleCase(CommitChecksRule(checks: [.run("test")]), "missing", "another App") {
      $0.checks = [Observation.ended("success", app: 4, slug: "evil", sha: commit).row()]
    },
    RuleCase(CommitChecksRule(checks: [.run("test")]), "in_progress", "runs again") {
      $0.checks.append(Observation.open(run: 2, from: 6, sha: commit).row())
    },
    RuleCase(ScanRule(failOn: "medium", tools: ["trivy"]), "findings", "at the severity"),
    RuleCase(ScanRule(failOn: "high", tools: ["trivy"]), "findings", "above it") {
      $0.scans = [scan("trivy", [1, 0, 0, 0])]
    },
    RuleCase(ScanRule(failOn: "high", tools: ["grype"]), "missing", "another tool"),
    RuleCase(ScanRule(failOn: "high", tools: ["trivy"]), "missing", "of another repository") {
      $0.scans = [scan("trivy", [0, 0, 0, 0], from: 6)]
    },
    RuleCase(ScanRule(failOn: "high", tools: ["trivy"]), "findings", "the newest") {
      $0.scans.append(scan("trivy", [0, 1, 0, 0], at: 9_500, from: 0))
    },
    RuleCase(ScanRule(failOn: "high", tools: ["trivy"]), "findings", "the worst teller") {
      $0.scans = [
        scan("trivy", [1, 0, 0, 0]), scan("trivy", [0, 0, 0, 0], at: 9_500, by: "token:ci"),
      ]
    },
    RuleCase(ScanRule(failOn: "high", tools: ["trivy"]), "success", "one teller's newer scan") {
      $0.scans = [scan("trivy", [1, 0, 0, 0]), scan("trivy", [0, 0, 0, 0], at: 9_500)]
    },
    RuleCase(ScanRule(failOn: "high", tools: ["trivy"], maximumAge: 60), "old", "old"),
    RuleCase(ScanRule(failOn: "high", tools: ["trivy"]), "uncounted", "uncounted") {
      $0.scans = [scan("trivy", [0, nil, 0, 0])]
    },
    RuleCase(ApprovalsRule(count: 3), "approvals", "too few"),
    RuleCase(ApprovalsRule(count: 2), "approvals", "the author") {
      $0.pulls[0].reviews = [review(2, "approved"), review(1, "approved")]
    },
    RuleCase(ApprovalsRule(count: 2), "approvals", "another head") {
      $0.pulls[0].reviews[1] = review(3, "approved", on: secondHead)
    },
    RuleCase(ApprovalsRule(count: 2), "approvals", "dismissed") {
      $0.pulls[0].reviews.append(review(3, "dismissed", at: 5))
    },
    RuleCase(ApprovalsRule(count: 2), "approvals", "changes wanted") {
      $0.pulls[0].reviews.append(review(3, "changes_requested", at: 5))
    },
    RuleCase(ApprovalsRule(count: 2), "success", "a comment later") {
      $0.pulls[0].reviews.append(review(3, "commented", at: 5))
    },
    RuleCase(OrderRule(after: "staging", soak: 1_800), "not-deployed", "never") { $0.stays = [:] },
    RuleCase(OrderRule(after: "staging", soak: 1_800), "soaking", "too early") {
      $0.stays = ["staging": [.init(from: moment(9_000), until: nil, entry: 4)]]
    },
    RuleCase(OrderRule(after: "staging", soak: 1_800), "too-short", "replaced") {
      $0.stays = ["staging": [.init(from: moment(0), until: moment(900), entry: 4)]]
    },
    RuleCase(OrderRule(after: "staging", soak: 1_800), "success", "just long enough") {
      $0.stays = ["staging": [.init(from: moment(8_200), until: nil, entry: 4)]]
    },
    RuleCase(NotOlderRule(), "older", "older") { $0.landing?.at = moment(0) },
    RuleCase(NotOlderRule(), "success", "a rollback") {
      $0.landing?.at = moment(0)
      $0.request.isRollback = true
    },
    RuleCase(NotOlderRule(), "no-order", "unknown") { $0.running?.landing = nil },
    RuleCase(NotOlderRule(), "success", "the same") {
      $0.running?.digest = digest
      $0.landing = nil
    },
    RuleCase(NotOlderRule(), "success", "the first") { $0.running = nil },
    RuleCase(ReplicasRule(maximum: 1), "too-many", "seen"),
    RuleCase(ReplicasRule(maximum: 2), "too-many", "asked for") { $0.request.replicas = 3 },
    RuleCase(ReplicasRule(maximum: 2), "unseen", "unseen") { $0.replicas = nil },
    RuleCase(ReplicasRule(maximum: 2), "success", "unseen, asked for") {
      $0.replicas = nil
      $0.request.replicas = 2
    },
  ]

  @Test(arguments: cases) fileprivate func eachRule(_ example: RuleCase) throws {
    let findings = example.rule.findings(makeCase(example.change))
    #expect(findings.map(\.result.word) == [example.word])
    #expect((findings[0].result == .pass) == (example.word == "success"))
    #expect(findings[0].rule == type(of: example.rule).key)
  }

  static let standings: [(String?, String?, Bool)] = [
    ("OWNER", "User", true), ("MEMBER", "User", true), ("COLLABORATOR", "User", true),
    ("CONTRIBUTOR", "User", false), ("FIRST_TIMER", "User", false),
    ("FIRST_TIME_CONTRIBUTOR", "User", false), ("MANNEQUIN", "User", false),
    ("NONE", "User", false), ("member", "User", false), ("", "User", false), (nil, "User", false),
    ("MEMBER", "Bot", false), ("OWNER", "Organization", false), ("MEMBER", "", false),
    ("MEMBER", nil, false), ("", "", false), (nil, nil, true),
  ]

  /// What an older version recorded says nothing of either.
  @Test(arguments: standings)
  func onlyApprovalsByWhoMayWriteCount(
    _ association: String?, _ type: String?, _ counts: Bool
  ) throws {
    let standing = ReviewerStanding(association: association, type: type)
    let finding = try #require(
      ApprovalsRule(count: 2).findings(
        makeCase { $0.pulls[0].reviews[1] = review(3, "approved", by: standing) }
      ).first)
    #expect((finding.result == .pass) == counts)
    #expect(
      finding.detail
        == (counts
          ? "2 of 2 on the head that was merged"
          : "1 of 2 on the head that was merged, 1 more by who may not write"))
  }

  /// The last word counts, also of who may write no more.
  @Test func whoLeftTheOrganisationCountsNoMore() {
    let findings = ApprovalsRule(count: 2).findings(
      makeCase {
        $0.pulls[0].reviews.append(
          review(3, "approved", at: 5, by: .init(association: "CONTRIBUTOR", type: "User")))
      })
    #expect(findings.map(\.result.word) == ["approvals"])
  }

  @Test func soakTellsWhenToAskAgain() {
    let finding = OrderRule(after: "staging", soak: 1_800).findings(
      makeCase { $0.stays = ["staging": [.init(from: moment(9_000), until: nil, entry: 4)]] })[0]
    #expect(finding.until == moment(10_800))
    #expect(finding.isPending)
  }

  @Test func anAdvisoryToolNeverBlocks() {
    let rule = ScanRule(failOn: "high", tools: ["trivy"], advisory: ["grype"])
    let findings = rule.findings(makeCase())
    #expect(findings.map(\.isRequired) == [true, false])
    #expect(findings.map(\.isBlocking) == [false, false])
  }
}
