import Ledger
import Testing

@testable import Webhooks

@Suite("Output of the aws command")
struct AWSOutputTests {
  private func registered(_ time: String) -> [UInt8] {
    Array(
      """
      {"taskDefinition": {"family": "api", "revision": 57, "registeredAt": \(time),
        "taskDefinitionArn": "arn:aws:ecs:eu-west-1:1:task-definition/api:57",
        "containerDefinitions": [
          {"name": "app", "image": "r.example.com/api@\(RecordSamples.digest)",
           "environment": [{"name": "PASSWORD", "value": "not-for-the-log"}]},
          {"name": "proxy", "image": "proxy:1.2"}]}, "tags": []}
      """.utf8)
  }

  @Test(
    "a task definition becomes a report, without what its containers are told",
    arguments: ["1795000000.25", #""2026-11-18T12:06:40.250000+01:00""#])
  func taskDefinition(_ time: String) throws {
    let body = try AWSOutput.taskDefinition(registered(time))
    let at = Instant(microseconds: 1_795_000_000_250_000)
    #expect(
      body == [
        "family": "api", "revision": 57, "arn": "arn:aws:ecs:eu-west-1:1:task-definition/api:57",
        "registered_at": .string(at.description),
        "containers": [
          [
            "name": "app", "image": .string("r.example.com/api@\(RecordSamples.digest)"),
            "digest": .string(RecordSamples.digest),
          ],
          ["name": "proxy", "image": "proxy:1.2", "digest": nil],
        ],
      ])
    #expect(RecordSamples.problems(.taskDefinitionRecorded, body) == [])
  }

  @Test("one image becomes a report; of several the digest chooses")
  func image() throws {
    let one = #"{"imageDigest": "D", "imageTags": ["1"], "imageSizeInBytes": 9}"#
    let two = #"{"imageDigest": "E", "imageTags": ["2", "latest"], "imagePushedAt": 1795000000.5}"#
    func list(_ images: String...) -> [UInt8] {
      Array(#"{"imageDetails": [\#(images.joined(separator: ","))]}"#.utf8)
    }
    let body = try AWSOutput.image(list(one), digest: nil)
    #expect(body == ["digest": "D", "size": 9, "tag": "1", "pushed_at": nil])
    let chosen = try AWSOutput.image(list(one, two), digest: "E")
    #expect(chosen["digest"] == "E" && chosen["tag"] == JSON.null)
    #expect(chosen["pushed_at"]?.string?.hasSuffix(".500000Z") == true)
    for (bytes, digest) in [(list(one, two), nil), (list(), nil), (list(one), "E")]
      as [([UInt8], String?)]
    {
      #expect(throws: AWSOutputError.self) { try AWSOutput.image(bytes, digest: digest) }
    }
  }

  @Test(
    "anything else is refused", arguments: ["", "{}", "[]", #"{"taskDefinition": {}}"#, "null"])
  func others(_ text: String) {
    #expect(throws: AWSOutputError.self) { try AWSOutput.taskDefinition(Array(text.utf8)) }
    #expect(throws: AWSOutputError.self) { try AWSOutput.image(Array(text.utf8), digest: nil) }
  }
}
