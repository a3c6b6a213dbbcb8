import Gates
import Ledger
import Logging
import ServiceLifecycle

/// Writes down that the time of an override has come: the gate concludes from that entry.
public struct Expiries: Service {
  private let store: any LedgerStore
  private let now: @Sendable () -> Instant
  private let announce: @Sendable () -> Void
  private let logger: Logger
  private let pace: Duration

  /// - Parameter announce: told after something was appended.
  public init(
    store: any LedgerStore, now: @escaping @Sendable () -> Instant,
    announce: @escaping @Sendable () -> Void, logger: Logger, pace: Duration = .seconds(1)
  ) {
    self.store = store
    self.now = now
    self.announce = announce
    self.logger = logger
    self.pace = pace
  }

  public func run() async throws {
    await repeatedly(every: pace) {
      do { try await endDue() } catch is CancellationError {} catch {
        logger.error("cannot end overrides", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Also those whose time came while no server ran.
  func endDue() async throws {
    let now = now()
    let entries = try await store.read { try OverrideEnd.due($0, now: now) }
    guard !entries.isEmpty else { return }
    _ = try await store.append(entries.map { Submission(entry: $0) })
    announce()
  }
}
