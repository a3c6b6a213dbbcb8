import Ledger
import LedgerTesting
import Testing

@testable import Webhooks

@Suite("CloudEvents around a CDEvent")
struct CloudEventTests {
  private typealias Samples = CDEventSamples

  private static let binary: [String: [String]] = [
    "content-type": ["application/json; charset=utf-8"], "ce-specversion": ["1.0"],
    "ce-id": ["271069a8"], "ce-source": ["/ci/acme"], "ce-subject": ["api"],
    "ce-type": ["dev.cdevents.service.deployed.0.3.0"], "ce-time": ["2026-11-20T09:03:00.500Z"],
  ]

  private static let structured: JSON = [
    "specversion": "1.0", "id": "271069a8", "source": "/ci/acme", "subject": "api",
    "type": "dev.cdevents.service.deployed.0.3.0", "time": "2026-11-20T09:03:00.500Z",
    "datacontenttype": "application/json", "extension": "x", "data": CDEventSamples.deployed,
  ]
  private static let structuredType = ["content-type": ["application/CloudEvents+json"]]

  @Test("alone, in binary and in structured mode it is the same entry")
  func modes() throws {
    let alone = try Samples.submission(Samples.deployed)
    let binary = try Samples.submission(Samples.deployed, headers: Self.binary)
    let structured = try Samples.submission(Self.structured, headers: Self.structuredType)
    for other in [binary, structured] {
      #expect(other.entry.data == alone.entry.data)
      #expect(other.entry.source == alone.entry.source)
    }
    #expect(structured.evidence?.bytes == Self.structured.canonicalBytes)
  }

  static let headers: [(String, [String]?, String)] = [
    ("ce-id", nil, "ce-id is missing"), ("ce-source", nil, "ce-source is missing"),
    ("ce-type", nil, "ce-type is missing"), ("ce-specversion", nil, "ce-specversion is missing"),
    ("ce-specversion", ["0.3"], "ce-specversion must be 1.0"),
    ("ce-id", ["a", "a"], "ce-id is there 2 times"),
    ("ce-id", ["other"], "ce-id is not context.id"),
    ("ce-source", ["/ci/acme/"], "ce-source is not context.source"),
    ("ce-type", ["dev.cdevents.service.removed.0.3.0"], "ce-type is not context.type"),
    ("ce-subject", ["web"], "ce-subject is not subject.id"),
    ("ce-time", ["2026-11-20T09:03:01Z"], "ce-time is not context.timestamp"),
    ("ce-time", ["now"], "ce-time is not context.timestamp"),
  ]

  @Test("headers have to say what the body says", arguments: headers)
  func disagreeing(_ name: String, _ values: [String]?, _ fault: String) throws {
    var headers = Self.binary
    headers[name] = values
    #expect(
      try faults { _ = try Samples.submission(Samples.deployed, headers: headers) } == [fault])
  }

  @Test("time and subject may be left out", arguments: ["ce-time", "ce-subject"])
  func optional(_ name: String) throws {
    var headers = Self.binary
    headers[name] = nil
    #expect(
      try faults { _ = try Samples.submission(Samples.deployed, headers: headers) } == nil)
  }

  @Test(
    "a header may be percent-encoded, or not",
    arguments: [
      ("pkg:oci/api@sha256%3Aab", true), ("pkg%3Aoci/api%40sha256%253Aab", true),
      ("pkg:oci/api@sha256:ab", false), ("pkg:oci/api@sha256%3aab", false),
    ])
  func encoded(_ header: String, _ agrees: Bool) throws {
    let event = Samples.deployed.replacing(["subject", "id"], with: "pkg:oci/api@sha256%3Aab")
    var headers = Self.binary
    headers["ce-subject"] = [header]
    let refused = try faults { _ = try Samples.submission(event, headers: headers) }
    #expect((refused == nil) == agrees)
  }

  static let envelopes: [(String, JSON?, String)] = [
    ("specversion", "0.3", "specversion must be one of 1.0"), ("id", nil, "id is missing"),
    ("source", nil, "source is missing"), ("type", nil, "type is missing"),
    ("data", nil, "data is missing"), ("data", "e30=", "data must be an object"),
    ("id", "other", "id is not data.context.id"),
    ("source", "/other", "source is not data.context.source"),
    ("type", "x", "type is not data.context.type"),
    ("subject", "web", "subject is not data.subject.id"),
    ("time", "2026-11-20T09:03:01Z", "time is not data.context.timestamp"),
  ]

  @Test("the envelope has to say what the event says", arguments: envelopes)
  func envelope(_ name: String, _ value: JSON?, _ fault: String) throws {
    let body = Self.structured.replacing([name], with: value)
    #expect(
      try faults { _ = try Samples.submission(body, headers: Self.structuredType) } == [fault])
  }

  @Test("faults of the event are named by their place in the body")
  func inside() throws {
    let body = Self.structured.replacing(["data", "subject", "content", "artifactId"], with: nil)
    #expect(
      try faults { _ = try Samples.submission(body, headers: Self.structuredType) }
        == ["data.subject.content.artifactId is missing"])
  }

  @Test(
    "any other content type is refused",
    arguments: [
      [], ["text/plain"], ["application/cloudevents-batch+json"],
      ["application/json", "text/json"],
      ["application/jsonx"],
    ])
  func contentType(_ values: [String]) {
    #expect {
      try Samples.submission(Samples.deployed, headers: ["content-type": values])
    } throws: { error in
      if case PlatformRefusal.contentType = error { true } else { false }
    }
  }

  @Test("what is no JSON is no body", arguments: ["", "{", "\u{FEFF}{}"])
  func noBody(_ text: String) {
    for type in ["application/json", "application/cloudevents+json"] {
      #expect {
        try Samples.submission(Array(text.utf8), headers: ["content-type": [type]])
      } throws: { error in
        if case PlatformRefusal.body = error { true } else { false }
      }
    }
  }
}
