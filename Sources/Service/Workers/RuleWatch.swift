import Gates
import Ledger
import Logging
import ServiceLifecycle

/// Asks the deploy gate again about jobs that wait for nothing but time: a soak, the end of a
/// freeze. Nothing is appended while the answer is what it was.
public struct RuleWatch: Service {
  /// GitHub lets a job wait for 30 days.
  static let longestWait = 30 * 86_400.0

  private let store: any LedgerStore
  private let gate: DeployGate
  private let now: @Sendable () -> Instant
  private let pace: Duration
  private let announce: @Sendable () -> Void
  private let logger: Logger

  public init(
    store: any LedgerStore, gate: DeployGate, now: @escaping @Sendable () -> Instant,
    pace: Duration = .seconds(60), announce: @escaping @Sendable () -> Void = {}, logger: Logger
  ) {
    self.store = store
    self.gate = gate
    self.now = now
    self.pace = pace
    self.announce = announce
    self.logger = logger
  }

  public func run() async throws {
    await repeatedly(every: pace, startsWithPause: true) {
      do { try await look() } catch {
        logger.error("cannot ask the deploy gate again", metadata: ["error": "\(error)"])
      }
    }
  }

  /// How many requests were asked about again.
  @discardableResult
  func look() async throws -> Int {
    let (gate, now) = (gate, now())
    let news = try await store.read { tables in
      var news: [OpenRuleRequest] = []
      for open in try tables.openRuleRequests(nil)
      where now.seconds(since: open.askedAt) < RuleWatch.longestWait {
        let answers = try gate.reactions(
          to: [.deploy(ask: open.ask)], reading: tables, now: now)
        if !answers.isEmpty { news.append(open) }
      }
      return news
    }
    for open in news { try await open.askAgain(store, now: now) }
    if !news.isEmpty { announce() }
    return news.count
  }
}

extension OpenRuleRequest {
  /// The gate answers within the same transaction.
  func askAgain(_ store: any LedgerStore, now: Instant) async throws {
    let data = try await store.read { try $0.entry(at: request)?.entry.data }
    let entry = try Entry(
      kind: .deployAsked, at: nil, received: now, source: .ledger,
      data: [
        "service": nil, "environment": data?["environment"] ?? .null, "digest": nil,
        "commit": data?["sha"] ?? .null, "repository_id": .int(repository),
        "replicas": nil, "rollback": nil, "ask": "protection-rule",
        "request": .int(request), "refusal": nil,
      ])
    _ = try await store.append([Submission(entry: entry)])
  }
}
