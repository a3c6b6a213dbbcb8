import Ledger
import Testing

@testable import Gates

private let home: Int64 = 5
private let commit = String(repeating: "c", count: 40)

private func attestation(
  _ verification: String, at entry: Int64, isTrusted: Bool = true, from repository: Int64 = home,
  of sha: String = commit
) -> DeployCase.Attestation {
  .init(
    repository: repository, commit: sha, verification: verification, isTrusted: isTrusted,
    entry: entry, newest: entry, reason: verification == "failed" ? "no trusted key" : nil)
}

@Suite("attested: verified")
struct AttestedTests {
  private func findings(
    _ all: [DeployCase.Attestation], verified: Bool
  ) -> [DeployFinding] {
    let request = DeployRequest(
      services: ["api"], environment: "prod", digest: "sha256:d", commit: nil)
    var evidence = DeployCase(request: request, now: moment(10), repositories: [home])
    (evidence.commit, evidence.attestations) = (commit, all)
    return AttestedRule(demandsVerified: verified).findings(evidence)
  }

  private func words(_ all: [DeployCase.Attestation], verified: Bool) -> [String] {
    findings(all, verified: verified).map { $0.result.word + ($0.isRequired ? "" : "?") }
  }

  @Test("counts what was verified, and nothing less")
  func verified() {
    let (vouched, good) = (attestation("vouched", at: 1), attestation("verified", at: 2))
    #expect(words([vouched], verified: true) == ["unverified"])
    #expect(words([vouched], verified: false) == ["success"])
    #expect(words([vouched, good], verified: true) == ["success"])
    #expect(words([good], verified: false) == ["success"])
    #expect(findings([good], verified: true)[0].detail == "provenance verified")
    #expect(findings([vouched, good], verified: true)[0].entries == [2])
  }

  @Test("of another repository or commit counts no more than before")
  func others() {
    #expect(words([attestation("verified", at: 1, from: 6)], verified: true) == ["missing"])
    let other = attestation("verified", at: 1, of: String(repeating: "e", count: 40))
    #expect(words([other], verified: true) == ["other-commit"])
  }

  @Test("what failed never counts, and is shown when it is the newest", arguments: [true, false])
  func failed(_ demandsVerified: Bool) {
    let bad = attestation("failed", at: 3, isTrusted: false)
    let good = attestation("verified", at: 2)
    let alone = findings([bad], verified: demandsVerified)
    #expect(alone.map(\.result) == [.fail("failed")] && alone[0].isRequired)
    #expect(alone[0].detail.hasSuffix("no trusted key") && alone[0].entries == [3])
    #expect(words([good, bad], verified: demandsVerified) == ["success", "failed?"])
    let later = attestation("verified", at: 4)
    #expect(words([bad, later], verified: demandsVerified) == ["success"])
    #expect(
      words([attestation("vouched", at: 1, isTrusted: false), bad], verified: false)
        == ["unproven", "failed?"])
  }

  @Test("reads true and verified, and nothing else")
  func reading() throws {
    func rules(_ value: JSON) throws -> DeployPolicy? {
      try Policy(
        ConfigNode([
          "version": 1,
          "gates": [
            "deploy": ["environments": [["environment": "prod", "attested": value]]]
          ],
        ]), confirmation: .webhooks
      ).deploy
    }
    #expect(try rules("verified")?.environments[0].rules[0].json == "verified")
    #expect(try rules(true)?.environments[0].rules[0].json == true)
    for value in [false, "vouched", "true", 1, nil] as [JSON] {
      #expect(throws: PolicyProblems.self) { try rules(value) }
    }
  }
}

@Suite("attestations in ledger.yaml")
struct AttestationPolicyTests {
  private func read(_ node: JSON) throws -> AttestationPolicy? {
    try LedgerFile(
      ConfigNode(["version": 1, "attestations": node, "environments": ["prod"]]),
      confirmation: .webhooks
    ).attestations
  }

  @Test("names files, and who is meant")
  func reading() throws {
    let policy = try #require(
      try read([
        "keys": ["build.pem"], "roots": ["trusted_root.jsonl"], "repositories": ["acme/api"],
        "builders": ["acme/wf/.github/workflows/*.yml@refs/heads/main", "https://ci.example/b"],
      ]))
    #expect(policy.keys.map(\.path) == ["build.pem"])
    #expect(policy.roots.map(\.place) == ["attestations.roots[0]"])
    #expect(policy.issuer == RecordingPolicy.defaultIssuer)
    let host = "https://github.com/acme/wf/.github/workflows"
    #expect(policy.accepts(builder: "\(host)/build.yml@refs/heads/main"))
    #expect(policy.accepts(builder: "https://ci.example/b"))
    for other in [
      "\(host)/build.yml@refs/heads/dev", "\(host)/a/b.yml@refs/heads/main", "https://ci.example/",
      "acme/wf/.github/workflows/build.yml@refs/heads/main", "",
    ] { #expect(!policy.accepts(builder: other), "\(other)") }
    #expect(try read(["keys": ["a"]])?.accepts(builder: "anything") == true)
  }

  @Test("a builder is meant byte by byte")
  func spelling() throws {
    let workflow = "acme/wf/.github/workflows/build.yml@refs/heads/main"
    let policy = try #require(
      try read(["keys": ["a"], "builders": ["https://ci.example/caf\u{E9}", .string(workflow)]]))
    #expect(policy.accepts(builder: "https://ci.example/caf\u{E9}"))
    #expect(!policy.accepts(builder: "https://ci.example/cafe\u{301}"))
    #expect(policy.accepts(builder: "https://github.com/\(workflow)"))
    #expect(!policy.accepts(builder: "https://github.com/\u{301}x/\(workflow)"))
  }

  @Test(
    "is refused with the place of what is wrong",
    arguments: [
      (["repositories": ["acme/api"]], "attestations"), (["keys": []], "attestations.keys"),
      (["keys": [1]], "attestations.keys[0]"), (["roots": "a"], "attestations.roots"),
      (["keys": ["a"], "trust": true], "attestations.trust"),
      (["keys": ["a"], "repositories": ["acme"]], "attestations.repositories"),
      (["keys": ["a"], "builders": ["build.yml"]], "attestations.builders"),
      (["keys": ["a"], "issuer": "http://x.example"], "attestations.issuer"),
    ] as [(JSON, String)])
  func refused(_ node: JSON, _ path: String) throws {
    let problems = try #require(throws: PolicyProblems.self) { try read(node) }
    #expect(problems.all.map(\.path) == [path])
  }

  @Test("advice names what can never pass, and what believes too much")
  func advice() throws {
    func advice(_ more: [String: JSON]) throws -> [String] {
      let base: [String: JSON] = [
        "version": 1,
        "gates": ["deploy": ["environments": [["environment": "prod", "attested": "verified"]]]],
      ]
      return try LedgerFile(
        ConfigNode(.object(base.merging(more) { $1 })), confirmation: .webhooks
      ).advice.map(\.path)
    }
    #expect(try advice([:]) == ["gates.deploy.environments[0].attested"])
    #expect(try advice(["attestations": ["roots": ["r"]]]) == ["attestations.builders"])
    #expect(try advice(["attestations": ["keys": ["k"]]]) == [])
  }
}
