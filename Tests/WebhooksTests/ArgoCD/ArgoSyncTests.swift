import Ledger
import LedgerTesting
import Testing

@testable import Webhooks

@Suite("Notifications of Argo CD")
struct ArgoSyncTests {
  private static let digest = Derived.digest("image")
  private static let sync: JSON = [
    "application": "api", "application_namespace": "argocd", "project": "shop",
    "namespace": "api", "cluster": "https://kubernetes.default.svc",
    "revision": .string(Derived.commit("config")), "phase": "Succeeded", "health": "Healthy",
    "images": [.string("ghcr.io/acme/api@\(digest)"), "envoyproxy/envoy:v1.30"],
    "message": "successfully synced", "started_at": "2026-11-20T10:00:00Z",
    "finished_at": "2026-11-20T10:00:09Z",
  ]

  private func submission(_ json: JSON) throws -> Submission {
    try ArgoSync.submission(
      body: json.canonicalBytes, received: received, source: { .token("argo", key: $0) })
  }

  @Test("become an entry that says the same")
  func facts() throws {
    let submission = try submission(Self.sync)
    let entry = submission.entry
    #expect(entry.kind == .argoSync && entry.received == received)
    #expect(entry.at == Instant("2026-11-20T10:00:09Z"))
    #expect(submission.evidence?.bytes == Self.sync.canonicalBytes)
    #expect(
      entry.source.key == "argocd/argocd/api/\(Derived.commit("config"))/Succeeded/"
        + "2026-11-20T10:00:09Z")
    var expected = Self.sync.object ?? [:]
    expected["application_namespace"] = nil
    expected["images"] = [
      ["image": .string("ghcr.io/acme/api@\(Self.digest)"), "digest": .string(Self.digest)],
      ["image": "envoyproxy/envoy:v1.30", "digest": nil],
    ]
    #expect(entry.data == .object(expected))
    #expect(try EntrySchema.faults(of: entry) == [])
  }

  @Test("a synchronisation that runs has no end: it is known by its beginning")
  func running() throws {
    let body = Self.sync.replacing(["phase"], with: "Running")
      .replacing(["finished_at"], with: .null).replacing(["revision"], with: .null)
    let entry = try submission(body).entry
    #expect(entry.at == Instant("2026-11-20T10:00:00Z"))
    #expect(entry.source.key == "argocd/argocd/api/-/Running/2026-11-20T10:00:00Z")
    #expect(entry.data["finished_at"] == .null && entry.data["revision"] == .null)
  }

  @Test(
    "what is optional may be null or missing",
    arguments: [
      "project", "namespace", "cluster", "revision", "health", "images", "message",
    ])
  func optional(_ name: String) throws {
    for value: JSON? in [nil, .null] {
      let entry = try submission(Self.sync.replacing([name], with: value)).entry
      #expect(entry.data[name] == (name == "images" ? [] : .null))
      #expect(try EntrySchema.faults(of: entry) == [])
    }
  }

  static let wrong: [(String, JSON?, String)] = [
    ("application", nil, "application is missing"),
    ("application", "a/b", "application must be 1 to 253 letters, digits and -_.:"),
    ("application_namespace", nil, "application_namespace is missing"),
    ("phase", nil, "phase is missing"),
    ("phase", "succeeded", "phase must be one of Running, Terminating, Succeeded, Failed, Error"),
    ("started_at", nil, "started_at is missing"),
    ("started_at", "now", "started_at must be a time such as 2026-11-20T23:41:07Z"),
    ("finished_at", nil, "finished_at is missing, but the phase is Succeeded"),
    ("finished_at", .null, "finished_at is missing, but the phase is Succeeded"),
    ("finished_at", 7, "finished_at must be a time such as 2026-11-20T23:41:07Z"),
    ("project", "", "project must be a text that is not empty"),
    ("health", 7, "health must be a text that is not empty"),
    ("images", "x", "images must be a list"), ("message", [:], "message must be a text"),
    ("images", ["a", 7], "images[1] must be a text that is not empty"),
    ("secret", "x", "secret is unknown"),
  ]

  @Test("a wrong field is named", arguments: wrong)
  func refused(_ name: String, _ value: JSON?, _ fault: String) throws {
    #expect(
      try faults { _ = try submission(Self.sync.replacing([name], with: value)) } == [fault])
  }

  @Test(
    "what has ended has an end",
    arguments: [
      ("Succeeded", false), ("Failed", false), ("Error", false), ("Running", true),
      ("Terminating", true),
    ])
  func end(_ phase: String, _ mayBeWithout: Bool) throws {
    let body = Self.sync.replacing(["phase"], with: .string(phase))
    #expect(try faults { _ = try submission(body) } == nil)
    let without = body.replacing(["finished_at"], with: nil)
    #expect((try faults { _ = try submission(without) } == nil) == mayBeWithout)
  }

  @Test("all wrong fields are named at once")
  func allFaults() throws {
    #expect(
      try faults { _ = try submission(["phase": "Failed", "x": 1, "images": 1]) } == [
        "application is missing", "application_namespace is missing", "images must be a list",
        "started_at is missing", "x is unknown",
        "finished_at is missing, but the phase is Failed",
      ])
  }

  @Test("anything else is no body", arguments: ["", "[]", "{", "null"])
  func noBody(_ text: String) {
    #expect {
      try ArgoSync.submission(
        body: Array(text.utf8), received: received, source: { .token("a", key: $0) })
    } throws: { error in
      if case PlatformRefusal.body = error { true } else { false }
    }
  }

  @Test("a long message is cut, not refused; the evidence has all of it")
  func message() throws {
    let long = String(repeating: "é", count: 100_000)
    let submission = try submission(Self.sync.replacing(["message"], with: .string(long)))
    #expect(submission.entry.data["message"]?.string == String(long.prefix(1_000)))
    #expect(submission.evidence?.bytes.count ?? 0 > 200_000)
  }

  @Test(
    "digests of images",
    arguments: [
      ("ghcr.io/acme/api@\(digest)", digest), ("ghcr.io/acme/api:1@\(digest)", digest),
      ("localhost:5000/api:1", nil), ("api", nil), ("api@latest", nil), ("@", nil),
      ("api@v1@\(digest)", digest), ("api@\(digest)@", nil), (digest, nil),
    ] as [(String, String?)])
  func image(_ text: String, _ digest: String?) { #expect(ImageName(text).digest == digest) }
}
