import Gates
import Hummingbird
import Ledger
import Logging
import Webhooks

/// What the service needs, handed in at the door: nothing in here reads a clock, the environment or
/// a file by itself.
public struct ServiceDependencies: Sendable {
  public var store: any LedgerStore
  public var secrets: WebhookSecrets
  public var settings: ServiceSettings
  public var now: @Sendable () -> Instant
  /// A number in `0..<1`.
  public var random: @Sendable () -> Double
  public var disk: @Sendable () -> DiskState
  public var process: @Sendable () -> ProcessState
  /// Tells the workers that something may be due.
  public var wake: @Sendable () -> Void
  public var metrics: Metrics

  public init(
    store: any LedgerStore, secrets: WebhookSecrets, settings: ServiceSettings,
    now: @escaping @Sendable () -> Instant, random: @escaping @Sendable () -> Double,
    disk: @escaping @Sendable () -> DiskState, process: @escaping @Sendable () -> ProcessState,
    wake: @escaping @Sendable () -> Void, metrics: Metrics
  ) {
    self.store = store
    self.secrets = secrets
    self.settings = settings
    self.now = now
    self.random = random
    self.disk = disk
    self.process = process
    self.wake = wake
    self.metrics = metrics
  }
}

public struct ServiceSettings: Sendable {
  /// What `GET /version` says; `latest` when unset.
  public var version: String
  public var hostname: String
  /// The token of `GET /app`. Without one nobody is let in.
  public var appToken: String?
  /// Whether the gate's pages need an API token.
  public var pagesArePrivate: Bool

  public init(version: String, hostname: String, appToken: String?, pagesArePrivate: Bool) {
    self.version = version
    self.hostname = hostname
    self.appToken = appToken
    self.pagesArePrivate = pagesArePrivate
  }
}

/// The file system that holds the database.
public struct DiskState: Sendable {
  public var freeBytes: Int64
  public var isReadOnly: Bool

  public init(freeBytes: Int64, isReadOnly: Bool) {
    self.freeBytes = freeBytes
    self.isReadOnly = isReadOnly
  }
}

public struct ProcessState: Sendable {
  public var residentBytes: Int64
  public var cpuSeconds: Double
  public var openFiles: Int
  public var startedAt: Instant

  public init(residentBytes: Int64, cpuSeconds: Double, openFiles: Int, startedAt: Instant) {
    self.residentBytes = residentBytes
    self.cpuSeconds = cpuSeconds
    self.openFiles = openFiles
    self.startedAt = startedAt
  }
}

public struct LedgerRequestContext: RequestContext {
  public var coreContext: CoreRequestContextStorage

  public init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
  }
}
