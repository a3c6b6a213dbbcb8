import Ledger
import LedgerTesting

@testable import Webhooks

/// One event of each kind of content, made by hand.
enum CDEventSamples {
  static let digest = Derived.digest("image")
  static let purl =
    "pkg:oci/api@sha256%3A\(digest.dropFirst(7))?repository_url=ghcr.io/acme/api&tag=1.2"

  static func event(
    _ type: String, _ content: JSON, subject: String = "api", spec: String = "0.5.1"
  ) -> JSON {
    [
      "context": [
        "specversion": .string(spec), "id": "271069a8", "source": "/ci/acme", "chainId": "c-1",
        "type": .string(type), "timestamp": "2026-11-20T10:03:00.5+01:00",
        "schemaUri": "https://acme.example/schema",
        "links": [
          ["linkType": "END", "from": ["contextId": "a", "more": 1], "tags": ["x": 1]],
          ["linkType": "PATH", "from": ["contextId": "a"]],
          ["linkType": "RELATION", "linkKind": "TRIGGER", "target": ["contextId": "a"]],
        ],
      ],
      "subject": ["id": .string(subject), "source": "/clusters/a", "content": content],
      "customData": ["commit": .string(Derived.commit("head")), "ratio": .number("0.5")],
      "customDataContentType": "application/json",
    ]
  }

  static let deployed = event(
    "dev.cdevents.service.deployed.0.3.0",
    ["environment": ["id": "production", "source": "/clouds/a"], "artifactId": .string(purl)])

  static let finished = event(
    "dev.cdevents.pipelinerun.finished.0.3.0",
    ["pipelineName": "ci", "uri": "https://ci.example/7", "outcome": "failure", "errors": "e"],
    subject: "run-7")

  /// As the tools of 0.4 send it: the version of the specification is called `version`, and the
  /// subject has a type.
  static let old =
    deployed
    .replacing(["context", "specversion"], with: nil)
    .replacing(["context", "version"], with: "0.4.1")
    .replacing(["context", "type"], with: "dev.cdevents.service.deployed.0.2.0")
    .replacing(["subject", "type"], with: "service")

  static let custom = event(
    "dev.cdeventsx.mytool-resource.created.0.1.0", ["nested": ["list": [1, "a"]]])

  static func submission(
    _ event: JSON, headers: [String: [String]] = ["content-type": ["application/json"]]
  ) throws -> Submission {
    try submission(event.canonicalBytes, headers: headers)
  }

  static func submission(
    _ body: [UInt8], headers: [String: [String]] = ["content-type": ["application/json"]]
  ) throws -> Submission {
    let message = try CloudEvent(body: body) { headers[$0] ?? [] }
    return try CDEvents.submission(
      for: message, received: received, source: { .token("ci", key: $0) })
  }

  static func faults(of event: JSON) throws -> [String]? {
    try WebhooksTests.faults { _ = try submission(event) }
  }
}
