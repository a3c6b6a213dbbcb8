import Ledger

/// What every storage engine keeps, as clauses that a test runs one by one on each of them.
///
/// A clause throws `BrokenContract` where the engine does something else. The engine brings what
/// this module must not know: how deliveries become submissions, and the merge gate.
public enum StoreContract {
  public static let clauses: [StoreClause] =
    appendClauses + duplicateClauses + groupClauses + historyClauses + cursorClauses
    + orderClauses
}

public struct StoreClause: Sendable, CustomStringConvertible {
  public let description: String
  public let check: @Sendable (any StoreEngine) async throws -> Void

  init(
    _ description: String, _ check: @escaping @Sendable (any StoreEngine) async throws -> Void
  ) {
    self.description = description
    self.check = check
  }
}

/// An engine and what the product makes of deliveries.
public protocol StoreEngine: Sendable {
  /// Opens a new, empty store. Its clock stands still, so that conclusions differ by their reasons
  /// alone.
  func open(reactor: any Reactor) async throws -> any OpenStore

  func submission(for delivery: WebhookDelivery, received: Instant) throws -> Submission
  func gate() -> any Reactor
  /// The entry that puts the policy of `Story.policy` in force.
  func policy(received: Instant, confirmedByGitHub: Bool) throws -> Entry
}

public protocol OpenStore: Sendable {
  var store: any LedgerStore { get }

  /// The same store, closed and opened again.
  func reopened(reactor: any Reactor) async throws -> any OpenStore

  /// All rows, each in the order of `table.columns`.
  func rows(of table: Table) async throws -> [[Scalar]]

  /// Closes the store and removes it.
  func remove() async throws
}

public struct BrokenContract: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

func require(_ condition: Bool, _ promise: @autoclosure () -> String) throws(BrokenContract) {
  guard condition else { throw BrokenContract(promise()) }
}

func require<Value: Equatable>(
  _ found: Value, is expected: Value, _ what: @autoclosure () -> String
) throws(BrokenContract) {
  guard found == expected else {
    throw BrokenContract("\(what()): found \(found), expected \(expected)")
  }
}

/// A reactor without conclusions.
struct Silence: Reactor {
  func reactions(
    to subjects: Set<Subject>, reading tables: any LedgerReader, now: Instant
  ) -> [Entry] { [] }

  func occasion(of conclusion: Entry) -> Subject? { nil }
}

extension StoreEngine {
  /// Runs `body` on a new store and removes it, however that ends.
  func withStore(
    reactor: any Reactor = Silence(), _ body: (any OpenStore) async throws -> Void
  ) async throws {
    let opened = try await open(reactor: reactor)
    do { try await body(opened) } catch {
      try await opened.remove()
      throw error
    }
    try await opened.remove()
  }
}

/// What the clauses append.
enum StoreSamples {
  static let start = Instant(seconds: 1_790_000_000)
  static let acme = Deliveries(
    repository: Deliveries.Repository(
      id: 640_100_201,
      owner: Deliveries.Account(id: 50_600_700, login: "acme", kind: .organization), name: "web"))
  static let mia = Deliveries.Account(id: 7_001, login: "mia")

  /// An entry that is no delivery.
  static func note(_ number: Int) throws -> Submission {
    Submission(
      entry: try Entry(
        kind: "test.note.v1", at: start, received: start, source: .token("test"),
        data: ["number": .int(Int64(number))]))
  }

  /// A delivery that nothing reacts to.
  static func push(_ number: Int) -> WebhookDelivery {
    acme.push(
      Deliveries.Push(
        ref: "refs/heads/main", before: Derived.commit("\(number)"),
        after: Derived.commit("\(number + 1)"), commits: [], at: start), by: mia)
  }

  static func pull(_ number: Int64, head: String) -> Deliveries.PullRequest {
    Deliveries.PullRequest(
      id: 2_100_000_000 + number, number: number, title: "Change \(number)", author: mia,
      headRef: "change-\(number)", headSHA: Derived.commit(head), baseSHA: Derived.commit("base"),
      createdAt: start)
  }
}

extension LedgerStore {
  func append(_ submission: Submission) async throws -> Receipt {
    let receipts = try await append([submission])
    try require(receipts.count, is: 1, "receipts of one submission")
    return receipts[0]
  }

  var size: Int64 {
    get async throws { try await read { try $0.size() } }
  }

  var entries: [Stored] {
    get async throws { try await read { try $0.entries(from: 0, limit: 0, kind: nil) } }
  }
}
