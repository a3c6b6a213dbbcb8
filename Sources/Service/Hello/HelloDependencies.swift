import Ledger

/// What the hello applications need: no store, no secret.
public struct HelloDependencies: Sendable {
  public var settings: ServiceSettings
  public var now: @Sendable () -> Instant
  /// A number in `0..<1`.
  public var random: @Sendable () -> Double
  public var process: @Sendable () -> ProcessState
  public var metrics: Metrics
  public var sleep: @Sendable (Duration) async throws -> Void

  public init(
    settings: ServiceSettings, now: @escaping @Sendable () -> Instant,
    random: @escaping @Sendable () -> Double, process: @escaping @Sendable () -> ProcessState,
    metrics: Metrics,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.settings = settings
    self.now = now
    self.random = random
    self.process = process
    self.metrics = metrics
    self.sleep = sleep
  }
}

extension ServiceDependencies {
  var hello: HelloDependencies {
    HelloDependencies(
      settings: settings, now: now, random: random, process: process, metrics: metrics,
      sleep: sleep)
  }
}
