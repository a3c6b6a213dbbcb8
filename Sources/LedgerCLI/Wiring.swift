import Foundation
import Gates
import GitHubAPI
import Ledger
import Logging
import Merkle
import SQLiteStore
import Service
import ServiceLifecycle

/// Knows everyone: makes the parts of the service from what was given and hands them to each other.
struct Wiring {
  private let options: ServeCommand
  private let logger: Logger

  init(_ options: ServeCommand) {
    self.options = options
    LoggingSystem.bootstrap(StreamLogHandler.standardError(label:))
    logger = Logger(label: "ledger")
  }

  func serve() async throws {
    let given = try Given(options, logger)
    let (policies, zones) = (Policies(), SystemTimeZones())
    let store = try await open(with: Gatehouse(policies, zones: zones), given)
    let parts = Parts(given, store, policies, zones, logger)
    do { try await parts.run() } catch {
      try await parts.close()
      throw error
    }
    try await parts.close()
    logger.info("stopped")
  }

  private func open(with gates: Gatehouse, _ given: Given) async throws -> SQLiteLedger {
    let signer = try SigningKey.read(for: given.database)
    var settings = SQLiteLedger.Settings()
    settings.journal = given.journal
    let store = try SQLiteLedger(
      path: given.database, reactor: gates, signers: signer.map { [$0] } ?? [],
      copies: try given.file.headCopy.flatMap(WholeFile.read).map { [$0] } ?? [],
      settings: settings, now: currentInstant, onFailure: stop)
    if let signer {
      logger.info("checkpoints are signed", metadata: ["vkey": "\(signer.verifier.vkey)"])
    } else {
      logger.warning("the log is not signed: ledger init --db \(given.database) gives it a key")
    }
    if store.hasBegun { logger.warning("\(WritableLedger.begun(given.database))") }
    try await Enforcement(store: store, logger: logger).enforce(given.file, hash: given.hash)
    let version = try store.sqliteVersion
    logger.info(
      "database open",
      metadata: [
        "path": "\(given.database)", "sqlite": "\(version)", "journal": "\(store.journal)",
      ])
    return store
  }

  /// After a failed write a commit may be visible without being durable; going on would acknowledge
  /// what a power cut takes away.
  private func stop(_ reason: String) {
    logger.critical("a write failed, stopping", metadata: ["reason": "\(reason)"])
    Foundation.exit(Exit.error)
  }
}

/// What is open while the server runs, and what is made of it.
private struct Parts {
  let given: Given
  let store: SQLiteLedger
  let policies: Policies
  let zones: SystemTimeZones
  let logger: Logger
  let client: GitHubClient?
  let outbox: Outbox?
  let metrics: Metrics
  let appended: Appended
  let recording = RecordingKeeper()
  let retention: RetentionInForce
  let copy: HeadCopyPlace
  /// After an append: what it promised may be due, and whoever looks on wants to see it.
  let announce: @Sendable () -> Void

  init(
    _ given: Given, _ store: SQLiteLedger, _ policies: Policies, _ zones: SystemTimeZones,
    _ logger: Logger
  ) {
    let (metrics, appended) = (Metrics(), Appended())
    let client = given.credentials.map {
      GitHubClient(address: given.gitHub, credentials: $0, now: currentInstant)
    }
    let outbox = client.map { host in
      Outbox(
        store: store, host: host, policies: policies, zones: zones, publicURL: given.publicURL,
        now: currentInstant, metrics: metrics, logger: logger, appended: appended, errands: host,
        branches: BranchEffects(
          store: store, repositories: host, errands: host, publicURL: given.publicURL,
          now: currentInstant),
        silence: { host.silence })
    }
    announce = {
      outbox?.wake()
      appended.announce()
    }
    (self.given, self.store, self.policies, self.zones) = (given, store, policies, zones)
    (self.logger, self.metrics, self.appended) = (logger, metrics, appended)
    (self.client, self.outbox) = (client, outbox)
    retention = RetentionInForce(given.file.retention)
    copy = HeadCopyPlace(given.file.headCopy)
  }

  /// Until it is told to stop.
  func run() async throws {
    try await recording.enforce(given.file.recording)
    let service = dependencies()
    if let settings = service.admission {
      logger.info("clusters may ask", metadata: ["mode": "\(settings.mode)"])
    }
    try await Listening(address: given.address, logger: logger).run(
      Routes.router(service), secure(service), workers(of: service))
    await service.headCopy?.look()
  }

  func close() async throws {
    try await client?.shutdown()
    try await recording.close()
    try await store.close()
  }

  // MARK: what runs

  private func dependencies() -> ServiceDependencies {
    let database = given.database
    let directory = URL(filePath: database).deletingLastPathComponent().path
    let (started, opened) = (currentInstant(), Machine.file(database))
    var service = ServiceDependencies(
      store: store, secrets: given.secrets, settings: given.settings,
      now: currentInstant, random: { Double.random(in: 0..<1) },
      disk: { Machine.disk(directory) }, process: { Machine.process(startedAt: started) },
      wake: { [outbox] in outbox?.wake() }, metrics: metrics, appended: appended)
    (service.recording, service.trust) = (recording.inForce, given.trust)
    (service.policies, service.zones) = (policies, zones)
    service.reconciler = reconciler()
    (service.witnesses, service.headCopy) = (witnesses(), headCopy())
    service.retention = retention
    service.admission = given.admission?.settings
    service.isDatabaseThere = { Machine.file(database) == opened }
    return service
  }

  private func workers(of service: ServiceDependencies) -> [(any ServiceLifecycle.Service)?] {
    let certificates = given.certificates.map {
      CertificateWatch(keeper: $0, metrics: metrics, logger: logger)
    }
    let reloading = Reloading(
      hangups: given.hangups, path: given.policyPath, confirmation: given.confirmation,
      enforcement: Enforcement(store: store, logger: logger), recording: recording,
      trust: given.trust, retention: retention, copy: copy, announce: announce, logger: logger)
    let expiries = Expiries(store: store, now: currentInstant, announce: announce, logger: logger)
    let watch = RuleWatch(
      store: store, gate: DeployGate(policies, zones: zones), now: currentInstant,
      announce: announce, logger: logger)
    let protections = client.map {
      ProtectionWatch(
        store: store, host: $0, policies: policies, now: currentInstant, logger: logger)
    }
    let pruner = EvidencePruner(
      store: store, retention: retention, now: currentInstant, announce: announce, logger: logger)
    return [
      certificates, outbox, reloading, expiries, watch, service.reconciler, protections, pruner,
      service.witnesses, service.headCopy,
    ]
  }

  private func reconciler() -> Reconciler? {
    client.map { host in
      var settings = ReconcileSettings(publicURL: given.publicURL)
      settings.pendingMinutes = given.patience
      return Reconciler(
        store: store, host: host, policies: policies, settings: settings, now: currentInstant,
        metrics: metrics, logger: logger, announce: announce)
    }
  }

  private func witnesses() -> WitnessWatch {
    WitnessWatch(
      store: store, host: WitnessClient(), now: currentInstant, appended: appended,
      metrics: metrics, logger: logger, announce: announce)
  }

  private func headCopy() -> HeadCopy {
    HeadCopy(
      store: store, place: copy, read: WholeFile.read, write: { try HeadFile.write($0, to: $1) },
      logger: logger)
  }

  private func secure(_ service: ServiceDependencies) -> SecureListening? {
    guard let admission = given.admission, let certificates = given.certificates else {
      return nil
    }
    return SecureListening(
      address: admission.address, certificates: certificates,
      router: Routes.router(service, Routes.admission(service, admission.settings)))
  }
}
