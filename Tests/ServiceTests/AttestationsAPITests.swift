import Attestations
import Gates
import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import Service

@Suite("Recording attestations")
struct AttestationsAPITests {
  private static let path = "/v1/attestations"

  private static func made(
    seed: UInt8 = 1, digest: String = DeployEntries.digest
  ) throws -> SignedProvenance {
    try SignedProvenance(seed: seed, digest: digest, commit: DeployEntries.commit)
  }

  private static func trust() throws -> Trust {
    var trust = Trust()
    trust.keys = try PEM.keys(try made().pem)
    return trust
  }

  private func body(_ made: SignedProvenance, _ more: [String: JSON] = [:]) throws -> String {
    let own: [String: JSON] = [
      "digest": .string(DeployEntries.digest), "bundle_json": .string(try made.envelope()),
    ]
    return JSON.object(own.merging(more) { $1 }).canonicalString
  }

  @Test(
    "the server looks at the signature and records what it found",
    arguments: [
      (true, 1, "verified", nil), (true, 2, "failed", "no trusted key made its signature"),
      (false, 2, "vouched", nil),
    ] as [(Bool, UInt8, String, String?)])
  func found(_ isTrusting: Bool, _ seed: UInt8, _ word: String, _ reason: String?) async throws {
    try await withService { service in
      try await DeployScene.begin(DeployScene.policy(AttestedRule()), in: service.store)
      if isTrusting { service.trust.replace(try Self.trust()) }
      let made = try Self.made(seed: seed)
      let answer = try await service.report(
        Self.path, body(made), token: try await service.token(.record))
      #expect(answer.status == 201)
      #expect(try answer.json["verification"]?.string == word)
      #expect(try answer.json["reason"] == .optional(reason))
      let entry = try #require(try await service.recorded().last).entry
      let file = Array(try made.envelope().utf8)
      #expect(entry.evidence == Evidence(file).reference)
      #expect(entry.data["bundle"]?.string == Hash.sha256(file).hex)
      #expect(entry.data["bundle_json"] == nil)
      #expect(entry.data["verification"]?.string == word)
      #expect(entry.data["commit"]?.string == DeployEntries.commit)
      let isVerified = word == "verified"
      #expect(entry.data["source_repository"] == (isVerified ? "acme/api" : .null))
      #expect(
        entry.data["source_repository_id"] == (isVerified ? .int(DeployEntries.repository) : .null))
      #expect(
        entry.data["verified_by"]?.string?.hasPrefix("key sha256:") == (isVerified ? true : nil))
    }
  }

  @Test("an image that is not the subject is recorded as failed")
  func otherImage() async throws {
    try await withService { service in
      service.trust.replace(try Self.trust())
      let made = try Self.made(digest: Derived.digest("another"))
      let answer = try await service.report(
        Self.path, body(made), token: try await service.token(.record))
      #expect(answer.status == 201)
      #expect(try answer.json["verification"] == "failed")
    }
  }

  @Test(
    "what a report says of a signature itself is refused",
    arguments: [
      (["verification": "verified"], "verification"), (["verification": "failed"], "verification"),
      (["verified_by": "key sha256:00"], "verified_by"), (["reason": "none"], "reason"),
      (["source_repository": "acme/api"], "source_repository"),
      (["source_repository_id": 5], "source_repository_id"),
      (["commit": "0000000000000000000000000000000000000000"], "commit"),
      (["builder": "https://evil.example"], "builder"), (["bundle_json": 7], "bundle_json"),
      (["bundle_json": "{}"], "bundle_json"), (["bundle_json": "no JSON"], "bundle_json"),
    ] as [([String: JSON], String)])
  func lies(_ lie: [String: JSON], _ field: String) async throws {
    try await withService { service in
      service.trust.replace(try Self.trust())
      let answer = try await service.report(
        Self.path, body(try Self.made(), lie), token: try await service.token(.record))
      #expect(answer.status == 422)
      #expect(try answer.errors.contains { $0.hasPrefix("\(field):") })
      #expect(try await service.recorded().isEmpty)
    }
  }

  @Test("without a bundle only the old word is taken, and nothing was verified")
  func withoutBundle() async throws {
    try await withService { service in
      service.trust.replace(try Self.trust())
      let token = try await service.token(.record)
      let plain = try #require(Reports.body(Self.path))
      let answer = try await service.report(Self.path, plain, token: token)
      #expect(answer.status == 201)
      #expect(try answer.json["verification"] == "vouched")
      let lie = plain.replacing("vouched", with: "verified")
      #expect(try await service.report(Self.path, lie, token: token).status == 422)
    }
  }

  @Test("lines of a batch are looked at as well, and the receipts say what was found")
  func batch() async throws {
    try await withService { service in
      service.trust.replace(try Self.trust())
      let lines = try [UInt8(1), 2].map { seed in
        try body(Self.made(seed: seed), ["kind": "attestation.recorded.v1"])
      }
      let answer = try await service.report(
        "/v1/entries", lines.joined(separator: "\n"), token: try await service.token(.record))
      let words = try (answer.json["receipts"]?.array ?? []).map { $0["verification"]?.string }
      #expect(words == ["verified", "failed"])
      let refused = try await service.report(
        "/v1/entries",
        try body(Self.made(), ["kind": "attestation.recorded.v1", "verification": "verified"]),
        token: try await service.token(.record))
      #expect(refused.status == 422)
    }
  }

  @Test("sent again with its key it is the same entry")
  func repetition() async throws {
    try await withService { service in
      service.trust.replace(try Self.trust())
      let (token, text) = (try await service.token(.record), try body(try Self.made()))
      let first = try await service.report(Self.path, text, token: token, key: "k")
      let second = try await service.report(Self.path, text, token: token, key: "k")
      #expect(first.status == 201 && second.status == 200)
      #expect(try second.json["index"] == first.json["index"])
      #expect(try second.json["verification"] == "verified")
    }
  }

  // MARK: what the ledger signs of an allow

  private static let other = Derived.commit("other")

  /// Reports of a job, one after the other.
  private func tell(_ reports: [[String: JSON]], _ service: TestService) async throws {
    try await DeployScene.begin(DeployScene.policy(AttestedRule()), in: service.store)
    for (number, report) in reports.enumerated() {
      let bundle: [String: JSON] = ["bundle": .string(Hash.sha256([UInt8(number)]).hex)]
      try await DeployScene.tell(
        service.store,
        DeployScene.entries.entry(
          .attestationRecorded, bundle.merging(report) { $1 }, at: Int64(number + 1)))
    }
  }

  private func verified(_ commit: String) -> [String: JSON] {
    [
      "verification": "verified", "commit": .string(commit),
      "source_repository_id": .int(DeployEntries.repository),
    ]
  }

  /// Of the newest verdict: its findings in words, the bundles, and the level.
  private func summary(
    _ service: TestService
  ) async throws -> (findings: [String?], bundles: [String?], level: JSON?) {
    let verdict = try #require(try await service.all(.deployVerdict).last).entry
    let inputs = try await service.store.read { tables in
      try VerificationSummary.cited(by: verdict).compactMap { index in
        try tables.entry(at: index).flatMap {
          VerificationSummary.Input($0.entry, at: index, of: verdict)
        }
      }
    }
    let json = try VerificationSummary(verdict, inputs: inputs).statement(verifier: "a")
    return (
      (verdict.data["findings"]?.array ?? []).map { $0["detail"]?.string },
      (json.at("predicate", "inputAttestations")?.array ?? [])
        .map { $0.at("digest", "sha256")?.string },
      json.at("predicate", "verifiedLevels")
    )
  }

  @Test("the newest provenance failed: the gate shows it, and the summary does not name it")
  func newestFailed() async throws {
    try await withService { service in
      try await tell(
        [
          verified(DeployEntries.commit),
          ["verification": "failed", "reason": "no trusted key made its signature"],
        ], service)
      #expect(try await service.ask().json["state"] == "allow")
      let made = try await summary(service)
      #expect(made.findings.count == 2 && made.findings[0] == "provenance verified")
      #expect(made.findings[1]?.hasPrefix("the newest provenance does not hold") == true)
      #expect(made.bundles == [Hash.sha256([0]).hex])
      #expect(made.level == ["SLSA_BUILD_LEVEL_1"])
    }
  }

  @Test(
    "provenance of another commit was verified: the level is that of the commit that was asked for",
    arguments: [
      (DeployEntries.commit, 0, "UNEVALUATED"), (other, 1, "1"),
    ] as [(String, UInt8, String)])
  func otherCommit(_ commit: String, _ place: UInt8, _ level: String) async throws {
    try await withService { service in
      try await tell([[:], verified(Self.other)], service)
      let body: JSON = [
        "service": "api", "environment": "prod", "digest": .string(DeployEntries.digest),
        "commit": .string(commit),
      ]
      #expect(try await service.ask(body.canonicalString).json["state"] == "allow")
      let made = try await summary(service)
      #expect(made.findings == [place == 0 ? "provenance vouched for" : "provenance verified"])
      #expect(made.bundles == [Hash.sha256([place]).hex])
      #expect(made.level == [.string("SLSA_BUILD_LEVEL_\(level)")])
    }
  }

  @Test("a gate that demands it passes on a verified one, whoever brought it", arguments: [1, 2])
  func gate(_ seed: UInt8) async throws {
    try await withService { service in
      try await DeployScene.begin(
        DeployScene.policy(AttestedRule(demandsVerified: true)), in: service.store)
      service.trust.replace(try Self.trust())
      _ = try await service.report(
        Self.path, body(try Self.made(seed: seed)), token: try await service.token(.record))
      let answer = try await service.ask()
      #expect(try answer.json["state"]?.string == (seed == 1 ? "allow" : "deny"))
    }
  }
}
