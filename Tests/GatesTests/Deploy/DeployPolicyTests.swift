import Ledger
import Testing

@testable import Gates

private let whole: JSON = [
  "environments": [
    [
      "environment": "prod", "services": ["api"], "trust-tokens": true, "image-recorded": true,
      "attested": true, "merge-gate": true, "branch": ["main", "release/*"],
      "checks": [["name": "test", "app": "github-actions", "required": true]],
      "scan": [
        "fail-on": "high", "tools": ["trivy"], "advisory": ["grype"], "max-age": "1w",
      ],
      "approvals": ["count": 2], "order": ["after": "staging", "soak": "30m"], "not-older": true,
      "freeze": [
        ["days": ["fri"], "from": "16:00", "until": "08:00", "zone": "Europe/Berlin"],
        ["from": "2026-12-20T18:00:00+01:00", "until": "2026-12-27T05:00:00Z", "reason": "rest"],
      ],
      "max-replicas": 2,
    ]
  ]
]

private func policy(_ deploy: JSON) throws -> Policy {
  try Policy(
    ConfigNode(["version": 1, "gates": ["deploy": deploy]]), confirmation: .webhooks)
}

@Suite struct DeployPolicyTests {
  @Test func allOfItIsReadAndKept() throws {
    let policy = try policy(whole)
    #expect(policy.json.at("gates", "deploy") == whole)
    #expect(policy.deploy?.environments.first?.rules.count == DeployRules.all.count)
    let entry = try policy.entry(received: moment(0))
    let again = try Policy(Stored(index: 0, entry: entry))
    #expect(again == policy)
    #expect(again.hash == policy.hash)
  }

  /// The hash of a policy without a deploy gate is what it was before there was one.
  @Test func withoutADeployGateNothingIsSaidOfIt() {
    let policy = Policy(merge: MergePolicy(.run("test")), confirmation: .github)
    #expect(policy.json["gates"]?.object?.keys.sorted() == ["merge"])
  }

  @Test(
    arguments: [
      (["environments": []], "gates.deploy.environments"),
      (["environments": [["environment": "prod"]]], "gates.deploy.environments[0]"),
      (
        ["environments": [["environment": "prod", "merge-gate": false]]],
        "gates.deploy.environments[0].merge-gate"
      ),
      (
        ["environments": [["environment": "prod", "merge-gates": true, "attested": true]]],
        "gates.deploy.environments[0].merge-gates"
      ),
      (["environments": [["attested": true]]], "gates.deploy.environments[0].environment"),
      (
        ["environments": [["environment": "prod", "scan": ["fail-on": "bad", "tools": ["a"]]]]],
        "gates.deploy.environments[0].scan.fail-on"
      ),
      (
        ["environments": [["environment": "prod", "scan": ["fail-on": "high"]]]],
        "gates.deploy.environments[0].scan.tools"
      ),
      (
        ["environments": [["environment": "prod", "order": ["after": "a", "soak": "soon"]]]],
        "gates.deploy.environments[0].order.soak"
      ),
      (
        ["environments": [["environment": "prod", "approvals": ["count": 0]]]],
        "gates.deploy.environments[0].approvals.count"
      ),
      (
        ["environments": [["environment": "prod", "checks": [["name": "test"]]]]],
        "gates.deploy.environments[0].checks[0].app"
      ),
    ] as [(JSON, String)])
  func whatIsWrongIsNamed(_ deploy: JSON, _ path: String) throws {
    let problems = #expect(throws: PolicyProblems.self) { try policy(deploy) }
    #expect(problems?.all.map(\.path).contains(path) == true, "\(String(describing: problems))")
  }

  @Test(
    arguments: [
      ("30m", 1_800), ("7d", 604_800), ("0s", 0), ("2w", 1_209_600), ("h", nil), ("-1h", nil),
      ("1.5h", nil), ("999999999d", nil), ("", nil),
    ] as [(String, Int64?)])
  func durations(_ text: String, _ seconds: Int64?) {
    #expect(DurationText.seconds(text) == seconds)
  }
}
