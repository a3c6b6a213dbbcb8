import AsyncHTTPClient
import Gates
import GitHubAPI
import Ledger
import Logging
import NIOCore
import Reports
import SQLiteStore
import Service

/// Where deliveries are compared: by a server at work, or in a file that no server is using.
protocol ReconcileDesk: Sendable {
  /// - Parameter tell: gets each step, the last one with a `result`.
  func run(since: String?, _ tell: @Sendable (JSON) -> Void) async throws
}

extension SourceOptions {
  func reconciling() throws -> any ReconcileDesk {
    switch try place() {
    case .file(let path): FileReconciling(path: path)
    case .server(let url):
      ServerReconciling(server: try ServerSource(url: url, token: Configuration.apiToken))
    }
  }
}

/// Reads `POST /v1/reconcile` line by line.
struct ServerReconciling: ReconcileDesk {
  private static let client: HTTPClient = {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout = .init(connect: .seconds(10), read: .minutes(5))
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(configuration: configuration)
  }()
  private static let longestRefusal = 1 << 20

  let server: ServerSource

  func run(since: String?, _ tell: @Sendable (JSON) -> Void) async throws {
    let target = ServerSource.target("/v1/reconcile", since.map { [("since", $0)] } ?? [])
    let response: HTTPClientResponse
    do {
      response = try await ServerReconciling.client.execute(
        server.request(.post, target), timeout: .hours(24))
      guard response.status == .ok else { return try await refuse(response) }
      var line: [UInt8] = []
      for try await chunk in response.body {
        for byte in chunk.readableBytesView {
          guard byte == UInt8(ascii: "\n") else {
            line.append(byte)
            continue
          }
          tell(try JSON.parse(line))
          line = []
        }
      }
    } catch let failure as Failure { throw failure } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Failure(
        server.unreachable(error), hint: "Is the server running, and the URL right?")
    }
  }

  private func refuse(_ response: HTTPClientResponse) async throws {
    let body = try await response.body.collect(upTo: ServerReconciling.longestRefusal)
    _ = try server.answer(response.status.code, Array(body.readableBytesView))
    throw Failure("\(server.base) does not do this", hint: "Is it an older version?")
  }
}

/// Without a server there is nothing that GitHub could deliver to: what is missing is read instead.
struct FileReconciling: ReconcileDesk {
  let path: String

  func run(since: String?, _ tell: @Sendable (JSON) -> Void) async throws {
    try WritableLedger.mustExist(path)
    let instant = try since.map(FileReconciling.instant)
    let client = try FileReconciling.client()
    do {
      try await run(client, since: instant, tell)
    } catch {
      try await client.shutdown()
      throw error
    }
    try await client.shutdown()
  }

  func run(
    _ host: any ReconcileHost, since: Instant?, _ tell: @Sendable (JSON) -> Void
  ) async throws {
    let policies = Policies()
    let store = try WritableLedger.open(path, policies: policies)
    var settings = ReconcileSettings(publicURL: Configuration.text("LEDGER_PUBLIC_URL"))
    settings.asksForDeliveries = false
    let reconciler = Reconciler(
      store: store, host: host, policies: policies, settings: settings, now: currentInstant,
      metrics: Metrics(),
      logger: Logger(label: "ledger", factory: { _ in SwiftLogNoOpLogHandler() })
    )
    for await step in await reconciler.start(since: since).steps() { tell(step.json) }
    try await store.close()
  }

  private static func instant(_ text: String) throws -> Instant {
    guard let time = TimeExpression(text)?.instant(now: currentInstant()) else {
      throw Failure.usage("--since \(text) is no time", hint: "Such as 2d or 2026-11-20T23:41:07Z")
    }
    return time
  }

  private static func client() throws -> GitHubClient {
    guard let credentials = try CredentialChoice.read() else {
      throw Failure(
        "there are no GitHub credentials",
        hint: "Set \(CredentialChoice.token) or \(CredentialChoice.app), or ask a server: --server")
    }
    let url = Configuration.text("LEDGER_GITHUB_API_URL")
    guard let address = url.map(GitHubAddress.init) ?? .gitHub else {
      throw Failure.usage("LEDGER_GITHUB_API_URL \(url ?? "") is no URL")
    }
    return GitHubClient(address: address, credentials: credentials, now: currentInstant)
  }
}
