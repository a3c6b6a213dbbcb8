import Ledger
import LedgerTesting
import Testing

@testable import Webhooks

/// The log cannot forget: it holds numbers, and names stand in the directory.
@Suite("People")
struct PeopleTests {
  @Test("no login and no e-mail address is in an entry", arguments: SampleTests.samples)
  func entry(_ sample: WebhookDelivery) throws {
    let names = try Names.all(in: sample.json)
    #expect(names.count >= 2)
    #expect(Names.found(names, in: try submission(sample).entry).isEmpty)
  }

  @Test("also when the body is not understood")
  func undecoded() throws {
    let sample = try #require(SampleTests.samples.first)
    let submission = try submission("no_such_event", sample.body)
    #expect(Names.found(try Names.all(in: sample.json), in: submission.entry).isEmpty)
    #expect(submission.people.map(\.login) == ["mia"])
  }

  @Test("the control: a login in an entry is found")
  func control() throws {
    let sample = try #require(SampleTests.samples.first { $0.event == "push" })
    let json = try sample.json.replacing(["ref"], with: "refs/heads/mia/topic")
    let submission = try submission("push", json.canonicalBytes)
    #expect(Names.found(Names.all(in: json), in: submission.entry) == ["mia"])
  }

  @Test("senders, authors and actors are named to the directory", arguments: SampleTests.samples)
  func directory(_ sample: WebhookDelivery) throws {
    let people = try submission(sample).people
    let known = try Names.accounts(in: sample.json)
    let senders: [Int64] = [7_001, 8_000_000_002, 41_898_282]
    #expect(people.contains { senders.contains($0.id) })
    for person in people { #expect(known[person.id] == person.login) }
    let data = try submission(sample).entry.data
    for key in ["sender", "author", "merged_by", "creator", "actor", "approver", "account"] {
      guard let id = data[key]?.int else { continue }
      #expect(people.contains { $0.id == id }, "\(key)")
    }
  }

  static let others = [
    ("pull_request", ["pull_request", "user"]), ("pull_request", ["pull_request", "merged_by"]),
    ("workflow_run", ["workflow_run", "actor"]),
    ("workflow_run", ["workflow_run", "triggering_actor"]),
    ("deployment", ["deployment", "creator"]), ("deployment_status", ["deployment", "creator"]),
    ("package", ["package", "package_version", "author"]), ("release", ["release", "author"]),
    ("deployment_review", ["approver"]), ("installation", ["installation", "account"]),
  ]

  @Test("who is not the sender is named too", arguments: others)
  func other(_ event: String, _ path: [String]) throws {
    let sample = try #require(SampleTests.samples.first { $0.event == event })
    let json = try sample.json.replacing(path, with: ["id": 7_002, "login": "noa"])
    let people = try submission(event, json.canonicalBytes).people
    #expect(people.contains(Person(id: 7_002, login: "noa")))
    #expect(people.contains(Person(id: 7_001, login: "mia")))
  }

  @Test("a user without an id or without a login is left out")
  func ghost() throws {
    for sender in [
      "null", "{}", #"{"id": 1}"#, #"{"login": "ghost"}"#, #"{"id": "1", "login": 2}"#,
    ] {
      let submission = try submission("ping", #"{"sender": \#(sender)}"#)
      #expect(submission.people.isEmpty && submission.entry.kind == .ping)
    }
  }
}

/// The personal data of a body.
enum Names {
  static func all(in json: JSON) -> Set<String> {
    var names: Set<String> = []
    visit(json) { key, value in
      if ["login", "email"].contains(key), let name = value.string { names.insert(name) }
    }
    return names
  }

  static func accounts(in json: JSON) -> [Int64: String] {
    var accounts: [Int64: String] = [:]
    visit(json) { _, value in
      if let id = value["id"]?.int, let login = value["login"]?.string { accounts[id] = login }
    }
    return accounts
  }

  /// Those that stand in the entry. A repository's name begins with its owner's and an App's slug
  /// may; both are needed, and neither names a person.
  static func found(_ names: Set<String>, in entry: Entry) -> [String] {
    var members = entry.data.object ?? [:]
    for member in ["repository", "app"] { members[member] = nil }
    let text = JSON.object(members).canonicalString
    return names.filter { text.contains($0) }.sorted()
  }

  private static func visit(_ json: JSON, _ body: (String, JSON) -> Void) {
    for element in json.array ?? [] { visit(element, body) }
    for (key, value) in json.object ?? [:] {
      body(key, value)
      visit(value, body)
    }
  }
}
