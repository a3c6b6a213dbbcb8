import Foundation
import Ledger
import Testing

@testable import Webhooks

@Suite("Reports")
struct RecordTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../schema/entries")

  @Test("received is later than every sample")
  func clock() throws {
    #expect(received > (try #require(Instant(RecordSamples.at))))
  }

  @Test(
    "every kind has a form, and its data exactly the members of its schema",
    arguments: Record.kinds)
  func members(_ kind: Kind) throws {
    let entry = try RecordSamples.submission(kind, RecordSamples.body(kind)).entry
    #expect(entry.kind == kind)
    #expect(try Entry(decoding: entry.bytes) == entry)
    let schema = try JSON.parse(try Data(contentsOf: Self.folder.appending(path: "\(kind).json")))
    let data = try #require(schema.at("properties", "data"))
    let described = try #require(data["properties"]?.object)
    let said = try #require(entry.data.object)
    #expect(Set(said.keys) == Set(described.keys))
    let required = Set(data["required"]?.array?.compactMap(\.string) ?? [])
    #expect(Set(said.keys).subtracting(required) == Self.younger[kind] ?? [])
    #expect(required.isSubset(of: said.keys))
    for (name, value) in said { #expect(fits(value, described[name]), "\(name): \(value)") }
  }

  /// Members that entries of an earlier version do not have.
  private static let younger: [Kind: Set<String>] = [
    .attestationRecorded: [
      "reason", "verified_by", "source_repository", "source_repository_id",
    ]
  ]

  @Test("what is not given is null or empty, and fits the schema", arguments: Record.kinds)
  func nothing(_ kind: Kind) throws {
    let form = try #require(Record.forms.first { $0.kind == kind })
    let needed = Set(form.fields.filter(\.isRequired).map(\.name))
    var body = RecordSamples.body(kind).filter { needed.contains($0.key) }
    if kind == .deploymentRecorded { body["phase"] = "finish" }
    let entry = try RecordSamples.submission(kind, body).entry
    #expect(entry.at == entry.received)
    let schema = try JSON.parse(try Data(contentsOf: Self.folder.appending(path: "\(kind).json")))
    let described = try #require(schema.at("properties", "data", "properties")?.object)
    for (name, value) in try #require(entry.data.object) {
      #expect(fits(value, described[name]), "\(name): \(value)")
      if !needed.contains(name), name != "outcome", name != "verification" {
        #expect(value == .null || value == .array([]), "\(name)")
      }
    }
    for name in needed {
      #expect(
        RecordSamples.problems(kind, name, nil).contains("\(name) is required"), "\(name)")
      #expect(
        RecordSamples.problems(kind, name, .null).contains("\(name) is required"), "\(name)")
    }
  }

  /// Types, words and patterns of JSON Schema, as far as the schemas of reports use them.
  private func fits(_ value: JSON, _ schema: JSON?) -> Bool {
    guard let schema else { return false }
    if let words = schema["enum"]?.array { return words.contains(value) }
    let types = schema["type"]?.array ?? [schema["type"] ?? .null]
    switch value {
    case .null: return types.contains("null")
    case .int(let number):
      return types.contains("integer") && number >= schema["minimum"]?.int ?? .min
    case .string(let text):
      let pattern = schema["pattern"]?.string ?? ""
      return types.contains("string") && text.range(of: pattern, options: .regularExpression) != nil
        || pattern.isEmpty && types.contains("string")
    case .array(let elements):
      return types.contains("array") && elements.allSatisfy { fits($0, schema["items"]) }
    case .object(let members):
      let described = schema["properties"]?.object ?? [:]
      return Set(members.keys) == Set(described.keys)
        && members.allSatisfy { fits($0.value, described[$0.key]) }
    default: return false
    }
  }

  @Test("the record's own time is when it happened", arguments: Record.kinds)
  func ownTime(_ kind: Kind) throws {
    let entry = try RecordSamples.submission(kind, RecordSamples.body(kind)).entry
    #expect(entry.at == Instant(RecordSamples.at))
    #expect(entry.received == received)
  }

  @Test("a build that still runs happened when it began")
  func running() throws {
    var body = RecordSamples.body(.buildRecorded)
    body["finished_at"] = nil
    body["outcome"] = nil
    let entry = try RecordSamples.submission(.buildRecorded, body).entry
    #expect(entry.at == Instant("2026-11-18T08:50:00Z"))
    #expect(entry.data["outcome"] == JSON.null)
  }

  @Test("everything that is wrong is named at once")
  func everything() {
    let problems = RecordSamples.problems(
      .taskDefinitionRecorded,
      [
        "familly": "api", "revision": 0, "commit": "9f3c2ab",
        "containers": [
          ["name": "app", "digest": "1.4.0", "port": 80], "nginx", ["name": "empty"],
        ], "url": "ftp://example.com", "run_id": .number("1.5"),
      ])
    #expect(
      problems == [
        "run_id must be a whole number from 1 to 9007199254740992",
        "url must be an address such as https://example.com/runs/1",
        "family is required", "revision must be a whole number from 1 to 9007199254740992",
        "commit is 7 characters, not 40",
        "containers[0].digest is a tag, not a digest: 1.4.0; a digest is sha256: and 64 "
          + "lower-case hexadecimal digits",
        "containers[0].port is unknown; known are: digest, image, name",
        "containers[1] must be an object", "familly is unknown; did you mean family?",
        "containers[0] needs image or digest", "containers[1] needs image or digest",
      ])
  }

  @Test("many problems are cut short, and counted")
  func many() {
    var body = RecordSamples.body(.noteRecorded)
    for number in 0..<5_000 { body["x\(number)"] = 1 }
    let problems = RecordSamples.problems(.noteRecorded, body)
    #expect(problems.count == Record.maximumProblems + 1)
    #expect(problems.last == "body has 4900 more problems")
  }

  @Test("a name goes to the directory of people and never into the entry")
  func people() throws {
    var body = RecordSamples.body(.noteRecorded)
    body["actor_login"] = "mia"
    let submission = try RecordSamples.submission(.noteRecorded, body)
    #expect(submission.people == [Person(id: 7_001, login: "mia")])
    #expect(!String(decoding: submission.entry.bytes, as: UTF8.self).contains("mia"))
    body["actor"] = nil
    #expect(
      RecordSamples.problems(.noteRecorded, body)
        == ["actor is required with actor_login: a name alone is nobody"])
    #expect(
      RecordSamples.problems(.rolloutObserved, "actor_login", "mia")
        .first?.hasPrefix("actor_login is unknown") == true)
  }

  @Test("an entry that would be too large is refused with its size")
  func tooLarge() {
    let pods = (0..<500).map { number -> JSON in
      [
        "id": .string("0a1b2c3d-0000-4000-8000-\(number)"), "name": .string("api-7f9c-\(number)"),
        "digests": [.string(RecordSamples.digest)],
      ]
    }
    let problems = RecordSamples.problems(.rolloutObserved, "instances", .array(pods))
    #expect(problems.count == 1)
    #expect(
      problems.first?.wholeMatch(of: #/body makes an entry of \d+ bytes, more than 65535/#) != nil)
  }

  @Test("a body that is no object, and a kind that nobody knows")
  func notAReport() throws {
    for body: JSON in [.null, [], "x", 1] {
      #expect(throws: RecordRefusal.self) {
        try Record.submission(kind: .noteRecorded, body: body, context: RecordSamples.context())
      }
    }
    for kind: Kind in [.policy, "note.recorded.v2", ""] {
      #expect(throws: RecordRefusal.self) {
        try Record.submission(
          kind: kind, body: ["text": "x"], context: RecordSamples.context())
      }
    }
  }
}
