import GRDB
import Gates
import Ledger
import LedgerTesting
import Testing

@testable import SQLiteStore

/// The gate on a real log: what it concludes, and that the log alone leads to it again.
@Suite struct AdmissionGateTests {
  private static let scene = DeployEntries(start: moment)
  private static let image = AdmissionReviews.image

  private static func policy() -> Policy {
    Policy(
      merge: nil,
      deploy: DeployPolicy(environments: [
        EnvironmentRules(environment: "prod", rules: [ImageRecordedRule()])
      ]),
      confirmation: .webhooks)
  }

  private static func ask(_ images: String..., namespace: String = "team-a") throws -> Entry {
    try ask(images, namespace: namespace)
  }

  private static func ask(_ images: [String], namespace: String = "team-a") throws -> Entry {
    var asked = AdmissionReviews.asked(namespace: namespace)
    asked["images"] = .array(images.map(JSON.string))
    return try AdmissionReviews.entry(asked, at: moment)
  }

  /// Each list of entries is one group.
  private func conclusions(_ groups: [[Entry]]) async throws -> [Stored] {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Gatehouse(), now: { moment })
      let begin = [
        try AdmissionReviews.catalog.entry(received: moment),
        try Self.policy().entry(received: moment), try Self.scene.entry(.push),
      ]
      for group in [begin] + groups {
        _ = try await ledger.append(group.map { Submission(entry: $0) })
      }
      try await ledger.close()
      let report = try Verifier.verify(path: scratch.path, reactor: Gatehouse())
      #expect(report.problems == [])
      return try SQLiteArchive(path: scratch.path).read {
        try $0.entries(from: 0, limit: 0, kind: .admissionDecided)
      }
    }
  }

  private func words(_ stored: Stored) -> [String] {
    (stored.entry.data["findings"]?.array ?? []).compactMap { $0["word"]?.string }
  }

  @Test func fromNobodyAskedToAllowedAndBack() async throws {
    let scene = Self.scene
    let all = try await conclusions([
      [try Self.ask(Self.image)],
      [try scene.entry(.deployAsked, at: 1)],
      [try Self.ask(Self.image)],
      [try Self.ask(Self.image)],
      [try scene.image()],
      [try scene.entry(.deployAsked, at: 2)],
      [try Self.ask(Self.image)],
      // Another question about the same image takes nothing back.
      [try scene.entry(.deployAsked, ["refusal": "no"], at: 3)],
      [try Self.ask(Self.image)],
      [
        try AdmissionReviews.catalog.entry(received: moment.adding(seconds: 1)),
        try Policy(merge: nil, deploy: Self.policy().deploy, confirmation: .github)
          .entry(received: moment),
      ],
      [try Self.ask(Self.image)],
    ])
    #expect(all.map(words) == [["not-asked"], ["denied"], ["allowed"]])
    #expect(all.map { $0.entry.data["state"] } == ["deny", "deny", "allow"])
    #expect(all.map { $0.entry.data["service"] } == [.some("api"), "api", "api"])
    #expect(all[2].entry.data["replaces"]?.int == all[1].index)
    #expect(all[2].entry.streams["service/api"] != nil)
  }

  /// The newest answer to the same question counts, also where its environment had another name.
  @Test func anAllowThatWasTakenBack() async throws {
    let scene = Self.scene
    var renamed = AdmissionReviews.catalog
    renamed.environments[1] = .init(name: "production", aliases: ["prod"])
    let all = try await conclusions([
      [try scene.image()], [try scene.entry(.deployAsked, at: 1)], [try Self.ask(Self.image)],
      [try renamed.entry(received: moment)], [try Self.ask(Self.image)],
      [
        try Policy(
          merge: nil,
          deploy: DeployPolicy(environments: [
            EnvironmentRules(environment: "production", rules: [MergeGateRule()])
          ]), confirmation: .webhooks
        ).entry(received: moment)
      ],
      [try scene.entry(.deployAsked, ["environment": "production"], at: 2)],
      [try Self.ask(Self.image)],
    ])
    #expect(all.map(words) == [["allowed"], ["allowed"], ["denied"]])
    #expect(
      all.map { $0.entry.data["environment"]?.string } == ["prod", "production", "production"])
  }

  /// What somebody let pass may start for as long as that stands, whichever question was answered by
  /// it: nobody asks all of them again.
  @Test func anAllowByAnOverrideThatHasEnded() async throws {
    let scene = Self.scene
    let ask = try Self.ask(Self.image)
    let pass: [String: JSON] = [
      "gate": "deploy", "decision": 4, "repository_id": nil, "pull": nil, "head_sha": nil,
      "service": "api", "environment": "prod", "digest": .string(Self.digest),
      "reason": "hotfix", "expires_at": scene.at(600), "by": "mia",
    ]
    func ended(_ override: Int64) throws -> Entry {
      let data = pass.filter { !["expires_at", "by"].contains($0.key) }
        .merging(["override": .int(override), "why": "revoked"]) { $1 }
      return try Entry(
        kind: .overrideEnded, at: moment, received: moment, source: .token("mia"),
        data: .object(data))
    }
    let all = try await conclusions([
      [try scene.entry(.deployAsked, at: 1)],
      [
        try Entry(
          kind: .override, at: moment, received: moment, source: .token("mia"),
          data: .object(pass))
      ],
      [try scene.entry(.deployAsked, ["replicas": 1], at: 2)], [ask], [try ended(5)], [ask],
      // Of another question, which is asked again.
      [try scene.entry(.deployAsked, ["replicas": 1], at: 3)], [ask],
    ])
    #expect(all.map(words) == [["allowed"], ["denied"], ["denied"]])
  }

  /// An allow for one environment is none for another.
  @Test func anotherEnvironment() async throws {
    let scene = Self.scene
    let all = try await conclusions([
      [try scene.image()], [try scene.entry(.deployAsked, at: 1)],
      [try Self.ask(Self.image, namespace: "staging")],
      [try Self.ask(Self.image, namespace: "prod"), try Self.ask(Self.image, namespace: "moon")],
    ])
    #expect(all.map(words) == [["not-asked"], ["allowed"], ["no-environment"]])
  }

  /// The policy may write a repository as short as a pod does; both mean the whole name.
  @Test func aRepositoryThatNeedsNoAllowMayBeWrittenShort() async throws {
    let digest = Derived.digest("a proxy")
    let listing = Policy(
      merge: nil, deploy: Self.policy().deploy,
      admission: AdmissionPolicy(images: ["istio/proxyv2"]), confirmation: .webhooks)
    let all = try await conclusions([
      [try listing.entry(received: moment)],
      [
        try Self.ask("docker.io/istio/proxyv2@\(digest)"), try Self.ask("istio/proxyv2@\(digest)"),
        try Self.ask("evil.example/istio/proxyv2@\(digest)"),
      ],
    ])
    #expect(all.map(words) == [["listed"], ["listed"], ["not-asked"]])
  }

  /// The digest that a tag had is found by who recorded it, and of several the last one.
  @Test func whatATagWas() async throws {
    let scene = Self.scene
    let other = Derived.digest("another image")
    func tagged(_ digest: String, _ name: String, _ key: String) throws -> Entry {
      try scene.image(
        ["tag": "1.4", "digest": .string(digest), "image": .string(name), "service": nil], key: key)
    }
    let all = try await conclusions([
      [try Self.ask("ghcr.io/acme/api:1.4")],
      [
        try tagged(Self.digest, "ghcr.io/acme/api", "one"),
        try tagged(other, "ghcr.io/acme/other", "two"),
      ],
      [try Self.ask("ghcr.io/acme/api:1.4"), try Self.ask("ghcr.io/acme/api:1.5")],
    ])
    #expect(all.map(words) == [["tag"], ["tag"], ["tag"]])
    let details = all.map {
      $0.entry.data["findings"]?.array?.first?["detail"]?.string?.suffix(71) ?? ""
    }
    #expect(details[1] == Self.digest, "\(details)")
    #expect(details[0] != Self.digest && details[2] != Self.digest)
  }

  /// The writer waits while tags are looked up, and whoever asks may name sixty.
  @Test func onlyAFewTagsAreLookedUp() async throws {
    let others = ["a:1", "b:1", "c:1", "d:1"]
    let image = try Self.scene.image(["tag": "1.4", "image": "ghcr.io/acme/api", "service": nil])
    let all = try await conclusions([
      [image],
      [try Self.ask(others + ["ghcr.io/acme/api:1.4"])],
      [try Self.ask(others.dropLast() + ["ghcr.io/acme/api:1.4"])],
    ])
    let told = all.map { stored in
      (stored.entry.data["findings"]?.array ?? []).map {
        $0["detail"]?.string?.hasSuffix(Self.digest) == true
      }
    }
    #expect(told == [[false, false, false, false, false], [false, false, false, true]])
  }

  private static let digest = AdmissionReviews.digest

  /// Two that ask for one thing at once get one answer, which replay finds too; and a question to
  /// the deploy gate in the same group is not answered yet.
  @Test func atOnce() async throws {
    let scene = Self.scene
    let all = try await conclusions([
      [try scene.image()],
      [
        try Self.ask(Self.image), try scene.entry(.deployAsked, at: 1), try Self.ask(Self.image),
        try Self.ask(Self.image, "b:1"), try Self.ask("b:1", Self.image),
      ],
      [try Self.ask(Self.image)],
    ])
    #expect(all.map(words) == [["not-asked"], ["not-asked", "tag"], ["allowed"]])
  }

  /// Without them each pod would read through the whole history.
  @Test(arguments: [
    (
      """
      SELECT entry FROM deploy_verdicts v WHERE digest = 'd' AND environment = 'e'
        AND NOT EXISTS (SELECT 1 FROM deploy_verdicts w WHERE w.service = v.service
          AND w.environment = v.environment AND w.subject = v.subject
          AND w.variant = v.variant AND w.entry > v.entry)
      """, ["deploy_verdicts_by_digest", "deploy_verdicts_by_key"]
    ),
    (
      """
      SELECT max(entry) FROM admission_verdicts
      WHERE namespace = 'n' AND subject = 's' AND cluster = 'c'
      """, ["admission_verdicts_by_key"]
    ),
    (
      """
      SELECT digest FROM history WHERE kind = 'image' AND note = 't'
      ORDER BY outcome_entry DESC LIMIT 9
      """, ["history_images_by_tag"]
    ),
  ])
  func itsIndicesAreUsed(_ sql: String, _ indices: [String]) async throws {
    try await withScratch { scratch in
      let ledger = try SQLiteLedger(path: scratch.path, reactor: Gatehouse(), now: { moment })
      let plan = try await ledger.pool.read { db in
        try GRDB.Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)").map { $0["detail"] as String }
      }
      try await ledger.close()
      for index in indices { #expect(plan.contains { $0.contains(index) }, "\(plan)") }
      #expect(!plan.contains { $0.hasPrefix("SCAN") || $0.contains("TEMP B-TREE") }, "\(plan)")
    }
  }
}
