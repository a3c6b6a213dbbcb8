import Foundation
import Gates
import GitHubAPI
import Logging
import SQLiteStore
import Service
import Webhooks

/// What `ledger serve` was given. Everything that can be refused is looked at here, before anything
/// is opened.
struct Given {
  let hangups = Hangups()
  let database: String
  let policyPath: String?
  let secrets: WebhookSecrets
  let credentials: GitHubCredentials?
  let confirmation: Policy.Confirmation
  let file: LedgerFile
  /// SHA-256 of that file; `nil` without one.
  let hash: String?
  let gitHub: GitHubAddress
  let address: ListenAddress
  let settings: ServiceSettings
  let publicURL: String?
  /// Minutes; see `ReconcileSettings`.
  let patience: Int
  let journal: Journal.Choice
  let admission: AdmissionFlags.Read?
  let certificates: CertificateKeeper?
  let trust: TrustInForce

  init(_ options: ServeCommand, _ logger: Logger) throws {
    (database, policyPath) = (options.database, options.policyPath)
    secrets = try options.webhookSecrets(logger)
    credentials = try options.gitHubCredentials(logger)
    confirmation = credentials == nil ? .webhooks : .github
    (file, hash) = try options.ledgerFile(confirmation, logger)
    (gitHub, address) = (try options.gitHubAddress(), try options.address)
    (settings, publicURL) = (try options.settings(), try options.checkedPublicURL())
    (patience, journal) = (try options.pendingPatience, try options.journalChoice)
    admission = try options.admission.read()
    certificates = try admission.map { try CertificateKeeper($0.files) }
    try RecordingKeeper.check(file.recording)
    trust = TrustInForce(try TrustFiles(policy: policyPath ?? "").read(file.attestations))
  }
}

extension ServeCommand {
  fileprivate func webhookSecrets(_ logger: Logger) throws -> WebhookSecrets {
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

  fileprivate func ledgerFile(
    _ confirmation: Policy.Confirmation, _ logger: Logger
  ) throws -> (file: LedgerFile, hash: String?) {
    guard let path = policyPath else {
      logger.warning("there is no policy (--config): nothing is guarded")
      return (LedgerFile(policy: Policy(merge: nil, confirmation: confirmation)), nil)
    }
    let loaded = try PolicyFile(path: path).load(confirmation: confirmation)
    if loaded.file.policy.isEmpty {
      logger.warning("\(path) has no gate: nothing is guarded")
    }
    return (loaded.file, loaded.hash)
  }

  fileprivate func gitHubCredentials(_ logger: Logger) throws -> GitHubCredentials? {
    if let credentials = try CredentialChoice.read() { return credentials }
    logger.warning(
      """
      there are no GitHub credentials (\(CredentialChoice.token), \(CredentialChoice.app)): verdicts \
      rest on webhooks alone, and nothing is posted
      """)
    return nil
  }

  fileprivate func gitHubAddress() throws -> GitHubAddress {
    guard let url = gitHubAPIURL else { return .gitHub }
    guard let address = GitHubAddress(url) else {
      throw Failure.usage(
        "LEDGER_GITHUB_API_URL \(url) is no URL", hint: "Such as https://github.example.com/api/v3")
    }
    return address
  }

  fileprivate func checkedPublicURL() throws -> String? {
    guard let text = publicAddress else { return nil }
    guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host != nil
    else {
      throw Failure.usage(
        "LEDGER_PUBLIC_URL \(text) is no URL", hint: "Such as https://ledger.example.com")
    }
    return text.hasSuffix("/") ? String(text.dropLast()) : text
  }
}
