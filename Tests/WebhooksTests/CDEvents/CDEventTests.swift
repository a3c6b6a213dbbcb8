import Ledger
import LedgerTesting
import Testing

@testable import Webhooks

@Suite("CDEvents")
struct CDEventTests {
  private typealias Samples = CDEventSamples

  @Test("a deployment says what runs where")
  func deployed() throws {
    let submission = try Samples.submission(Samples.deployed)
    let entry = submission.entry
    #expect(entry.kind == .cdEvent && entry.received == received)
    #expect(entry.at == Instant("2026-11-20T09:03:00.5Z"))
    #expect(entry.source == .token("ci", key: "cloudevents//ci/acme/271069a8"))
    #expect(submission.evidence?.bytes == Samples.deployed.canonicalBytes)
    #expect(
      entry.data == [
        "id": "271069a8", "event_source": "/ci/acme", "type": "service.deployed",
        "version": "0.3.0", "spec": "0.5.1", "subject": "api", "subject_source": "/clusters/a",
        "environment": "production", "artifact": .string(Samples.purl),
        "image": "ghcr.io/acme/api", "digest": .string(Samples.digest),
        "commit": .string(Derived.commit("head")), "outcome": nil, "chain": "c-1",
        "occurred_at": "2026-11-20T09:03:00.500000Z",
      ])
  }

  /// The second of two with one key would be refused as a contradiction, and lost.
  @Test("source and id are one key in one way only")
  func identity() throws {
    let names = [
      ("/ci", "acme/1"), ("/ci/acme", "1"), ("/ci", "acme%2F1"), ("/ci", "acme%252F1"),
      ("/ci", "acme/\u{301}1"), ("/ci/acme", "\u{301}1"),
    ]
    let keys = try names.map { source, id in
      let event = Samples.deployed.replacing(["context", "source"], with: .string(source))
        .replacing(["context", "id"], with: .string(id))
      return try #require(try Samples.submission(event).entry.source.key)
    }
    #expect(Set(keys.map { Array($0.utf8) }).count == names.count)
    #expect(keys.prefix(2) == ["cloudevents//ci/acme%2F1", "cloudevents//ci/acme/1"])
  }

  @Test(
    "every form fits the schema of the entry",
    arguments: [
      CDEventSamples.deployed, CDEventSamples.finished, CDEventSamples.old, CDEventSamples.custom,
    ])
  func schema(_ event: JSON) throws {
    #expect(try EntrySchema.faults(of: Samples.submission(event).entry) == [])
  }

  @Test("0.4 and types of other tools are read, too")
  func others() throws {
    let old = try Samples.submission(Samples.old).entry.data
    #expect(old["spec"] == "0.4.1" && old["version"] == "0.2.0")
    #expect(old["type"] == "service.deployed" && old["digest"] == .string(Samples.digest))
    let custom = try Samples.submission(Samples.custom).entry.data
    #expect(custom["type"] == "mytool-resource.created" && custom["version"] == "0.1.0")
    #expect(try Samples.submission(Samples.finished).entry.data["outcome"] == "failure")
  }

  @Test(
    "of an event about an artifact that is the subject",
    arguments: [
      ("artifact.published.0.3.0", CDEventSamples.purl, true),
      ("artifact.deleted.0.2.0", CDEventSamples.purl, true),
      ("artifact.published.0.3.0", "api", false),
      ("build.started.0.3.0", CDEventSamples.purl, false),
    ])
  func artifact(_ type: String, _ subject: String, _ isArtifact: Bool) throws {
    let event = Samples.event("dev.cdevents." + type, [:], subject: subject)
    let data = try Samples.submission(event).entry.data
    #expect(data["artifact"] == (isArtifact ? .string(subject) : .null))
    #expect(data["digest"] == (isArtifact ? .string(Samples.digest) : .null))
  }

  @Test(
    "a commit is taken from where tools put it, and is 40 digits",
    arguments: [
      (["customData", "sha"], Derived.commit("x"), true),
      (["customData", "revision"], Derived.commit("x"), true),
      (["subject", "content", "change", "id"], Derived.commit("x"), true),
      (["customData", "commit"], "main", false), (["customData", "commit"], "9f3c2ab", false),
      (["customData", "other"], Derived.commit("x"), false),
    ])
  func commit(_ path: [String], _ value: String, _ isTaken: Bool) throws {
    let event = Samples.event("dev.cdevents.artifact.packaged.0.3.0", ["change": ["id": "c"]])
      .replacing(["customData"], with: [:]).replacing(path, with: .string(value))
    let data = try Samples.submission(event).entry.data
    #expect(data["commit"] == (isTaken ? .string(value) : .null))
  }

  static let wrong: [([String], JSON?, String)] = [
    (["context"], nil, "context is missing"), (["subject"], nil, "subject is missing"),
    (["context", "id"], nil, "context.id is missing"),
    (["context", "id"], "", "context.id must be a text that is not empty"),
    (["context", "source"], nil, "context.source is missing"),
    (["context", "source"], "a b", "context.source must be a URI reference"),
    (["context", "type"], nil, "context.type is missing"),
    (["context", "timestamp"], nil, "context.timestamp is missing"),
    (
      ["context", "timestamp"], "2026-11-20T10:03:00",
      "context.timestamp must be a time such as 2026-11-20T23:41:07Z"
    ),
    (["context", "specversion"], nil, "context.specversion is missing"),
    (
      ["context", "specversion"], "0.6.0",
      "context.specversion must be 0.5.x, or in its old form 0.4.x"
    ),
    (
      ["context", "specversion"], "0.4.1",
      "context.specversion must be 0.5.x, or in its old form 0.4.x"
    ),
    (["context", "chainId"], 7, "context.chainId must be a text that is not empty"),
    (["context", "schemaUri"], "/relative", "context.schemaUri must be a URI"),
    (["context", "more"], "x", "context.more is unknown"),
    (["context", "links"], [:], "context.links must be a list"),
    (
      ["context", "links"], [["linkType": "PATH"]],
      "context.links[0] has none of the forms that it may have"
    ),
    (
      ["context", "links"], [["linkType": "END", "linkKind": "x"]],
      "context.links[0] has none of the forms that it may have"
    ),
    (["subject", "id"], nil, "subject.id is missing"),
    (["subject", "type"], "service", "subject.type is unknown"),
    (["subject", "content"], nil, "subject.content is missing"),
    (["subject", "content", "artifactId"], nil, "subject.content.artifactId is missing"),
    (["subject", "content", "environment"], nil, "subject.content.environment is missing"),
    (
      ["subject", "content", "environment"], "production",
      "subject.content.environment must be an object"
    ),
    (
      ["subject", "content", "environment"], ["id": "a", "url": "b"],
      "subject.content.environment.url is unknown"
    ),
    (["subject", "content", "outcome"], "success", "subject.content.outcome is unknown"),
    (["customData"], 7, "customData has none of the forms that it may have"),
    (["extra"], 7, "extra is unknown"),
  ]

  @Test("what the schema refuses is refused, and named", arguments: wrong)
  func refused(_ path: [String], _ value: JSON?, _ fault: String) throws {
    #expect(try Samples.faults(of: Samples.deployed.replacing(path, with: value)) == [fault])
  }

  @Test(
    "types that the vocabulary does not have",
    arguments: [
      ("dev.cdevents.service.exploded.0.3.0", "context.type: CDEvents has no service.exploded"),
      (
        "dev.cdevents.service.deployed.0.2.0",
        "context.type: service.deployed has the version 0.3.0"
      ),
      ("service.deployed", "context.type must be dev.cdevents.SUBJECT.PREDICATE.x.y.z"),
      (
        "dev.cdeventsx.resource.created.0.1.0",
        "context.type must be dev.cdevents.SUBJECT.PREDICATE.x.y.z"
      ),
      (
        "dev.cdevents.service.deployed.0.3.0-draft",
        "context.type must be dev.cdevents.SUBJECT.PREDICATE.x.y.z"
      ),
    ])
  func types(_ type: String, _ fault: String) throws {
    let event = Samples.deployed.replacing(["context", "type"], with: .string(type))
    #expect(try Samples.faults(of: event) == [fault])
  }

  @Test(
    "of 0.4 the frame is checked, and what is read",
    arguments: [
      (["subject", "content", "environment"], ["source": "a"] as JSON?, true),
      (["subject", "content", "artifactId"], 7, true), (["subject", "content"], nil, true),
      (["context", "timestamp"], nil, true), (["context", "version"], "0.3.0", true),
      (["context", "type"], "dev.cdevents.service.exploded.0.2.0", true),
      (["subject", "content", "environment", "uri"], "x", false),
      (["subject", "content", "more"], 7, false),
    ])
  func oldForm(_ path: [String], _ value: JSON?, _ isRefused: Bool) throws {
    let refused = try Samples.faults(of: Samples.old.replacing(path, with: value))
    #expect((refused != nil) == isRefused, "\(refused ?? [])")
  }

  @Test(
    "an event that no entry can hold is refused",
    arguments: [
      String(repeating: "x", count: 70_000), "a\u{0}b",
    ])
  func unholdable(_ subject: String) throws {
    let event = Samples.deployed.replacing(["subject", "id"], with: .string(subject))
    #expect(try Samples.faults(of: event)?.count == 1)
  }
}

@Suite("Package URLs")
struct PackageURLTests {
  private static let digest = Derived.digest("image")
  private static let encoded = "sha256%3A" + digest.dropFirst(7)

  @Test(
    "name images",
    arguments: [
      ("pkg:oci/api@\(encoded)?repository_url=ghcr.io/acme/api", "ghcr.io/acme/api", digest),
      (
        "pkg:oci/api@\(encoded)?tag=1&repository_url=ghcr.io%2Facme%2Fapi", "ghcr.io/acme/api",
        digest
      ),
      ("pkg:oci/api@\(digest)", "api", digest), ("pkg:OCI/api@\(encoded)#sub/path", "api", digest),
      ("pkg:docker/acme/api@\(encoded)?repository_url=gcr.io", "gcr.io/acme/api", digest),
      ("pkg:docker/cassandra@latest", "cassandra", nil), ("pkg:oci/api", "api", nil),
      ("pkg:oci/api@\(encoded.dropLast())", "api", nil),
      ("pkg:golang/example.com/app@\(encoded)", nil, nil), ("api@\(digest)", nil, nil),
      ("pkg:oci", nil, nil), ("pkg:oci/", nil, nil), ("pkg:oci/%zz@\(encoded)", nil, nil),
    ] as [(String, String?, String?)])
  func read(_ text: String, _ image: String?, _ digest: String?) {
    let package = PackageURL(text)
    #expect(package?.image == image)
    #expect(package?.digest == digest)
  }

  @Test(
    "are read back as they were written",
    arguments: [
      ("ghcr.io/acme/api", "1.2", "ghcr.io/acme/api"),
      ("localhost:5000/Api", nil, "localhost:5000/Api"),
      ("ghcr.io/a&b/c=d", "x?y", "ghcr.io/a&b/c=d"), ("acme/api", nil, "api"), ("api", nil, "api"),
    ] as [(String, String?, String)])
  func written(_ image: String, _ tag: String?, _ expected: String) {
    let text = PackageURL.image(image, digest: Self.digest, tag: tag)
    let package = PackageURL(text)
    #expect(package?.digest == Self.digest, "\(text)")
    #expect(package?.image == expected, "\(text)")
    #expect(package?.qualifiers["tag"] == tag)
    #expect(URISyntax.isAbsolute(text))
  }
}
