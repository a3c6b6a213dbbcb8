import Gates
import Ledger
import LedgerTesting
import Testing

@testable import SQLiteStore

/// The gate on a real log: what it concludes, and that the log alone leads to it again.
@Suite struct DeployGateTests {
  private static let scene = DeployEntries(start: moment)

  private static func policy(_ rules: [any DeployRule]) -> Policy {
    Policy(
      merge: nil,
      deploy: DeployPolicy(environments: [EnvironmentRules(environment: "prod", rules: rules)]),
      confirmation: .webhooks)
  }

  /// Each list of entries is one group, received at its own instant.
  private func conclusions(
    _ rules: [any DeployRule], early: [Entry] = [], _ groups: [[Entry]]
  ) async throws -> [Entry] {
    try await withScratch { scratch in
      let clock = Clock()
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Gatehouse(), now: { clock.now })
      let begin =
        [
          try DeployEntries.catalog.entry(received: moment)
        ] + early + [
          try Self.policy(rules).entry(received: moment), try Self.scene.entry(.push),
        ]
      for group in [begin] + groups {
        clock.now = group.map(\.received).max() ?? moment
        _ = try await ledger.append(group.map { Submission(entry: $0) })
      }
      try await ledger.close()
      let report = try Verifier.verify(path: scratch.path, reactor: Gatehouse())
      #expect(report.problems == [])
      let entries = try SQLiteArchive(path: scratch.path).read {
        try $0.entries(from: 0, limit: 0, kind: nil).map(\.entry)
      }
      let concluded = entries.filter { Gatehouse().occasion(of: $0) != nil }
      #expect(report.conclusions == concluded.count)
      return concluded
    }
  }

  @Test func everyRuleOnARealLog() async throws {
    let scene = Self.scene
    let rules: [any DeployRule] = [
      ImageRecordedRule(), AttestedRule(), BranchRule(branches: [BranchPattern("main")]),
      ScanRule(failOn: "critical", tools: ["trivy"]), ApprovalsRule(count: 1),
      OrderRule(after: "staging", soak: 60), NotOlderRule(), ReplicasRule(maximum: 1),
    ]
    let chain = ChainEntries(start: moment)
    let asked: [String: JSON] = ["replicas": 1]
    let all = try await conclusions(
      rules,
      [
        [try scene.entry(.deployAsked, asked, at: 1)],
        [
          try scene.image(),
          try chain.entry(
            .scanRecorded, at: 2, source: .workflow(DeployEntries.job(key: "scan"))),
          try scene.merged(at: 2),
          try scene.entry(.attestationRecorded, at: 3), try scene.entry(.pullRequestReview, at: 4),
          try scene.entry(.deployAsked, asked, at: 5),
        ],
        [try scene.succeeded(in: "staging", at: 20)],
        [try scene.entry(.deployAsked, asked, at: 30)],
        [try scene.entry(.deployAsked, asked, at: 100)],
        [try scene.entry(.deployAsked, asked, at: 101)],
      ])
    #expect(all.map { $0.data["state"]?.string } == ["deny", "deny", "deny", "allow"])
    let last = try #require(all.last)
    let findings = last.data["findings"]?.array ?? []
    #expect(Set(findings.compactMap { $0["rule"]?.string }).count == rules.count)
    let words = all.map { entry in
      (entry.data["findings"]?.array ?? []).filter { $0["result"] != "pass" }
        .compactMap { $0["rule"]?.string }
    }
    #expect(words[1] == ["order"] && words[2] == ["order"])
    #expect(all[2].data["is_temporary"] == true)
    #expect(all[1].data["is_temporary"] == false)
  }

  /// Two that ask for one thing at once get one answer, which replay finds too.
  @Test func twoAtOnce() async throws {
    let scene = Self.scene
    let all = try await conclusions(
      [ImageRecordedRule()],
      [[try scene.entry(.deployAsked, at: 1), try scene.entry(.deployAsked, at: 2)]])
    #expect(all.count == 1)
  }

  @Test(
    arguments: [
      (nil, nil, "no-allow"), (DeployEntries.digest, nil, nil),
      (DeployEntries.digest, "other", "other-digest"),
      ("other", nil, "no-allow"),
    ] as [(String?, String?, String?)])
  func whatRunsWithoutAnAllow(
    _ asked: String?, _ deployed: String?, _ reason: String?
  ) async throws {
    let scene = Self.scene
    let other = Derived.digest("another image")
    var groups = [[try scene.image()]]
    if let asked {
      let digest = asked == "other" ? other : asked
      groups.append([try scene.entry(.deployAsked, ["digest": .string(digest)], at: 10)])
    }
    groups.append([
      try scene.succeeded(
        in: "production", at: 30, digest: deployed == nil ? DeployEntries.digest : other)
    ])
    // A repetition of the news changes nothing.
    groups.append([
      try scene.succeeded(
        in: "production", at: 31, digest: deployed == nil ? DeployEntries.digest : other)
    ])
    let bypasses = try await conclusions([ImageRecordedRule()], groups)
      .filter { $0.kind == .bypass }
    #expect(bypasses.map { $0.data["reason"]?.string } == (reason.map { [$0] } ?? []))
    #expect(bypasses.allSatisfy { $0.data["environment"] == "prod" })
  }

  /// An allow that came after it repairs nothing, and other environments are nobody's business.
  @Test func anAllowHasToBeThereBefore() async throws {
    let scene = Self.scene
    let late = try await conclusions(
      [ImageRecordedRule()],
      [
        [try scene.image()], [try scene.entry(.deployAsked, at: 60)],
        [try scene.succeeded(in: "prod", at: 30)],
      ])
    #expect(late.contains { $0.kind == .bypass })
    let elsewhere = try await conclusions(
      [ImageRecordedRule()], [[try scene.succeeded(in: "staging", at: 30)]])
    #expect(elsewhere.isEmpty)
    let begun = try scene.succeeded(in: "prod", at: 5)
    let before = try await conclusions([ImageRecordedRule()], early: [begun], [])
    #expect(before.isEmpty, "it was told before a policy was in force")
    let backdated = try await conclusions([ImageRecordedRule()], [[begun]])
    #expect(backdated.map(\.data["actor"]) == [.int(DeployEntries.author)])
  }

  /// A change of the policy while something is deployed hides nothing.
  @Test func anEditOfThePolicyHidesNoBypass() async throws {
    let chain = ChainEntries(start: moment)
    let edit = try Self.policy([ImageRecordedRule(), ReplicasRule(maximum: 9)])
      .entry(received: moment.adding(seconds: 20))
    func report(_ phase: String, _ outcome: JSON, at second: Int64) throws -> Entry {
      try chain.entry(
        .deploymentRecorded,
        ["phase": .string(phase), "outcome": outcome, "environment": "prod"], at: second)
    }
    let all = try await conclusions(
      [ImageRecordedRule()],
      [
        [try report("start", nil, at: 10)], [edit], [try report("finish", "success", at: 30)],
      ])
    #expect(all.map(\.kind) == [.bypass])
    #expect(all.first?.data["policy"] != edit.data["hash"])
  }

  /// What an unproven report says neither begins a soak nor hides what GitHub says.
  @Test func aSoakBeginsWhenSomebodyWhoIsBelievedSaysSo() async throws {
    let scene = Self.scene
    func state(_ deployed: Entry) async throws -> [JSON?] {
      try await conclusions(
        [OrderRule(after: "staging", soak: 60)],
        [[try scene.image()], [deployed], [try scene.entry(.deployAsked, at: 200)]]
      ).map { ($0.data["findings"]?.array ?? []).first?["word"] }
    }
    let chain = ChainEntries(start: moment)
    let data: [String: JSON] = [
      "phase": "finish", "outcome": "success", "environment": "staging",
      "occurred_at": scene.at(10),
    ]
    let job = Source.workflow(DeployEntries.job(key: "deploy"))
    let pull = Source.workflow(DeployEntries.job(key: "deploy", ref: "refs/pull/7/merge"))
    let told = try chain.entry(.deploymentRecorded, data, at: 20, source: job)
    #expect(try await state(told) == ["success"])
    #expect(
      try await state(chain.entry(.deploymentRecorded, data, at: 20, source: .token("ci")))
        == ["not-deployed"])
    #expect(
      try await state(chain.entry(.deploymentRecorded, data, at: 20, source: pull))
        == ["not-deployed"])
    #expect(
      try await state(chain.entry(.deploymentRecorded, data, at: 190, source: job))
        == ["soaking"], "its clock says that it began long ago")
    #expect(try await state(scene.succeeded(in: "staging", at: 20)) == ["success"])
  }

  /// A token's clean scan takes nothing back.
  @Test func theWorstTellerOfAScanCounts() async throws {
    let (scene, chain) = (Self.scene, ChainEntries(start: moment))
    func word(_ scans: [Entry]) async throws -> JSON? {
      try await conclusions(
        [ScanRule(failOn: "critical", tools: ["trivy"])],
        [[try scene.image()], scans, [try scene.entry(.deployAsked, at: 200)]]
      ).last.flatMap { ($0.data["findings"]?.array ?? []).first?["word"] }
    }
    func scan(_ critical: Int64, _ source: Source, _ other: [String: JSON] = [:]) throws -> Entry {
      try chain.entry(
        .scanRecorded, ["critical": .int(critical)].merging(other) { $1 }, at: 3, source: source)
    }
    let job = Source.workflow(DeployEntries.job(key: "scan"))
    #expect(try await word([scan(0, job)]) == "success")
    #expect(try await word([scan(1, job), scan(0, .token("ci"))]) == "findings")
    #expect(try await word([scan(0, .token("ci"))]) == "missing")
    #expect(try await word([scan(0, .token("ci"), ["repository_id": nil])]) == "missing")
  }

  /// Another repository of the same name is another one. Deletions that an older version recorded
  /// changed nothing, and still do not.
  @Test("G38 what was deleted vouches for nothing", arguments: [true, false])
  func whatWasDeletedVouchesForNothing(_ isMarked: Bool) async throws {
    let scene = Self.scene
    let again: Int64 = DeployEntries.repository + 1
    func told(_ action: String, of repository: Int64, _ more: [String: JSON] = [:]) throws -> Entry
    {
      try Entry(
        kind: .repository, at: action == "deleted" ? nil : moment.adding(seconds: 6),
        received: moment.adding(seconds: 6),
        source: .github(event: "repository", delivery: "\(action) \(repository)", hook: 7),
        data: .object(
          [
            "action": .string(action), "repository_id": .int(repository),
            "repository": "acme/api", "sender": 7_001, "old_name": nil, "private": true,
          ].merging(more) { $1 }))
    }
    let deleted = try told(
      "deleted", of: DeployEntries.repository, isMarked ? ["ends_evidence": true] : [:])
    let all = try await conclusions(
      [ImageRecordedRule()],
      [
        [try scene.image()], [try scene.entry(.deployAsked, at: 5)], [deleted],
        [try told("created", of: again)], [try scene.entry(.deployAsked, at: 9)],
      ])
    #expect(all.map { $0.data["state"] } == (isMarked ? ["allow", "deny"] : ["allow"]))
  }

  /// What one bearer says that ECR said takes nothing back that another one brought. Older entries
  /// are folded as they were: the newest of all counts.
  @Test(
    arguments: [
      ([.init(1, "aws", 3), .init(0, "thief", 4)], "findings"),
      ([.init(0, "thief", 4), .init(1, "aws", 3)], "findings"),
      ([.init(1, "aws", 3), .init(0, "aws", 4)], "success"), ([.init(0, "aws", 3)], "success"),
      ([.init(1, "aws", 3, isOld: true), .init(0, "thief", 4, isOld: true)], "success"),
      ([.init(1, "aws", 3, isOld: true), .init(0, "aws", 4)], "success"),
      ([.init(1, "aws", 3, isOld: true), .init(0, "thief", 4)], "findings"),
    ] as [([RegistryScan], String)])
  func theWorstBearerOfARegistrysScanCounts(_ scans: [RegistryScan], _ word: String) async throws {
    let all = try await conclusions(
      [ScanRule(failOn: "critical", tools: ["ecr"])],
      [
        [try Self.scene.image()], try scans.map { try $0.entry },
        [try Self.scene.entry(.deployAsked, at: 200)],
      ])
    let findings = all.last?.data["findings"]?.array ?? []
    #expect(findings.map { $0["word"] } == [.string(word)])
  }

  struct RegistryScan: Sendable {
    let critical: Int64
    let token: String
    let second: Int64
    let isOld: Bool

    init(_ critical: Int64, _ token: String, _ second: Int64, isOld: Bool = false) {
      (self.critical, self.token, self.second, self.isOld) = (critical, token, second, isOld)
    }

    var entry: Entry {
      get throws {
        let made = try ChainEntries(start: moment).entry(
          .ecrScan,
          [
            "critical": .int(critical),
            "scanned_at": .string(moment.adding(seconds: Double(second)).description),
          ], at: second, source: .token(token))
        guard isOld, var data = made.data.object else { return made }
        data.removeValue(forKey: "by_teller")
        return try Entry(
          kind: .ecrScan, at: made.at, received: made.received, source: made.source,
          data: .object(data))
      }
    }
  }

  /// Of several entries about one review the one counts by which it counts least. One of an older
  /// version, which does not say who may write, counts as it did.
  @Test(
    arguments: [
      ([["author_association": "MEMBER"]], "success"),
      ([["author_association": "NONE"]], "approvals"),
      ([["author_association": nil]], "approvals"), ([["author_type": "Bot"]], "approvals"),
      ([[:]], "success"), ([[:], ["author_association": "NONE"]], "approvals"),
      ([["author_association": "NONE"], ["author_association": "OWNER"]], "approvals"),
    ] as [([[String: JSON]], String)])
  func onlyApprovalsByWhoMayWriteCount(_ reviews: [[String: JSON]], _ word: String) async throws {
    let scene = Self.scene
    for order in [reviews, reviews.reversed()] {
      let told = try order.map { try review($0) }
      let all = try await conclusions(
        [ApprovalsRule(count: 1)],
        [
          [try scene.image()], [try scene.merged(at: 2)], told,
          [try scene.entry(.deployAsked, at: 9)],
        ])
      let findings = all.last?.data["findings"]?.array ?? []
      #expect(findings.map { $0["word"] } == [.string(word)])
    }
  }

  /// Each number is one that an entry may hold; 1,024 of them are more than an integer does.
  @Test func moreReplicasThanCanBeCountedAreTooMany() async throws {
    let chain = ChainEntries(start: moment)
    let seen = try (0..<1_024).map { number in
      try chain.entry(
        .rolloutObserved, ["cluster": .string("c\(number)"), "desired": .int(1 << 53)], at: 1)
    }
    let all = try await conclusions(
      [ReplicasRule(maximum: 2)],
      [[try Self.scene.image()], seen, [try Self.scene.entry(.deployAsked, at: 9)]])
    let findings = all.last?.data["findings"]?.array ?? []
    #expect(findings.map { $0["word"] } == ["too-many"], "\(findings)")
  }

  /// Without either member it is as an older version wrote it.
  private func review(_ members: [String: JSON]) throws -> Entry {
    let standing = ["author_association", "author_type"]
    var data = Self.scene.data(of: .pullRequestReview)
    for name in standing where members.isEmpty { data.removeValue(forKey: name) }
    data.merge(members) { $1 }
    return try Entry(
      kind: .pullRequestReview, at: moment, received: moment.adding(seconds: 4),
      source: .github(event: "pull_request_review", delivery: "review \(members)", hook: 1),
      data: .object(data))
  }

  /// A person's permission lifts what was known when it was given, and nothing else.
  @Test func anOverrideLiftsWhatItKnew() async throws {
    let scene = Self.scene
    func permission(_ expires: Int64) throws -> Entry {
      try Entry(
        kind: .override, at: moment, received: moment, source: .token("mia"),
        data: [
          "gate": "deploy", "decision": 4, "repository_id": nil, "pull": nil, "head_sha": nil,
          "service": "api", "environment": "prod", "digest": .string(DeployEntries.digest),
          "reason": "hotfix", "expires_at": scene.at(expires), "by": "mia",
        ])
    }
    let ask = try scene.entry(.deployAsked, at: 1)
    let again = try scene.entry(.deployAsked, at: 10)
    let states = try await [Int64(60), 5].asyncMap { expires in
      try await conclusions([ImageRecordedRule()], [[ask], [try permission(expires)], [again]])
        .map { $0.data["state"]?.string }
    }
    #expect(states == [["deny", "allow"], ["deny", "allow", "deny"]])
  }
}

private final class Clock: @unchecked Sendable { var now = moment }

extension Array where Element: Sendable {
  fileprivate func asyncMap<Value>(
    _ transform: (Element) async throws -> Value
  ) async rethrows -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try await transform(element)) }
    return values
  }
}
