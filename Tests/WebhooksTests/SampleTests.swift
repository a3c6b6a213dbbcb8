import Foundation
import Ledger
import LedgerTesting
import Testing

@Suite("Deliveries of every event")
struct SampleTests {
  static let samples = Deliveries.samples()

  @Test("all events that are understood are among the samples")
  func coverage() { #expect(Set(SampleTests.samples.map(\.event)) == Set(Mapping.kinds.keys)) }

  @Test("become an entry of their kind, with the body as evidence", arguments: samples)
  func kind(_ sample: WebhookDelivery) throws {
    let submission = try submission(sample)
    #expect(submission.entry.kind == Mapping.kinds[sample.event])
    #expect(submission.entry.received == received)
    #expect(submission.evidence?.bytes == sample.body)
    #expect(submission.entry.evidence == submission.evidence?.reference)
    #expect(submission.entry.bytes.count <= Entry.maximumSize)
    #expect(try Entry(decoding: submission.entry.bytes) == submission.entry)
  }

  @Test("fit the schema of their kind", arguments: samples)
  func schema(_ sample: WebhookDelivery) throws {
    #expect(try EntrySchema.faults(of: try submission(sample).entry) == [])
  }

  @Test("say what the body says, field by field", arguments: samples)
  func fields(_ sample: WebhookDelivery) throws {
    let data = try submission(sample).entry.data
    let body = try JSONSerialization.jsonObject(with: Data(sample.body))
    for mapping in Mapping.all(sample.event) {
      let said = data[mapping.key]
      #expect(mapping.agrees(said, body), "\(mapping.key): \(String(describing: said))")
    }
  }

  @Test("change a table", arguments: samples)
  func projections(_ sample: WebhookDelivery) throws {
    let stored = Stored(index: 0, entry: try submission(sample).entry)
    let tables = Set(Projections.changes(of: stored).map(\.table.name))
    let isOfARepository = try sample.json["repository"] != nil
    #expect(tables.contains("deliveries"))
    #expect(tables.contains("repositories") == isOfARepository)
    let telling: [Kind] = [
      .pullRequest, .checkRun, .status, .workflowRun, .deployment, .deploymentStatus, .package,
      .release, .mergeGroup, .push, .pullRequestReview, .protectionRuleRequest,
      .branchProtectionRule, .branchProtection, .ruleset, .installation,
      .installationRepositories,
    ]
    // A push of a tag moves no branch.
    let isTag = stored.entry.data["ref"]?.string?.hasPrefix("refs/tags/") ?? false
    // An App's installation is of an account, and so of no repository.
    let own = tables.subtracting(["deliveries", "repositories"])
    #expect(!own.isEmpty == (telling.contains(stored.entry.kind) && !isTag))
  }

  @Test("the control: a mapping to another field disagrees")
  func control() throws {
    let sample = try #require(SampleTests.samples.first { $0.event == "check_run" })
    let body = try JSONSerialization.jsonObject(with: Data(sample.body))
    let data = try submission(sample).entry.data
    for wrong in ["name=check_run.status", "id=check_run.check_suite.id", "app=sender.login"] {
      let mapping = Mapping(wrong)
      #expect(!mapping.agrees(data[mapping.key], body))
    }
    #expect(!Mapping("started_at=repository.created_at@").agrees(data["started_at"], body))
    #expect(!Mapping("name=check_run.nothing").agrees(data["name"], body))
    #expect(!Mapping("name=check_run.name").agrees(.null, body))
  }

  @Test("a merge has its commit; a closed pull request has none")
  func merge() throws {
    let pulls = SampleTests.samples.filter { $0.event == "pull_request" }.prefix(5)
    let data = try pulls.map { try submission($0).entry.data }
    #expect(
      data.map { $0["merge_sha"] } == [
        .null, .null, .null, .string(Derived.commit("merge")), .null,
      ])
    #expect(data.map { $0["merged_at"] == .null } == [true, true, true, false, false])
  }

  @Test("the test merge of an open pull request is no merge")
  func testMerge() throws {
    let sample = try #require(SampleTests.samples.first { $0.event == "pull_request" })
    let json = try sample.json.replacing(
      ["pull_request", "merge_commit_sha"], with: .string(Derived.commit("merge")))
    let data = try submission("pull_request", json.canonicalBytes).entry.data
    #expect(data["merge_sha"] == .null && data["merged_at"] == .null)
  }

  @Test("an image has its digest and the commit of its label", arguments: [true, false])
  func image(isLabelled: Bool) throws {
    let sample = try #require(SampleTests.samples.first { $0.event == "package" })
    let version = ["package", "package_version"]
    var json = try sample.json
    if !isLabelled {
      json = json.replacing(version + ["container_metadata", "labels"], with: [:])
    }
    let data = try submission("package", json.canonicalBytes).entry.data
    #expect(data["digest"] == .string(Derived.digest("image")))
    #expect(data["revision"] == (isLabelled ? .string(Derived.commit("head")) : .null))
  }

  @Test("a tag is no digest")
  func tag() throws {
    let sample = try #require(SampleTests.samples.first { $0.event == "package" })
    let version = ["package", "package_version"]
    let digest = Derived.digest("image")
    for wrong in [
      "latest", "sha256:", digest.uppercased(), String(digest.dropLast()), digest + "0",
      "sha512:" + digest.dropFirst(7), " \(digest)",
    ] {
      var json = try sample.json
      for path in [["version"], ["name"], ["container_metadata", "tag", "digest"]] {
        json = json.replacing(version + path, with: .string(wrong))
      }
      #expect(try submission("package", json.canonicalBytes).entry.data["digest"] == .null)
    }
  }

  @Test("a deployment's digest is read from its payload, also when that is a string")
  func deployed() throws {
    let sample = try #require(SampleTests.samples.first { $0.event == "deployment" })
    let digest = Derived.digest("image")
    for (payload, expected): (JSON, JSON) in [
      (["digest": .string(digest)], .string(digest)),
      (["image_digest": .string(digest)], .string(digest)), (["digest": "latest"], .null),
      ([:], .null), ("{}", .null), (.null, .null), ([1], .null),
    ] {
      let json = try sample.json.replacing(["deployment", "payload"], with: payload)
      #expect(try submission("deployment", json.canonicalBytes).entry.data["digest"] == expected)
    }
  }
}

extension WebhookDelivery: CustomTestStringConvertible {
  public var testDescription: String { "\(event) \(id.prefix(8))" }
}
