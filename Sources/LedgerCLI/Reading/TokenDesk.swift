import Gates
import Ledger
import Reports
import SQLiteStore
import Service

/// Where tokens are made and revoked: in a file that no server is using, or on a server, which
/// takes a token with the scope `admin`.
protocol TokenDesk: Sendable {
  /// - Parameter repositories: `owner/name` or numeric ids; empty for all.
  /// - Returns: as `POST /v1/tokens` answers.
  func create(name: String, scope: Scope, repositories: [String]) async throws -> JSON
  func list() async throws -> TokenList
  /// - Parameter hash: in full.
  func revoke(hash: String) async throws
}

extension SourceOptions {
  func tokens() throws -> any TokenDesk {
    switch try place() {
    case .file(let path): FileTokens(path: path)
    case .server(let url):
      ServerTokens(server: try ServerSource(url: url, token: Configuration.apiToken))
    }
  }
}

struct FileTokens: TokenDesk {
  let path: String

  func create(name: String, scope: Scope, repositories: [String]) async throws -> JSON {
    try await WritableLedger.use(path) { store in
      let token = NewToken(
        name: name, scope: scope, repositories: try await resolved(repositories, in: store))
      _ = try await store.append([Submission(entry: token.entry(received: currentInstant()))])
      return token.answer
    }
  }

  private func resolved(
    _ texts: [String], in store: SQLiteLedger
  ) async throws -> [TokenRepository]? {
    guard !texts.isEmpty else { return nil }
    do { return try await store.read { try TokenRepository.all(texts, reading: $0) } } catch let
      unknown as UnknownRepositories
    {
      throw Failure(
        "nothing was made: \(unknown.sentence)", hint: UnknownRepositories.hint,
        code: Exit.nothing)
    }
  }

  func list() async throws -> TokenList {
    try SQLiteArchive(path: path).read {
      try TokenList(reading: $0, asOf: currentInstant().wholeSecond)
    }
  }

  func revoke(hash: String) async throws {
    try await WritableLedger.use(path) { store in
      let entry = try TokenRevocation.entry(of: hash, received: currentInstant())
      _ = try await store.append([Submission(entry: entry)])
    }
  }
}

struct ServerTokens: TokenDesk {
  let server: ServerSource

  func create(name: String, scope: Scope, repositories: [String]) async throws -> JSON {
    var body: [String: JSON] = ["name": .string(name), "scope": .string(scope.rawValue)]
    if !repositories.isEmpty { body["repositories"] = .array(repositories.map(JSON.string)) }
    let bytes = JSON.object(body).canonicalBytes
    guard let answer = try await server.send(.post, "/v1/tokens", body: bytes) else {
      throw ServerTokens.older
    }
    return answer
  }

  func list() async throws -> TokenList {
    guard let json = try await server.get("/v1/tokens") else { throw ServerTokens.older }
    guard let list = TokenList(json: json) else {
      throw Failure("the server's answer is no list of tokens")
    }
    return list
  }

  func revoke(hash: String) async throws {
    guard try await server.send(.delete, "/v1/tokens/\(hash)") != nil else {
      throw ServerTokens.older
    }
  }

  private static let older = Failure(
    "the server does not do this", hint: "Is it an older version?")
}
