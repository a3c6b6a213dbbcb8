import Foundation
import GRDB
import Gates
import Ledger
import LedgerTesting
import Webhooks

@testable import SQLiteStore

let moment = Instant(seconds: 1_795_000_000)
let secret = String(repeating: "s", count: 32)

/// SQLite under the store contract.
struct SQLiteEngine: StoreEngine {
  var settings = SQLiteLedger.Settings()

  func open(reactor: any Reactor) async throws -> any OpenStore {
    try OpenSQLite(Scratch(), reactor, settings)
  }

  func submission(for delivery: WebhookDelivery, received: Instant) throws -> Submission {
    try makeSubmission(delivery, received: received)
  }

  func gate() -> any Reactor { Gatehouse() }

  func policy(received: Instant, confirmedByGitHub: Bool) throws -> Entry {
    try storyPolicy(confirmedByGitHub ? .github : .webhooks).entry(received: received)
  }
}

struct OpenSQLite: OpenStore {
  let scratch: Scratch
  let ledger: SQLiteLedger
  private let settings: SQLiteLedger.Settings
  var store: any LedgerStore { ledger }

  init(
    _ scratch: Scratch, _ reactor: any Reactor, _ settings: SQLiteLedger.Settings = .init()
  ) throws {
    self.scratch = scratch
    self.settings = settings
    ledger = try SQLiteLedger(
      path: scratch.path, reactor: reactor, settings: settings, now: { moment })
  }

  func reopened(reactor: any Reactor) async throws -> any OpenStore {
    try await ledger.close()
    return try OpenSQLite(scratch, reactor, settings)
  }

  func rows(of table: Ledger.Table) async throws -> [[Scalar]] {
    let reader: any DatabaseReader =
      ledger.journal == .wal ? try SQLiteArchive(path: scratch.path).queue : ledger.pool
    return try await reader.read { db in
      try GRDB.Row.fetchAll(
        db, sql: "SELECT \(table.columns.joined(separator: ", ")) FROM \(table.name)"
      ).map { row in row.databaseValues.map(Scalar.init) }
    }
  }

  func remove() async throws {
    try await ledger.close()
    try scratch.remove()
  }
}

/// A directory for one database.
struct Scratch {
  let directory: URL
  let path: String

  init() throws {
    directory = FileManager.default.temporaryDirectory
      .appending(path: "ledger-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    path = directory.appending(path: "ledger.sqlite").path
  }

  func remove() throws { try FileManager.default.removeItem(at: directory) }

  /// Writes to the database behind the ledger's back.
  func tamper(_ change: (Database) throws -> Void) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write(change)
    try queue.close()
  }
}

/// Runs `body` on a new directory and removes it.
func withScratch<Answer>(_ body: (Scratch) async throws -> Answer) async throws -> Answer {
  let scratch = try Scratch()
  do {
    let answer = try await body(scratch)
    try scratch.remove()
    return answer
  } catch {
    try scratch.remove()
    throw error
  }
}

/// The way of the server: headers, signature, body.
func makeSubmission(
  _ delivery: WebhookDelivery, received: Instant = moment
) throws -> Submission {
  let headers = delivery.headers(secret: secret)
  let checked = try DeliveryHeaders { name in
    headers.filter { $0.name.lowercased() == name }.map(\.value)
  }
  guard
    let verified = Delivery(headers: checked, body: delivery.body)
      .verified(by: WebhookSecrets([secret]))
  else { throw NotVerified() }
  return try Events.submission(for: verified, received: received)
}

struct NotVerified: Error {}

/// `Story.policy`.
func storyPolicy(
  _ confirmation: Policy.Confirmation, deploy: DeployPolicy? = nil,
  onBypass: BypassReactions = BypassReactions()
) -> Policy {
  let actions = CheckRule.Reporter.app(slug: "github-actions")
  var merge = MergePolicy(
    context: "ledger/merge-gate", branches: [BranchPattern("main"), BranchPattern("release/*")],
    checks: [
      CheckRule(name: "test", reporter: actions), CheckRule(name: "lint", reporter: actions),
      CheckRule(name: "bandit", reporter: actions, isRequired: false),
    ])
  merge.onBypass = onBypass
  return Policy(merge: merge, deploy: deploy, confirmation: confirmation)
}

/// A reactor without conclusions.
struct Silence: Reactor {
  func reactions(
    to subjects: Set<Subject>, reading tables: any LedgerReader, now: Instant
  ) -> [Entry] { [] }

  func occasion(of conclusion: Entry) -> Subject? { nil }
}

func note(_ number: Int, text: String = "") throws -> Submission {
  Submission(
    entry: try Entry(
      kind: "test.note.v1", at: nil, received: moment, source: .token("test"),
      data: ["number": .int(Int64(number)), "text": .string(text)]))
}
