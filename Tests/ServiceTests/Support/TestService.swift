import Foundation
import Gates
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import LedgerTesting
import Logging
import Merkle
import SQLiteStore
import Synchronization
import Testing
import Webhooks

@testable import Service

let secret = "a webhook secret of more than 32 bytes"
/// The ledger's clock stands still here unless a test moves it.
let noon = Instant(seconds: 1_790_000_000)

/// A service on a database of its own in a directory of its own.
struct TestService: Sendable {
  let store: SQLiteLedger
  let clock: TestClock
  let metrics: Metrics
  let naps: Naps
  let trust: TrustInForce
  private let client: any TestClientProtocol

  fileprivate init(_ parts: Parts, _ client: any TestClientProtocol) {
    store = parts.store
    clock = parts.clock
    metrics = parts.service.metrics
    naps = parts.naps
    trust = parts.service.trust
    self.client = client
  }

  func send(
    _ method: HTTPRequest.Method, _ uri: String, token: String? = nil,
    headers: [(String, String)] = [], body: [UInt8]? = nil
  ) async throws -> Answer {
    var fields = HTTPFields()
    for (name, value) in headers {
      fields.append(HTTPField(name: try fieldName(name), value: value))
    }
    if let token { fields[.authorization] = "Bearer \(token)" }
    let response = try await client.executeRequest(
      uri: uri, method: method, headers: fields, body: body.map { ByteBuffer(bytes: $0) })
    let answer = Answer(
      status: response.status.code, headers: response.headers, body: Array(buffer: response.body))
    Recorder.shared.record(method.rawValue, uri, answer)
    return answer
  }

  func get(
    _ uri: String, token: String? = nil, headers: [(String, String)] = []
  ) async throws -> Answer {
    try await send(.get, uri, token: token, headers: headers)
  }

  /// Sends as GitHub does.
  func deliver(_ delivery: WebhookDelivery) async throws -> Answer {
    try await send(
      .post, "/webhooks/github", headers: delivery.headers(secret: secret).map { ($0, $1) },
      body: delivery.body)
  }

  /// Deliveries that must be taken.
  func deliver(all deliveries: [WebhookDelivery]) async throws {
    for delivery in deliveries { #expect(try await deliver(delivery).status == 202) }
  }

  func token(_ scope: Scope) async throws -> String { try await makeToken(scope, in: store) }
}

/// Makes a token as `ledger token create` does.
func makeToken(_ scope: Scope, in store: SQLiteLedger, isRevoked: Bool = false) async throws
  -> String
{
  let token = NewToken(name: "\(scope) for a test", scope: scope)
  let made = try token.entry(received: noon)
  var submissions = [Submission(entry: made)]
  if isRevoked {
    let revoked = try Entry(
      kind: .tokenRevoked, at: noon, received: noon, source: .ledger,
      data: ["hash": .optional(made.data["hash"]?.string)])
    submissions.append(Submission(entry: revoked))
  }
  _ = try await store.append(submissions)
  return token.secret
}

/// What a test may set before the service starts.
struct Setup: Sendable {
  var version = "1.2.3"
  var appToken: String? = "the app's token"
  var pagesArePrivate = false
  var logIsPublic = false
  /// Whether the log has a key.
  var isSigned = false
  /// Whether there is another one, of `nextSeed`, to replace it.
  var hasNextKey = false
  var random = 0.5
  var disk = DiskState(freeBytes: 1 << 40, isReadOnly: false)
  var deliveries = BodyLimits()
  var streams = 200
  var idle = Duration.seconds(15)
  var confirmation = Policy.Confirmation.webhooks
  var wake: @Sendable () -> Void = {}
  var workflowTokens: (any WorkflowTokens)?
  var recording: RecordingPolicy?
  /// What the reconciler asks; it runs when it is told to alone.
  var gitHub: any CodeHost & ReconcileHost = IdleHost()
  var reconcileSettings = ReconcileSettings()
  /// Instead of naps that take no time.
  var sleep: (@Sendable (Duration) async throws -> Void)?
  /// Instead of the store itself.
  var wrap: @Sendable (SQLiteLedger) -> any LedgerStore = { $0 }

  /// Of the next key of a log that has one.
  static let nextSeed: [UInt8] = Array(32..<64)

  fileprivate var seeds: [[UInt8]] {
    isSigned ? [Array(0..<32)] + (hasNextKey ? [Setup.nextSeed] : []) : []
  }
}

/// What a service is made of.
struct Parts: Sendable {
  let store: SQLiteLedger
  let clock: TestClock
  let naps: Naps
  let policies: Policies
  let service: ServiceDependencies
}

/// Runs `test` on the parts of a service and removes what they left on disk.
func withParts(_ setup: Setup, _ test: (Parts) async throws -> Void) async throws {
  let directory = FileManager.default.temporaryDirectory
    .appendingPathComponent("ledger-service-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: directory) }
  let (clock, naps, policies) = (TestClock(), Naps(), Policies())
  let store = try SQLiteLedger(
    path: directory.appendingPathComponent("ledger.sqlite").path, reactor: Gatehouse(policies),
    signers: try setup.seeds.map { try NoteSigner(name: "test.example/log", seed: $0) },
    now: { clock.now })
  let policy = Policy(merge: Scene.policy, confirmation: setup.confirmation)
  _ = try await store.append([Submission(entry: policy.entry(received: noon))])
  let metrics = Metrics()
  let sleep = setup.sleep ?? { naps.add($0) }
  let reconciler = Reconciler(
    store: store, host: setup.gitHub, policies: policies, settings: setup.reconcileSettings,
    now: { clock.now }, metrics: metrics, logger: quiet, sleep: sleep)
  let service = ServiceDependencies(
    store: setup.wrap(store), secrets: WebhookSecrets([secret]),
    settings: ServiceSettings(
      version: setup.version, hostname: "ledger-0", appToken: setup.appToken,
      pagesArePrivate: setup.pagesArePrivate, logIsPublic: setup.logIsPublic,
      deliveries: setup.deliveries, streams: setup.streams),
    now: { clock.now }, random: { setup.random }, disk: { setup.disk },
    process: {
      ProcessState(residentBytes: 5 << 20, cpuSeconds: 0.25, openFiles: 7, startedAt: noon)
    },
    wake: setup.wake, metrics: metrics, sleep: sleep, workflowTokens: setup.workflowTokens,
    recording: setup.recording, reconciler: reconciler)
  try await test(
    Parts(store: store, clock: clock, naps: naps, policies: policies, service: service))
  try await store.close()
}

/// Runs `test` against the router, without sockets.
func withService(
  _ setup: Setup = Setup(), _ test: @Sendable (TestService) async throws -> Void
) async throws {
  try await withParts(setup) { try await withRouter($0, test) }
}

func withRouter(
  _ parts: Parts, _ test: @Sendable (TestService) async throws -> Void
) async throws {
  try await withRouter(parts, Routes.router(parts.service), test)
}

func withRouter(
  _ parts: Parts, _ router: Router<LedgerRequestContext>,
  _ test: @Sendable (TestService) async throws -> Void
) async throws {
  let application = Application(router: router, logger: quiet)
  try await application.test(.router) { try await test(TestService(parts, $0)) }
}

let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

final class TestClock: Sendable {
  private let instant = Mutex(noon)
  var now: Instant { instant.withLock { $0 } }
  func advance(seconds: Double) { instant.withLock { $0 = $0.adding(seconds: seconds) } }
}

/// The sleeps that were asked for and not slept.
final class Naps: Sendable {
  private let durations = Mutex<[Duration]>([])
  var all: [Duration] { durations.withLock { $0 } }
  func add(_ duration: Duration) { durations.withLock { $0.append(duration) } }
}

func fieldName(_ name: String) throws -> HTTPField.Name { try #require(HTTPField.Name(name)) }
