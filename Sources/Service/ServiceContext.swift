import Gates
import Hummingbird
import Ledger
import Logging
import NIOCore
import Synchronization
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
  /// Tells whoever looks on that something was appended.
  public var appended: Appended
  public var metrics: Metrics
  public var sleep: @Sendable (Duration) async throws -> Void
  /// Who believes the identity tokens of workflow runs, and which of these may record; both or
  /// neither.
  public var recording: RecordingInForce
  public var trust = TrustInForce()
  /// Those of the store's gates, and what they know of time zones.
  public var policies = Policies()
  public var zones: any TimeZones = OnlyUTC()
  /// `nil` without credentials for GitHub.
  public var reconciler: Reconciler?
  /// For how long bodies are kept.
  public var retention = RetentionInForce()
  public var witnesses: WitnessWatch?
  public var headCopy: HeadCopy?
  /// `nil` where no cluster may ask.
  public var admission: AdmissionSettings?
  /// Whether the file that is served is still where it was opened: SQLite goes on reading one that
  /// was removed.
  public var isDatabaseThere: @Sendable () -> Bool = { true }

  public init(
    store: any LedgerStore, secrets: WebhookSecrets, settings: ServiceSettings,
    now: @escaping @Sendable () -> Instant, random: @escaping @Sendable () -> Double,
    disk: @escaping @Sendable () -> DiskState, process: @escaping @Sendable () -> ProcessState,
    wake: @escaping @Sendable () -> Void, metrics: Metrics, appended: Appended = Appended(),
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    workflowTokens: (any WorkflowTokens)? = nil, recording: RecordingPolicy? = nil,
    reconciler: Reconciler? = nil
  ) {
    self.store = store
    self.secrets = secrets
    self.settings = settings
    self.now = now
    self.random = random
    self.disk = disk
    self.process = process
    self.wake = wake
    self.appended = appended
    self.metrics = metrics
    self.sleep = sleep
    self.recording = RecordingInForce(tokens: workflowTokens, policy: recording)
    self.reconciler = reconciler
  }
}

extension ServiceDependencies {
  /// After an append: what it promised may be due, and whoever looks on wants to see it.
  public func announce() {
    wake()
    appended.announce()
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
  /// Whether anyone may read entries; the hashes are open anyway.
  public var logIsPublic: Bool
  public var deliveries: BodyLimits
  /// How many may look on at once.
  public var streams: Int

  public init(
    version: String, hostname: String, appToken: String?, pagesArePrivate: Bool,
    logIsPublic: Bool = false, deliveries: BodyLimits = BodyLimits(), streams: Int = 200
  ) {
    self.version = version
    self.hostname = hostname
    self.appToken = appToken
    self.pagesArePrivate = pagesArePrivate
    self.logIsPublic = logIsPublic
    self.deliveries = deliveries
    self.streams = streams
  }
}

/// How much may be received, for how long, and how long anybody waits for a client. The defaults fit
/// GitHub, which sends at most 25 MB and gives up after 10 s.
public struct BodyLimits: Sendable {
  /// Bytes of one body.
  public var one: Int
  /// Bytes of all bodies that are being received at once.
  public var together: Int
  public var deadline: Duration
  /// How long a client may go on sending after it was refused.
  public var linger: Duration
  /// How long a part of an answer may wait for a client that does not read.
  public var unread: Duration
  /// Values of JSON in one body. In memory each takes many times its bytes: a body of zeros would
  /// take twelve times its size, one of small objects more.
  public var values: Int

  public init(
    one: Int = 26_000_000, together: Int = 256 << 20, deadline: Duration = .seconds(10),
    linger: Duration = .seconds(2), unread: Duration = .seconds(60), values: Int = 1_500_000
  ) {
    self.one = one
    self.together = together
    self.deadline = deadline
    self.linger = linger
    self.unread = unread
    self.values = values
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
  let channel: any Channel
  let body = BodyState()
  /// Set by the router, where a route needs a token.
  var admitted: Caller?

  public init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
  }
}

extension LedgerRequestContext {
  /// Who asks, on a route that needs a token.
  var caller: Caller {
    get throws {
      guard let admitted else { throw Problem(.unauthorized, "token_missing", "No token.") }
      return admitted
    }
  }
}

/// Whether the body of a request was read to its end.
final class BodyState: Sendable {
  private let read = Atomic<Bool>(false)

  var isRead: Bool { read.load(ordering: .relaxed) }
  func markRead() { read.store(true, ordering: .relaxed) }
}
