import Foundation
import Gates
import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import LedgerCLI

@Suite struct PolicyFileTests {
  private func read(_ text: String) throws -> Policy { try read(Data(text.utf8)).policy }

  private func read(_ data: Data) throws -> LedgerFile {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "ledger-policy-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: file, withIntermediateDirectories: true)
    defer {
      do { try FileManager.default.removeItem(at: file) } catch { Issue.record(error) }
    }
    let path = file.appending(path: "ledger.yaml")
    try data.write(to: path)
    do {
      return try PolicyFile(path: path.path).read(confirmation: .github)
    } catch let failure as Failure {
      // The directory's name is another one each time.
      throw Failure(
        failure.message.replacing(file.path + "/", with: ""), hint: failure.hint,
        code: failure.code)
    }
  }

  private func message(_ text: String) -> String? {
    do {
      _ = try read(text)
      return nil
    } catch { return (error as? Failure)?.message }
  }

  @Test func theSampleIsValid() throws {
    let policy = try read(Story.policy)
    let actions = CheckRule.Reporter.app(slug: "github-actions")
    #expect(
      policy
        == Policy(
          merge: MergePolicy(
            context: "ledger/merge-gate",
            branches: [BranchPattern("main"), BranchPattern("release/*")],
            checks: [
              CheckRule(name: "test", reporter: actions),
              CheckRule(name: "lint", reporter: actions),
              CheckRule(name: "bandit", reporter: actions, isRequired: false),
            ]),
          confirmation: .github))
  }

  @Test func everyFormOfAReporter() throws {
    let policy = try read(
      """
      version: 1
      gates:
        merge:
          branches: ["**"]
          checks:
            - name: test
              app: 15368
            - {name: anyone's, any-app: true}
            - {status: external/ci, creator: 7001, required: false}
      """)
    #expect(policy.merge?.context == MergePolicy.defaultContext)
    #expect(
      policy.merge?.checks == [
        CheckRule(name: "test", reporter: .appID(15_368)),
        CheckRule(name: "anyone's", reporter: .anyApp),
        CheckRule(name: "external/ci", reporter: .creator(id: 7_001), isRequired: false),
      ])
  }

  private static let head = """
    version: 1
    gates:
      merge:
        branches: [main]
        checks:

    """

  @Test(arguments: [
    ("- {name: test}\n", "ledger.yaml:6: gates.merge.checks[0].app: is missing"),
    ("- {app: x}\n", "ledger.yaml:6: gates.merge.checks[0]: needs name"),
    (
      "- {name: test, app: x}\n    - name: lint\n      app: y\n      requird: false\n",
      "ledger.yaml:9: gates.merge.checks[1].requird: is unknown"
    ),
    (
      "- name: test\n      app: x\n      required: \"no\"\n",
      "ledger.yaml:8: gates.merge.checks[0].required: must be true or false"
    ),
    ("- name: [test]\n      app: x\n", "ledger.yaml:6: gates.merge.checks[0].name: must be text"),
    ("- {name: test, app: 1.5}\n", "ledger.yaml:6: gates.merge.checks[0].app: must be an App's"),
    ("- {name: test, app: -3}\n", "ledger.yaml:6: gates.merge.checks[0].app: must be an App's"),
    ("- {status: ci}\n", "ledger.yaml:6: gates.merge.checks[0].creator: must be the numeric id"),
    ("- just text\n", "ledger.yaml:6: gates.merge.checks[0]: must be a map"),
    ("- {name: test, app: x}\n    - {name: test, app: y}\n", "names test twice"),
  ])
  func aWrongCheckIsNamedWithItsLine(_ check: String, _ expected: String) {
    let message = message(PolicyFileTests.head + "    " + check)
    #expect(message?.contains(expected) == true, "\(message ?? "valid")")
  }

  @Test(arguments: [
    ("", "ledger.yaml:1: the file is empty"),
    ("version: 2\ngates: {}\n", "ledger.yaml:1: version: must be 1"),
    ("version: \"1\"\ngates: {}\n", "ledger.yaml:1: version: must be 1"),
    ("version: 1\n", "ledger.yaml:1: gates: is missing"),
    ("version: 1\ngates:\n  merg: {}\n", "ledger.yaml:3: gates.merg: is unknown"),
    ("- a\n", "ledger.yaml:1: policy: must be a map"),
    (
      "version: 1\ngates:\n  merge:\n    branches: []\n    checks: yes\n",
      "ledger.yaml:4: gates.merge.branches: must be a list with at least one element"
    ),
    (
      "version: 1\ngates:\n  merge:\n    branches: []\n    checks: yes\n",
      "ledger.yaml:5: gates.merge.checks: must be a list with at least one element"
    ),
    ("version: 1\ngates:\n  merge: {branches: [main]}\n", "ledger.yaml:3: gates.merge.checks"),
    ("version: 1\ngates: [\n", "ledger.yaml:3: "),
    ("version: 1\n\tgates: {}\n", "ledger.yaml:2: "),
    ("version: 1\ngates: {a: *unknown}\n", "ledger.yaml:2: "),
    (
      "version: 1\ngates: {}\nversion: 1\n",
      "ledger.yaml:1: the map that begins here has twice: version"
    ),
  ])
  func aWrongFileIsNamedWithItsLine(_ text: String, _ expected: String) {
    let message = message(text)
    #expect(message?.contains(expected) == true, "\(message ?? "valid")")
  }

  @Test func aKeyThatIsThereTwiceIsNamedWithItsLine() {
    let text = PolicyFileTests.head + "    - {name: test, app: x}\n    branches: [release]\n"
    let message = message(text)
    #expect(message == "ledger.yaml:4: the map that begins here has twice: branches")
  }

  private static let catalog = """
    version: 1
    environments:
      - dev
      - {name: prod, aliases: [production, live]}
    services:
      - name: api
        repositories: [acme/api]
        images: [ghcr.io/acme/api]
        task-definitions: [api]                                   # families
        ecs: [{cluster: prod-1, service: api, environment: prod}]
        kubernetes: [{cluster: k1, namespace: prod, workload: Deployment/api, environment: prod}]
        argocd: [{application: api-prod, environment: prod}]
    recording:
      audience: https://ledger.example.com
      workflows:
        - {repository-id: 640, owner-id: 45}

    """

  @Test func aDeployGateGuardsToo() throws {
    let text = """
      version: 1
      gates:
        deploy:
          environments:
            - {environment: prod, image-recorded: true, order: {after: stagin}}
            - {environment: live, image-recorded: true}
            - {environment: qa, image-recorded: true}
      environments: [{name: prod, aliases: [live]}, {name: staging}]
      """
    let file = try read(Data(text.utf8))
    #expect(FileSummary.gates(file.policy) == "gates.deploy guards prod, live, qa")
    #expect(
      file.advice.map { "\($0.path) \($0.reason)" } == [
        "gates.deploy.environments[0].order.after stagin is not one of environments: prod, staging",
        "gates.deploy.environments[2].environment qa is not one of environments: prod, staging",
      ])
  }

  @Test func theCatalogIsRead() throws {
    let file = try read(Data(PolicyFileTests.catalog.utf8))
    #expect(file.policy.merge == nil)
    #expect(file.catalog.environments.map(\.name) == ["dev", "prod"])
    #expect(file.catalog.canonical("live") == "prod")
    let place = file.catalog.place(of: .ecs(cluster: "prod-1", service: "api"), in: nil, [:])
    #expect(place.services == ["api"] && place.environment == "prod" && place.isMapped)
    #expect(file.catalog.recording == file.recording?.json)
    #expect(file.recording?.workflows.map(\.repositoryID) == [640])
    #expect(FileSummary.gates(file.policy) == "no gate, nothing is guarded")
    #expect(
      FileSummary.catalog(file)
        == "1 service with 3 workloads; environments dev, prod; 1 rule for workflows that record")
    let sample = try read(Data(Story.policy.utf8))
    #expect(sample.catalog.isEmpty)
    #expect(
      FileSummary.catalog(sample)
        == "no services; environments as they are found; no workflow may record")
  }

  @Test func whatTheLogRestsOnIsSummedUp() throws {
    let sample = try read(Data(Story.policy.utf8))
    #expect(
      FileSummary.proof(sample)
        == "no witnesses; attestations are not checked; bodies are kept for ever")
    let signer = try NoteSigner(
      name: "w.example", seed: Array(0..<32), algorithm: .cosignature)
    let more = """
      witnesses: [{vkey: "\(signer.verifier.vkey)", url: "https://w.example"}]
      publish: {file: /mnt/head}
      attestations: {keys: [a.pem]}
      evidence: {keep: 400d}

      """
    #expect(
      FileSummary.proof(try read(Data((Story.policy + more).utf8)))
        == "1 of 1 witness; a copy of the head in /mnt/head; attestations by 1 key and 0 roots; "
        + "bodies are kept 400d")
  }

  @Test func everythingWrongInACatalogIsNamedWithItsLine() {
    let text = """
      version: 1
      gates:
        merge: {branches: [main], checks: [{name: test}]}
      environments: [dev, dev]
      services:
        - name: a b
          image: x
        - name: api
          ecs:
            - {service: api, environment: prod}
            - {cluster: c, service: api}
      recording: {audience: x}
      service: []

      """
    let message = message(text) ?? ""
    #expect(
      message.split(separator: "\n").map { $0.prefix { $0 != " " } } == [
        "ledger.yaml:3:", "ledger.yaml:4:", "ledger.yaml:6:", "ledger.yaml:7:", "ledger.yaml:10:",
        "ledger.yaml:11:", "ledger.yaml:12:", "ledger.yaml:13:",
      ], "\(message)")
    for words in [
      "environments[1]: names dev again", "services[0].name: must be printable",
      "services[0].image: is unknown", "services[1].ecs[0].environment: prod is not one of",
      "services[1].ecs[1]: is there already", "recording.workflows: is missing",
      "service: is unknown; known are version, gates, environments, services, recording",
    ] {
      #expect(message.contains(words), "\(words)")
    }
  }

  @Test func whatIsNoTextIsRefused() {
    #expect(throws: Failure.self) { try read(Data([0xFF, 0xFE])) }
    #expect(throws: Failure.self) {
      try read(Data(repeating: UInt8(ascii: "#"), count: PolicyFile.maximumSize + 1))
    }
    #expect(throws: Failure.self) {
      try PolicyFile(path: "/nonexistent/ledger.yaml").read(confirmation: .github)
    }
  }
}
