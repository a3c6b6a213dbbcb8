import Foundation
import Ledger
import Synchronization

/// GitHub's REST API on a socket of this machine: serves scripted state, records every request and
/// fails as it is told. Thread-safe; scripting it does not wait.
///
/// It answers the calls of `Route` for every repository name, in the shape of GitHub's OpenAPI
/// description of 2026-03-10 as far as the ledger reads it. Every commit and branch exists; anything
/// else exists once it was `set`. An App exists once it was installed. The rest is GitHub's 404.
public final class FakeGitHub: Sendable {
  /// The bearer token that it demands; `nil` demands none.
  let token: String?
  let prefix: String
  let now: @Sendable () -> Instant
  let state: Mutex<State>
  let file: RecordFile?
  private let server = Mutex(FakeServer?.none)

  /// Listens on 127.0.0.1 when this returns, until `stop()`.
  ///
  /// - Parameters:
  ///   - token: the bearer token that it demands; `nil` demands none.
  ///   - recordTo: a file, made anew, that gets one line of JSON for each request. It is complete
  ///     after `stop()`.
  ///   - prefix: `/api/v3` stands for GitHub Enterprise Server.
  ///   - port: 0 takes any free one.
  ///   - keeping: how many requests `requests` shows at least; older ones are dropped.
  public static func start(
    token: String?, recordTo: URL? = nil, prefix: String = "", port: Int = 0,
    keeping: Int = 100_000, now: @escaping @Sendable () -> Instant = FakeGitHub.clock
  ) async throws -> FakeGitHub {
    let file = try recordTo.map(RecordFile.init)
    let fake = FakeGitHub(token: token, prefix: prefix, now: now, file: file, keeping: keeping)
    let server = try await FakeServer(on: port) { try await fake.respond(to: $0, on: $1) }
    fake.server.withLock { $0 = server }
    return fake
  }

  /// The machine's clock, in whole seconds like GitHub's timestamps.
  public static let clock: @Sendable () -> Instant = {
    Instant(seconds: Int64(Date().timeIntervalSince1970))
  }

  private init(
    token: String?, prefix: String, now: @escaping @Sendable () -> Instant, file: RecordFile?,
    keeping: Int
  ) {
    self.token = token
    self.prefix = prefix
    self.now = now
    self.file = file
    state = Mutex(State(keeping: keeping))
  }

  public var port: Int { server.withLock { $0?.port ?? 0 } }

  /// The address of the API for a client: `http://127.0.0.1:PORT`, and the prefix.
  public var baseURL: String { "http://127.0.0.1:\(port)\(prefix)" }

  /// Cuts every connection and closes the record, whose first failure to write is thrown here.
  public func stop() async throws {
    await server.withLock { $0.take() }?.stop()
    try file?.close()
  }
}
