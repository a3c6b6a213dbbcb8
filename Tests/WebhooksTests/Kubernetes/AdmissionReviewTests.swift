import Ledger
import LedgerTesting
import Testing

@testable import Webhooks

@Suite struct AdmissionReviewTests {
  private static let scene = AdmissionReviews()
  private static let new = scene.pod(["a:1", "b:1"], starting: ["c:1"])

  private func read(_ review: JSON) throws(AdmissionReviewError) -> AdmissionReview {
    try AdmissionReview(review.canonicalBytes)
  }

  private func review(_ changes: [String: JSON]) -> JSON {
    let whole = Self.scene.review(Self.new)
    let request = whole["request"]?.object?.merging(changes) { $1 }
    return .object(whole.object?.merging(["request": .object(request ?? [:])]) { $1 } ?? [:])
  }

  @Test func aNewPod() throws {
    let review = try read(Self.scene.review(Self.new, isDryRun: true))
    #expect(review.uid == "705ab4f5-6393-11e8-b7cc-42010a800002")
    #expect(review.images == ["c:1", "a:1", "b:1"] && review.before == [])
    #expect(review.namespace == "team-a" && review.operation == "CREATE" && review.isDryRun)
    #expect(review.name == "api-7d4b9c5f6-" && review.owner == "ReplicaSet/api-7d4b9c5f6")
    #expect(review.resource == "pods")
  }

  @Test func aChange() throws {
    let old = Self.scene.pod(["a:1"])
    let review = try read(Self.scene.review(Self.new, old: old, operation: "UPDATE"))
    #expect(review.before == ["a:1"] && review.images.count == 3 && !review.isDryRun)
  }

  /// As `kubectl debug` asks: the pod as a whole, on its subresource.
  @Test func anEphemeralContainer() throws {
    let pod = Self.scene.pod(["a:1"], debugging: ["busybox"])
    let review = try read(
      Self.scene.review(
        pod, old: Self.scene.pod(["a:1"]), operation: "UPDATE", subresource: "ephemeralcontainers"))
    #expect(review.images == ["a:1", "busybox"] && review.before == ["a:1"])
    #expect(review.resource == "pods/ephemeralcontainers")
  }

  @Test("an image that is mounted as a volume is an image of the pod")
  func volumes() throws {
    let pod = Self.scene.pod(["a:1"], mounted: ["tools:2", ""])
    let review = try read(Self.scene.review(pod))
    #expect(review.images == ["a:1", "tools:2", ""] && review.before == [])
    let change = try read(
      Self.scene.review(
        pod, old: Self.scene.pod(["a:1"], mounted: ["tools:1"]), operation: "UPDATE"))
    #expect(change.before == ["a:1", "tools:1"])
  }

  /// What was there before counts for a change alone.
  @Test func aNewPodHasNothingOld() throws {
    let review = try read(Self.scene.review(Self.new, old: Self.new))
    #expect(review.before == [])
  }

  @Test func aRemoval() throws {
    let review = try read(Self.scene.review(.null, old: Self.new, operation: "DELETE"))
    #expect(review.images == [] && review.name == "api-7d4b9c5f6-")
  }

  @Test(
    arguments: [
      (.null, ["", ""]), ([["name": "x"]], [""]), ([["image": 7]], [""]), ("a:1", []),
      ([["image": "ä b\"\\\u{0}"]], ["???b???"]), (["a:1"], [""]),
    ] as [(JSON, [String])])
  func strangeContainers(_ containers: JSON, _ expected: [String]) throws {
    let pod: JSON = ["metadata": [:], "spec": ["containers": containers]]
    let review = try read(review(["object": pod]))
    #expect(review.images == (containers.isNull ? [] : expected), "\(review.images)")
  }

  /// Whatever is cut off, or is no letter of an image's name, leaves no image that could be pulled.
  @Test func aLongImage() throws {
    let digest = "@sha256:" + String(repeating: "a", count: 64)
    let longest = String(repeating: "x", count: 400 - digest.utf8.count) + digest
    let images = try read(review(["object": Self.scene.pod([longest, "x\(longest)"])])).images
    #expect(images == [longest, "x\(longest)".prefix(400) + "?"])
  }

  /// Two names that begin alike are one when they are cut: the new one would count as old.
  @Test func aLongImageWasNeverThereBefore() throws {
    let name = String(repeating: "x", count: 255) + ":" + String(repeating: "t", count: 128)
    let (one, two) = (name + "@sha256:aaaaaaaa1", name + "@sha256:aaaaaaaa2")
    let review = try read(
      Self.scene.review(
        Self.scene.pod(["a:1", two]), old: Self.scene.pod(["a:1", one]), operation: "UPDATE"))
    #expect(review.images == ["a:1", "\(two.prefix(400))?"])
    #expect(review.before == ["a:1"])
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let body: [UInt8]
    var code = "review"
    var says = ""
  }

  private static func whole(_ changes: [String: JSON]) -> [UInt8] {
    let review = scene.review(new).object ?? [:]
    return JSON.object(review.merging(changes) { $1 }).canonicalBytes
  }

  private static func request(_ changes: [String: JSON]) -> [UInt8] {
    let request = scene.review(new)["request"]?.object ?? [:]
    return whole(["request": .object(request.merging(changes) { $1 })])
  }

  private static func resource(_ group: String, _ version: String, _ name: String) -> JSON {
    ["group": .string(group), "version": .string(version), "resource": .string(name)]
  }

  private static let mistakes = [
    Mistake(testDescription: "nothing", body: []),
    Mistake(testDescription: "no JSON", body: Array("{".utf8), says: "is not JSON"),
    Mistake(testDescription: "a list", body: Array("[]".utf8)),
    Mistake(
      testDescription: "v1beta1", body: whole(["apiVersion": "admission.k8s.io/v1beta1"]),
      code: "version", says: "admission.k8s.io/v1beta1 is not spoken here"),
    Mistake(testDescription: "another kind", body: whole(["kind": "TokenReview"])),
    Mistake(testDescription: "no request", body: whole(["request": nil])),
    Mistake(testDescription: "an answer", body: whole(["request": [], "response": ["uid": "u"]])),
    Mistake(testDescription: "no uid", body: request(["uid": nil])),
    Mistake(testDescription: "an empty uid", body: request(["uid": ""])),
    Mistake(
      testDescription: "a long uid",
      body: request(["uid": .string(String(repeating: "u", count: 129))])),
    Mistake(testDescription: "a uid of two lines", body: request(["uid": "a\nb"])),
    Mistake(testDescription: "no namespace", body: request(["namespace": nil])),
    Mistake(testDescription: "a strange namespace", body: request(["namespace": "Kube_system"])),
    Mistake(testDescription: "no operation", body: request(["operation": nil])),
    Mistake(testDescription: "exec", body: request(["operation": "CONNECT"])),
    Mistake(testDescription: "no object", body: request(["object": nil])),
    Mistake(
      testDescription: "a Deployment",
      body: request(["resource": resource("apps", "v1", "deployments")]),
      code: "resource", says: "apps/v1/deployments is not judged here"),
    Mistake(
      testDescription: "another version", body: request(["resource": resource("", "v2", "pods")]),
      code: "resource"),
    Mistake(
      testDescription: "pods/exec", body: request(["subResource": "exec"]), code: "resource",
      says: "v1/pods/exec"),
    Mistake(
      testDescription: "pods of others",
      body: request(["resource": resource("metrics.k8s.io", "v1", "pods")]), code: "resource"),
    Mistake(testDescription: "no resource", body: request(["resource": nil]), code: "resource"),
  ]

  @Test(arguments: mistakes)
  func whatIsNoReview(_ mistake: Mistake) throws {
    let error = try #require(throws: AdmissionReviewError.self) {
      try AdmissionReview(mistake.body)
    }
    #expect(
      error.code == mistake.code && (mistake.says.isEmpty || error.reason.contains(mistake.says)),
      "\(error)")
    #expect(!error.hint.isEmpty)
  }

  /// People are not named: an entry could not forget them.
  @Test(arguments: [
    ("system:serviceaccount:kube-system:replicaset-controller", true), ("system:node:n1", true),
    ("mia@acme.example", false), ("kubernetes-admin", false), ("", false),
  ])
  func whoAsks(_ name: String, _ isNamed: Bool) throws {
    let review = try read(review(["userInfo": ["username": .string(name)]]))
    #expect(review.user == (isNamed ? name : nil))
  }

  /// Neither what a container is told nor what it may read leaves the request.
  @Test func nothingElseIsKept() throws {
    let review = try read(Self.scene.review(Self.new))
    let kept = JSON.object(review.members(mode: "enforce")).canonicalString
    #expect(
      !kept.contains(AdmissionReviews.secret) && !"\(review)".contains(AdmissionReviews.secret))
    #expect(kept.contains("replicaset-controller"))
  }

  @Test func whatIsAskedFitsItsSchema() throws {
    let review = try read(Self.scene.review(Self.new))
    let members = AdmissionReviews.asked("a:1").merging(review.members(mode: "audit")) { $1 }
    let entry = try AdmissionReviews.entry(members, at: received)
    #expect(try EntrySchema.faults(of: entry) == [])
  }
}
