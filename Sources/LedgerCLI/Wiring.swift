import Foundation
import Gates
import GitHubAPI
import Ledger
import Logging
import Merkle
import SQLiteStore
import Service
import Webhooks

/// Knows everyone: makes the parts of the service from the configuration and hands them to each
/// other.
struct Wiring {
  private let options: ServeCommand
  private let logger: Logger

  init(_ options: ServeCommand) {
    self.options = options
    LoggingSystem.bootstrap(StreamLogHandler.standardError(label:))
    logger = Logger(label: "ledger")
  }

  /// Everything that can be refused is looked at before anything is opened.
  func serve() async throws {
    let hangups = Hangups()
    let secrets = try webhookSecrets()
    let credentials = try gitHubCredentials()
    let confirmation: Policy.Confirmation = credentials == nil ? .webhooks : .github
    let loaded = try ledgerFile(confirmation: confirmation)
    let (gitHub, address) = (try gitHubAddress(), try options.address)
    let (settings, publicURL) = (try options.settings(), try publicURL())
    let (patience, journal) = (try options.pendingPatience, try options.journalChoice)
    let admission = try options.admission.read()
    let certificates = try admission.map { try CertificateKeeper($0.files) }
    try RecordingKeeper.check(loaded.file.recording)
    let trust = TrustInForce(
      try TrustFiles(policy: options.policyPath ?? "").read(loaded.file.attestations))
    let (recording, policies, zones) = (RecordingKeeper(), Policies(), SystemTimeZones())
    let copy = HeadCopyPlace(loaded.file.headCopy)
    let store = try await open(with: Gatehouse(policies, zones: zones), loaded, journal)
    let version = try store.sqliteVersion
    logger.info(
      "database open",
      metadata: [
        "path": "\(options.database)", "sqlite": "\(version)", "journal": "\(store.journal)",
      ])
    let client = credentials.map {
      GitHubClient(address: gitHub, credentials: $0, now: currentInstant)
    }
    let (metrics, appended, logger) = (Metrics(), Appended(), logger)
    let outbox = client.map { host in
      Outbox(
        store: store, host: host, policies: policies, zones: zones, publicURL: publicURL,
        now: currentInstant, metrics: metrics, logger: logger, appended: appended, errands: host,
        branches: BranchEffects(
          store: store, repositories: host, errands: host, publicURL: publicURL,
          now: currentInstant),
        silence: { host.silence })
    }
    let reconciler = client.map { host in
      var settings = ReconcileSettings(publicURL: publicURL)
      settings.pendingMinutes = patience
      return Reconciler(
        store: store, host: host, policies: policies, settings: settings, now: currentInstant,
        metrics: metrics, logger: logger,
        announce: {
          outbox?.wake()
          appended.announce()
        })
    }
    let protections = client.map {
      ProtectionWatch(
        store: store, host: $0, policies: policies, now: currentInstant, logger: logger)
    }
    let witnesses = WitnessWatch(
      store: store, host: WitnessClient(), now: currentInstant, appended: appended,
      metrics: metrics, logger: logger,
      announce: {
        outbox?.wake()
        appended.announce()
      })
    let headCopy = HeadCopy(
      store: store, place: copy, read: WholeFile.read, write: { try HeadFile.write($0, to: $1) },
      logger: logger)
    do {
      try await recording.enforce(loaded.file.recording)
      var service = dependencies(store, secrets, settings, metrics, appended) { outbox?.wake() }
      (service.recording, service.trust) = (recording.inForce, trust)
      (service.policies, service.zones) = (policies, zones)
      service.reconciler = reconciler
      (service.witnesses, service.headCopy) = (witnesses, headCopy)
      service.retention.replace(loaded.file.retention)
      service.admission = admission?.settings
      service.isDatabaseThere = presence(of: options.database)
      let announce: @Sendable () -> Void = { [service] in service.announce() }
      let reloading = Reloading(
        hangups: hangups, path: options.policyPath, confirmation: confirmation,
        enforcement: Enforcement(store: store, logger: logger), recording: recording,
        trust: trust, retention: service.retention, copy: copy, announce: announce, logger: logger)
      let pruner = EvidencePruner(
        store: store, retention: service.retention, now: currentInstant, announce: announce,
        logger: logger)
      let expiries = Expiries(
        store: store, now: currentInstant, announce: announce, logger: logger)
      let watch = RuleWatch(
        store: store, gate: DeployGate(policies, zones: zones), now: currentInstant,
        announce: announce, logger: logger)
      let secure = admission.flatMap { admission in
        certificates.map { certificates in
          SecureListening(
            address: admission.address, certificates: certificates,
            router: Routes.router(service, Routes.admission(service, admission.settings)))
        }
      }
      let certificateWatch = certificates.map {
        CertificateWatch(keeper: $0, metrics: metrics, logger: logger)
      }
      if let settings = admission?.settings {
        logger.info("clusters may ask", metadata: ["mode": "\(settings.mode)"])
      }
      try await Listening(address: address, logger: logger).run(
        Routes.router(service), secure,
        [
          certificateWatch,
          outbox, reloading, expiries, watch, reconciler, protections, pruner, witnesses,
          headCopy,
        ])
      await headCopy.look()
    } catch {
      try await close(client, recording, store)
      throw error
    }
    try await close(client, recording, store)
    logger.info("stopped")
  }

  private func open(
    with gates: Gatehouse, _ loaded: Loaded, _ journal: Journal.Choice
  ) async throws -> SQLiteLedger {
    let signer = try SigningKey.read(for: options.database)
    var settings = SQLiteLedger.Settings()
    settings.journal = journal
    let store = try SQLiteLedger(
      path: options.database, reactor: gates, signers: signer.map { [$0] } ?? [],
      copies: try loaded.file.headCopy.flatMap(WholeFile.read).map { [$0] } ?? [],
      settings: settings, now: currentInstant, onFailure: stop)
    if let signer {
      logger.info("checkpoints are signed", metadata: ["vkey": "\(signer.verifier.vkey)"])
    } else {
      logger.warning("the log is not signed: ledger init --db \(options.database) gives it a key")
    }
    if store.hasBegun { logger.warning("\(WritableLedger.begun(options.database))") }
    try await Enforcement(store: store, logger: logger).enforce(loaded.file, hash: loaded.hash)
    return store
  }

  private func close(
    _ client: GitHubClient?, _ recording: RecordingKeeper, _ store: SQLiteLedger
  ) async throws {
    try await client?.shutdown()
    try await recording.close()
    try await store.close()
  }

  // MARK: what is configured

  private func webhookSecrets() throws -> WebhookSecrets {
    let secrets = try Configuration.secrets("LEDGER_WEBHOOK_SECRET")
    let hint =
      "Make one with: openssl rand -hex 32; put it into LEDGER_WEBHOOK_SECRET, or name its "
      + "file in LEDGER_WEBHOOK_SECRET_FILE, and set the same secret for the webhook on GitHub."
    guard !secrets.isEmpty else { throw Failure("there is no webhook secret", hint: hint) }
    guard secrets.count <= 2 else {
      throw Failure(
        "there are \(secrets.count) webhook secrets",
        hint: "Two are for the time of a replacement: the old one and the new one.")
    }
    if let short = secrets.map(\.utf8.count).min(), short < WebhookSecrets.minimumLength {
      let text = "the webhook secret has \(short) bytes, fewer than \(WebhookSecrets.minimumLength)"
      guard Configuration.isDevelopment else { throw Failure(text, hint: hint) }
      logger.warning("\(text); LEDGER_DEV allows it")
    }
    return WebhookSecrets(secrets)
  }

  private typealias Loaded = (file: LedgerFile, hash: String?)

  private func ledgerFile(confirmation: Policy.Confirmation) throws -> Loaded {
    guard let path = options.policyPath else {
      logger.warning("there is no policy (--config): nothing is guarded")
      return (LedgerFile(policy: Policy(merge: nil, confirmation: confirmation)), nil)
    }
    let loaded = try PolicyFile(path: path).load(confirmation: confirmation)
    if loaded.file.policy.isEmpty {
      logger.warning("\(path) has no gate: nothing is guarded")
    }
    return (loaded.file, loaded.hash)
  }

  private func gitHubCredentials() throws -> GitHubCredentials? {
    if let credentials = try CredentialChoice.read() { return credentials }
    logger.warning(
      """
      there are no GitHub credentials (\(CredentialChoice.token), \(CredentialChoice.app)): verdicts \
      rest on webhooks alone, and nothing is posted
      """)
    return nil
  }

  private func gitHubAddress() throws -> GitHubAddress {
    guard let url = options.gitHubAPIURL else { return .gitHub }
    guard let address = GitHubAddress(url) else {
      throw Failure.usage(
        "LEDGER_GITHUB_API_URL \(url) is no URL", hint: "Such as https://github.example.com/api/v3")
    }
    return address
  }

  private func publicURL() throws -> String? {
    guard let text = options.publicAddress else { return nil }
    guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host != nil
    else {
      throw Failure.usage(
        "LEDGER_PUBLIC_URL \(text) is no URL", hint: "Such as https://ledger.example.com")
    }
    return text.hasSuffix("/") ? String(text.dropLast()) : text
  }

  // MARK: what runs

  private func dependencies(
    _ store: SQLiteLedger, _ secrets: WebhookSecrets, _ settings: ServiceSettings,
    _ metrics: Metrics, _ appended: Appended, wake: @escaping @Sendable () -> Void
  ) -> ServiceDependencies {
    let directory = URL(filePath: options.database).deletingLastPathComponent().path
    let started = currentInstant()
    return ServiceDependencies(
      store: store, secrets: secrets, settings: settings,
      now: currentInstant, random: { Double.random(in: 0..<1) },
      disk: { Machine.disk(directory) }, process: { Machine.process(startedAt: started) },
      wake: wake, metrics: metrics, appended: appended)
  }

  private func presence(of database: String) -> @Sendable () -> Bool {
    let opened = Machine.file(database)
    return { Machine.file(database) == opened }
  }

  /// After a failed write a commit may be visible without being durable; going on would acknowledge
  /// what a power cut takes away.
  private func stop(_ reason: String) {
    logger.critical("a write failed, stopping", metadata: ["reason": "\(reason)"])
    Foundation.exit(Exit.error)
  }
}
