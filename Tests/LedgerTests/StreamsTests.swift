import LedgerTesting
import Merkle
import Testing

@testable import Ledger

@Suite struct StreamsTests {
  private static let moment = Instant(seconds: 1_791_000_000)

  private func entry(
    _ kind: Kind, _ data: JSON, source: Source = .token("ci")
  ) throws -> Entry {
    try Entry(kind: kind, at: nil, received: Self.moment, source: source, data: data)
  }

  // MARK: which streams

  struct Case: Sendable, CustomTestStringConvertible {
    let kind: Kind
    let data: JSON
    let names: Set<String>
    var testDescription: String { "\(kind) \(data.canonicalString)" }
  }

  static let cases = [
    Case(kind: .push, data: ["repository_id": 7], names: ["repository/7"]),
    Case(kind: .tokenCreated, data: ["name": "ci"], names: []),
    Case(
      kind: .buildRecorded, data: ["repository_id": 7, "service": "api"],
      names: ["repository/7", "service/api"]),
    Case(
      kind: .deploymentRecorded, data: ["service": "api", "repository_id": nil],
      names: ["service/api"]),
    Case(
      kind: .deployVerdict, data: ["service": "api,worker", "repository_id": 7],
      names: ["repository/7", "service/api", "service/worker"]),
    Case(kind: .deployVerdict, data: ["service": ""], names: []),
    Case(
      kind: .bypass, data: ["origin": "kubernetes:a/b/Deployment/c", "repository_id": 1],
      names: ["repository/1", "service/c"]),
    Case(kind: .logKey, data: ["origin": "service:api", "vkey": "v"], names: []),
    Case(
      kind: .ecsDeployment, data: ["cluster": "prod", "service": "api"], names: ["service/api"]),
    Case(
      kind: .ecsTask, data: ["cluster": "prod", "service": "api", "family": "web"],
      names: ["service/api", "service/web"]),
    Case(kind: .ecsTask, data: ["family": "batch", "service": nil], names: ["service/batch"]),
    Case(kind: .ecsServiceAction, data: ["service": "api"], names: ["service/api"]),
    Case(kind: .ecrImage, data: ["image": "r.example/team/api"], names: ["service/api"]),
    Case(kind: .ecrScan, data: ["image": "api"], names: ["service/api"]),
    Case(
      kind: .rolloutObserved, data: ["namespace": "shop", "workload": "Deployment/api"],
      names: ["service/api"]),
    Case(kind: .argoSync, data: ["application": "api-prod"], names: ["service/api-prod"]),
    Case(
      kind: .cdEvent, data: ["type": "service.deployed", "subject": "api"],
      names: ["service/api"]),
    Case(
      kind: .cdEvent, data: ["type": "artifact.published", "subject": "x", "image": "r/api"],
      names: ["service/api"]),
    Case(kind: .cdEvent, data: ["type": "build.started", "subject": "x"], names: []),
    Case(kind: .imageRecorded, data: ["image": "r/api"], names: ["service/api"]),
    Case(
      kind: .imageRecorded, data: ["image": "r/api", "repository_id": 7], names: ["repository/7"]),
    Case(kind: .taskDefinitionRecorded, data: ["family": "web"], names: ["service/web"]),
    Case(kind: .exportMade, data: ["services": ["api"], "streams": ["service/api": 3]], names: []),
    Case(kind: "made.up.v9", data: ["repository_id": 7], names: ["repository/7"]),
  ]

  @Test(arguments: cases)
  func follow(_ one: Case) throws {
    #expect(Streams.names(of: try entry(one.kind, one.data)) == one.names)
  }

  @Test func aJobIsAboutItsRepository() throws {
    let run = WorkflowSource(
      repositoryID: 9, runID: 1, attempt: 1, workflow: "w", environment: nil, actorID: nil,
      key: "job/1")
    let names = Streams.names(
      of: try entry(.buildRecorded, ["service": "api"], source: .workflow(run)))
    #expect(names == ["repository/9", "service/api"])
  }

  /// A line of the history, or a place, that an entry makes is about an origin whose stream holds
  /// the entry.
  @Test(arguments: Projections.all.flatMap { projection in projection.kinds })
  func whatTheTablesSayIsInTheStreams(kind: Kind) throws {
    let data = try #require(try Samples.one(of: kind))
    let entry = try Samples.entry(kind, data)
    let names = Streams.names(of: entry)
    for change in Projections.changes(of: Stored(index: 0, entry: entry)) {
      let scalars: [Scalar] =
        switch change.table {
        case Tables.history where change.register == Tables.historyWhat:
          [change.values[change.register.columns.firstIndex(of: "origin") ?? 0]]
        case Tables.places: [change.key[0]]
        case Tables.instances: [change.values[0]]
        default: []
        }
      for case .text(let text) in scalars {
        let origin = try #require(Origin(text: text))
        #expect(Streams.name(of: origin).map(names.contains) == true, "\(text) of \(kind)")
      }
    }
  }

  // MARK: the member

  @Test func numbersStandBehindEverythingElse() throws {
    let plain = try entry(.buildRecorded, ["service": "api", "repository_id": 7])
    let numbered = try plain.numbered(["service/api": 4, "repository/7": 17])
    let text = String(decoding: numbered.bytes, as: UTF8.self)
    #expect(text.hasSuffix(#"},"streams":{"repository/7":17,"service/api":4}}"#))
    #expect(try JSON.parse(numbered.bytes).canonicalBytes == numbered.bytes)
    #expect(try Entry(decoding: numbered.bytes) == numbered)
    #expect(numbered.streams == ["service/api": 4, "repository/7": 17])
    #expect(numbered.leaf != plain.leaf)
    #expect(numbered.unnumbered == plain && plain.unnumbered == plain)
    #expect(try numbered.numbered(["service/api": 5]).streams == ["service/api": 5])
    #expect(try numbered.numbered([:]) == plain)
  }

  @Test func awkwardNamesSurviveTheRoundTrip() throws {
    for name in [
      "\u{301}a", "cafe\u{301}", "ü", "a\"b\\c", "a\nb", "\u{1F600}", "repository/1", "a,b", " ",
    ] {
      let one = try entry("x.v1", ["a": 1]).numbered([Streams.service(name): 1])
      #expect(try Entry(decoding: one.bytes) == one)
      #expect(one.unnumbered == (try entry("x.v1", ["a": 1])))
    }
  }

  @Test func aRepositorysStreamHasOneSpelling() {
    #expect(Streams.repository(of: "repository/7") == 7)
    for name in ["repository/+7", "repository/07", "repository/", "repository/x", "service/7"] {
      #expect(Streams.repository(of: name) == nil, "\(name)")
    }
  }

  @Test func keysAreComparedByTheirBytes() {
    let (one, other): (ByteText, ByteText) = ("caf\u{E9}", "cafe\u{301}")
    #expect(one.text == other.text && one != other && other < one)
    #expect(Set([one, other, one]).count == 2)
    #expect([one: 1, other: 2][one] == 1)
  }

  @Test(
    "anything else is no entry",
    arguments: [
      #""streams":{}"#, #""streams":null"#, #""streams":[]"#, #""streams":{"service/api":0}"#,
      #""streams":{"service/api":-1}"#, #""streams":{"service/api":"1"}"#,
      #""streams":{"service/":1}"#, #""streams":{"api":1}"#, #""streams":{"repository/x":1}"#,
      #""streams":{"repository/07":1}"#, #""streams":{"repository/+7":1}"#,
      #""streams":{"service/b":1,"service/a":1}"#, #""streams":{"service/a\u0000":1}"#,
      #""streams":{"service/api":9007199254740993}"#, #""streamz":{"service/api":1}"#,
    ])
  func strictly(_ member: String) throws {
    let plain = try entry("x.v1", ["a": 1]).bytes
    let good = plain.dropLast() + Array(#","streams":{"service/api":1}}"#.utf8)
    _ = try Entry(decoding: Array(good))
    #expect(throws: EntryError.self) {
      try Entry(decoding: Array(plain.dropLast() + Array(",\(member)}".utf8)))
    }
  }

  /// What would fit only without its numbers is refused before it is appended; what stands in a log
  /// from before stays readable.
  @Test func theLimitHoldsWithTheNumbers() throws {
    let free = try entry(.noteRecorded, ["repository_id": 7, "text": ""])
    let room = Streams.room(for: free)
    func text(_ count: Int) -> JSON {
      ["repository_id": 7, "text": .string(String(repeating: "x", count: count))]
    }
    let most = Entry.maximumSize - free.bytes.count - room
    let largest = try entry(.noteRecorded, text(most))
    #expect(try largest.numbered(["repository/7": 1 << 53]).bytes.count == Entry.maximumSize)
    #expect(throws: EntryError.tooLarge(Entry.maximumSize + 1)) {
      try entry(.noteRecorded, text(most + 1))
    }
    let old = Array(
      String(decoding: try entry("made.up.v1", text(most)).bytes, as: UTF8.self)
        .replacing("\"text\":\"", with: "\"text\":\"" + String(repeating: "y", count: room)).utf8)
    #expect(old.count > Entry.maximumSize - room)
    #expect(try Entry(decoding: old).streams == [:])
  }
}
