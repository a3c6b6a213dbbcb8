import ArgumentParser
import SQLiteStore

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Receives webhooks, guards merges, answers questions.",
    discussion: """
      EXAMPLES
        export LEDGER_WEBHOOK_SECRET_FILE=webhook.secret
        export LEDGER_GITHUB_TOKEN_FILE=github.token
        ledger serve --db ledger.sqlite --listen 127.0.0.1:8080 --config ledger.yaml
        ledger serve --hello-only --listen 0.0.0.0:8080

      The webhook's address on GitHub is https://HOST/webhooks/github, its content type \
      application/json. Secrets: ledger topic environment. SIGTERM stops it within 5 seconds; \
      whatever was acknowledged is on disk. SIGHUP reads the policy file again.

      One process serves a file. On a network file system it keeps the file to itself, with a \
      rollback journal instead of a write-ahead log (--journal); ask it with --server. With \
      --hello-only there is no ledger: any number of replicas answer the hello applications.
      """)

  @Option(help: "The ledger's file; made when it is not there. Default: ledger.sqlite")
  var db: String?

  @Option(help: "HOST:PORT. Default: 127.0.0.1:8080")
  var listen: ListenAddress?

  @Option(help: "The policy file. Without one nothing is guarded.")
  var config: String?

  @Option(name: .customLong("public-url"), help: "Where people reach it; statuses link there.")
  var publicURL: String?

  @Option(name: .customLong("github-api-url"), help: "The API of a GitHub Enterprise server.")
  var githubAPI: String?

  @Option(help: "After that GitHub is asked what a pending verdict waits for. Default: 10")
  var pendingMinutes: Int?

  @Option(help: "public, or private: then the gate's pages need an API token. Default: public")
  var pages: PageAccess?

  @Option(help: "public, or private: then entries need an API token. Default: private")
  var log: PageAccess?

  @Option(
    help: "wal, delete, or auto: wal, on a network file system delete. Default: auto")
  var journal: Journal.Choice?

  @OptionGroup var admission: AdmissionFlags

  @Flag(
    name: .customLong("hello-only"),
    help: "Answer the stateless hello applications alone: no database, no secrets.")
  var helloOnly = false

  // A flag wins over its variable.
  var database: String { db ?? Configuration.text("LEDGER_DB") ?? Configuration.defaultDatabase }
  var address: ListenAddress {
    get throws {
      try listen ?? Configuration.parsed("LEDGER_LISTEN")
        ?? ListenAddress(host: "127.0.0.1", port: 8080)
    }
  }
  var policyPath: String? { config ?? Configuration.text("LEDGER_CONFIG") }
  var publicAddress: String? { publicURL ?? Configuration.text("LEDGER_PUBLIC_URL") }
  var gitHubAPIURL: String? { githubAPI ?? Configuration.text("LEDGER_GITHUB_API_URL") }
  var pageAccess: PageAccess {
    get throws { try pages ?? Configuration.parsed("LEDGER_PAGES") ?? .public }
  }

  var logAccess: PageAccess {
    get throws { try log ?? Configuration.parsed("LEDGER_LOG") ?? .private }
  }

  var pendingPatience: Int {
    get throws {
      let minutes = try pendingMinutes ?? Configuration.parsed("LEDGER_PENDING_MINUTES") ?? 10
      guard (1...100_000).contains(minutes) else {
        throw Failure.usage("--pending-minutes \(minutes) must be 1 or more")
      }
      return minutes
    }
  }

  var journalChoice: Journal.Choice {
    get throws { try journal ?? Configuration.parsed("LEDGER_JOURNAL") ?? .automatic }
  }

  var isHelloOnly: Bool { helloOnly || Configuration.flag("LEDGER_HELLO_ONLY") }

  func run() async throws {
    guard isHelloOnly else { return try await Wiring(self).serve() }
    try refuseLedgerOptions()
    try await HelloWiring(self).serve()
  }

  /// Variables may be set for all containers alike; a flag is meant.
  private func refuseLedgerOptions() throws {
    let given: [(String, Bool)] =
      [
        ("--db", db != nil), ("--config", config != nil), ("--public-url", publicURL != nil),
        ("--github-api-url", githubAPI != nil), ("--pending-minutes", pendingMinutes != nil),
        ("--pages", pages != nil), ("--log", log != nil), ("--journal", journal != nil),
      ] + admission.given
    let names = given.filter(\.1).map(\.0)
    guard names.isEmpty else {
      throw Failure.usage(
        "--hello-only has no ledger, so it does not go with \(names.joined(separator: ", "))",
        hint: "Leave out one or the other.")
    }
  }
}

extension Journal.Choice: ExpressibleByArgument {}

enum PageAccess: String, ExpressibleByArgument, CaseIterable { case `public`, `private` }

/// `127.0.0.1:8080`, `[::1]:8080`
struct ListenAddress: ExpressibleByArgument, CustomStringConvertible {
  let host: String
  let port: Int

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  init?(argument: String) {
    guard let colon = argument.lastIndex(of: ":"),
      let host = ListenAddress.host(argument[..<colon]),
      let port = plainNumber(argument[argument.index(after: colon)...]), port <= 65_535
    else { return nil }
    self.init(host: host, port: Int(port))
  }

  /// Brackets stand around an address that has colons itself, and around no other.
  private static func host(_ text: Substring) -> String? {
    let inner = text.hasPrefix("[") && text.hasSuffix("]") ? text.dropFirst().dropLast() : text
    guard !inner.isEmpty, !inner.contains("["), !inner.contains("]"),
      inner.contains(":") == (inner.count < text.count)
    else { return nil }
    return String(inner)
  }

  var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
