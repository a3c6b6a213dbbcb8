import Ledger
import Logging
import ServiceLifecycle

/// Deletes raw bodies whose time is over, once after the start and then every day.
public struct EvidencePruner: Service {
  /// Between two transactions, so that nobody waits for the writer.
  private static let pause = Duration.milliseconds(50)

  private let store: any LedgerStore
  private let retention: RetentionInForce
  private let now: @Sendable () -> Instant
  private let announce: @Sendable () -> Void
  private let logger: Logger
  private let pace: Duration

  public init(
    store: any LedgerStore, retention: RetentionInForce, now: @escaping @Sendable () -> Instant,
    announce: @escaping @Sendable () -> Void, logger: Logger, pace: Duration = .seconds(86_400)
  ) {
    self.store = store
    self.retention = retention
    self.now = now
    self.announce = announce
    self.logger = logger
    self.pace = pace
  }

  public func run() async throws {
    await repeatedly(every: pace) {
      do { try await prune() } catch is CancellationError {} catch {
        logger.error("cannot prune bodies", metadata: ["error": "\(error)"])
      }
    }
  }

  @discardableResult
  func prune() async throws -> Pruning.Result {
    guard let retention = retention.current else { return Pruning.Result() }
    let result = try await Pruning(store, retention).run(now: now()) {
      try await Task.sleep(for: EvidencePruner.pause)
    }
    guard result.count > 0 else { return result }
    announce()
    logger.info(
      "bodies pruned",
      metadata: [
        "count": "\(result.count)", "bytes": "\(result.size)", "keep": "\(retention.text)",
      ])
    return result
  }
}
