import Ledger
import LedgerTesting
import Testing

@testable import Gates

@Suite struct AdmissionDecisionTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var images: [String]
    var before: [String] = []
    var environment = NamespaceEnvironment.one("prod")
    /// Of the findings, in order of the images' names.
    let words: [String]
    /// What the first finding says.
    var says = ""
  }

  private static let (good, bad, unknown) = (
    Derived.digest("good"), Derived.digest("bad"), Derived.digest("unknown")
  )

  private static let rows = [
    Row(testDescription: "allowed", images: ["a/api@\(good)"], words: ["allowed"]),
    Row(
      testDescription: "of what name it is pulled does not matter",
      images: ["mirror.example/x:1@\(good)"], words: ["allowed"]),
    Row(
      testDescription: "the newest answer is a deny", images: ["a/api@\(bad)"], words: ["denied"],
      says: "the deploy gate of prod denied it in entry 31: scan: 2 critical"),
    Row(
      testDescription: "nobody asked", images: ["ghcr.io/acme/api@\(unknown)"],
      words: ["not-asked"], says: "ledger gate deploy -s api -e prod --digest \(unknown)"),
    Row(
      testDescription: "nobody asked, and whose it is nobody knows", images: ["x@\(unknown)"],
      words: ["not-asked"], says: "ledger gate deploy -s SERVICE -e prod"),
    Row(
      testDescription: "a tag", images: ["ghcr.io/acme/api:1"], words: ["tag"],
      says: "deploy it by its digest; the last one that was recorded with it is "
        + "ghcr.io/acme/api@\(good)"),
    Row(
      testDescription: "a tag that nobody recorded", images: ["nginx:1.28"], words: ["tag"],
      says: "deploy it by its digest, nginx@sha256:…"),
    Row(
      testDescription: "no tag is latest", images: ["r:5000/nginx"], words: ["tag"],
      says: "no tag, so latest, is no promise which image runs: deploy it by its digest, "
        + "r:5000/nginx@sha256:…"),
    Row(testDescription: "no image", images: [""], words: ["no-image"]),
    Row(testDescription: "no container", images: [], words: ["no-image"]),
    Row(
      testDescription: "another algorithm", images: ["a@sha512:\(good.dropFirst(7))"],
      words: ["malformed"]),
    Row(
      testDescription: "a mesh's", images: ["istio/proxyv2@\(unknown)"], words: ["listed"]),
    Row(
      testDescription: "a mesh's by tag", images: ["docker.io/istio/proxyv2:1"], words: ["tag"]),
    Row(
      testDescription: "like a mesh's, from elsewhere",
      images: ["evil.example/istio/proxyv2@\(unknown)"], words: ["not-asked"]),
    Row(
      testDescription: "all of them", images: ["b@\(good)", "a@\(unknown)", "c:1"],
      words: ["not-asked", "allowed", "tag"]),
    Row(
      testDescription: "what was there before is not judged", images: ["a@\(bad)", "b@\(good)"],
      before: ["a@\(bad)", "c:1"], words: ["allowed"]),
    Row(
      testDescription: "a namespace of nothing", images: ["a@\(good)"], environment: .none,
      words: ["no-environment"], says: "environments: [{name: prod, aliases: [team-a]}]"),
    Row(
      testDescription: "a namespace of two", images: ["a@\(good)"],
      environment: .several(["dev", "prod"]), words: ["environments"], says: "(dev, prod)"),
  ]

  private static func evidence(_ environment: NamespaceEnvironment) -> AdmissionCase {
    var evidence = AdmissionCase(environment: environment)
    evidence.trusted = ["docker.io/istio/proxyv2"]
    let deny = ImageVerdictRow(
      service: "api", isAllowed: false, summary: "scan: 2 critical", entry: 31)
    evidence.verdicts = [
      good: [
        deny, ImageVerdictRow(service: "api", isAllowed: true, summary: "all passed", entry: 12),
      ],
      bad: [deny],
    ]
    evidence.tags = ["ghcr.io/acme/api:1": .init(digest: good, entry: 5)]
    evidence.services = ["ghcr.io/acme/api@\(unknown)": "api"]
    return evidence
  }

  private func decision(_ row: Row) -> AdmissionDecision {
    let request = AdmissionRequest(
      namespace: "team-a", images: row.images, before: row.before)
    return AdmissionDecision(request, Self.evidence(row.environment), policy: "p")
  }

  @Test(arguments: rows)
  func decides(_ row: Row) throws {
    let decision = decision(row)
    #expect(decision.findings.map(\.word) == row.words)
    let passing: Set = ["allowed", "listed"]
    #expect(decision.findings.allSatisfy { $0.isPass == passing.contains($0.word) })
    #expect(decision.isAllowed == passing.isSuperset(of: row.words))
    let first = try #require(decision.findings.first)
    #expect(row.says.isEmpty || first.detail.contains(row.says), "\(first.detail)")
    #expect(decision.summary.utf8.count <= 140)
  }

  @Test func itsEntryRepeatsItAndCitesWhatItRestsOn() throws {
    let decision = decision(Self.rows[0])
    let data = decision.data(ask: 40, replaces: 9)
    #expect(data["state"] == "allow" && data["service"] == "api" && data["environment"] == "prod")
    #expect(data["findings"]?.array?.first?["entries"] == [12])
    #expect(decision.isSame(as: data))
    #expect(!self.decision(Self.rows[2]).isSame(as: data))
    let changed = data.object?.merging(["environment": "dev"]) { $1 } ?? [:]
    #expect(!decision.isSame(as: .object(changed)))
  }

  /// The order of containers is no news; another image is.
  @Test func whatIsTheSameQuestion() {
    func key(_ images: String..., namespace: String = "a", cluster: String? = nil) -> AdmissionKey {
      AdmissionRequest(cluster: cluster, namespace: namespace, images: images).key
    }
    #expect(key("a", "b") == key("b", "a", "b"))
    #expect(
      Set([
        key("a"), key("b"), key("a", "b"), key("a b"), key("a", namespace: "b"),
        key("a", cluster: "k1"), key(),
      ]).count == 7)
  }

  /// The largest verdict that can be made fits into an entry, and more than it names is a deny.
  @Test func tooManyImages() throws {
    let images = (0..<200).map { "\($0)/" + String(repeating: "x", count: 396) + ":1" }
    let request = AdmissionRequest(namespace: "team-a", images: images)
    #expect(request.images.count == AdmissionRequest.mostImages && request.omitted == 140)
    var evidence = AdmissionCase(environment: .one("prod"))
    evidence.tags = Dictionary(
      uniqueKeysWithValues: images.map { ($0, .init(digest: Self.good, entry: 1 << 50)) })
    let decision = AdmissionDecision(request, evidence)
    #expect(decision.findings.last?.word == "too-many" && !decision.isAllowed)
    _ = try Entry(
      kind: .admissionDecided, at: nil, received: moment(0), source: .ledger,
      data: decision.data(ask: 1 << 50, replaces: 1 << 50))
    _ = try AdmissionReviews.entry(
      AdmissionReviews.asked().merging(request.members) { $1 }, at: moment(0))
    // A good part of many says nothing about the rest.
    var good = request
    good.images = ["a@\(Self.good)"]
    #expect(!AdmissionDecision(good, Self.evidence(.one("prod"))).isAllowed)
    #expect(AdmissionRequest(asked: .object(request.members)) == request)
  }

  @Test func whatIsExempt() {
    let names = ["kube-system", "kube-node-lease", "kube-public", "default", "kube-systems"]
    let exempt = names.filter { AdmissionRequest(namespace: $0, images: []).isExempt }
    #expect(exempt == ["kube-system", "kube-node-lease", "kube-public"])
  }
}
