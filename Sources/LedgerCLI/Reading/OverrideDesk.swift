import Gates
import Ledger
import Reports
import SQLiteStore

/// Where overrides are made and revoked: in a file that no server is using, or on a server, which
/// takes a token with the scope `override`.
protocol OverrideDesk: Sendable {
  /// - Returns: as `POST /v1/gates/overrides` answers.
  func create(_ request: OverrideRequest) async throws -> JSON
  func list() async throws -> JSON
  func revoke(_ entry: Int64) async throws -> JSON
}

extension SourceOptions {
  func overrides() throws -> any OverrideDesk {
    switch try place() {
    case .file(let path): FileOverrides(path: path)
    case .server(let url):
      ServerOverrides(server: try ServerSource(url: url, token: Configuration.apiToken))
    }
  }
}

struct FileOverrides: OverrideDesk {
  /// Of what is done with the file itself.
  private static let name = "cli"

  let path: String

  func create(_ request: OverrideRequest) async throws -> JSON {
    try await write { tables in
      try request.entry(
        reading: tables, by: FileOverrides.name, source: .token(FileOverrides.name, key: nil),
        now: currentInstant())
    }
  }

  func list() async throws -> JSON {
    try SQLiteArchive(path: path).read {
      try OverrideList(reading: $0, asOf: currentInstant().wholeSecond).json
    }
  }

  func revoke(_ entry: Int64) async throws -> JSON {
    let row = try SQLiteArchive(path: path).read { try $0.override(entry) }
    guard let row else {
      throw OverrideRefusal.unknown("entry \(entry) is no override")
    }
    if row.end == nil {
      _ = try await write { _ in
        try OverrideEnd.revoked.entry(
          of: row, source: .token(FileOverrides.name, key: nil), now: currentInstant())
      }
    }
    return try item(entry)
  }

  private func write(
    _ body: @escaping @Sendable (any LedgerReader) throws -> Entry
  ) async throws -> JSON {
    // Opening makes what is not there.
    _ = try SQLiteArchive(path: path)
    let index = try await WritableLedger.use(path) { store in
      let entry = try await store.read(body)
      return try await store.append([Submission(entry: entry)]).first?.index
    }
    return try index.map(item) ?? .null
  }

  private func item(_ entry: Int64) throws -> JSON {
    try SQLiteArchive(path: path).read {
      try OverrideList.item(entry, reading: $0, asOf: currentInstant().wholeSecond)
    } ?? .null
  }
}

struct ServerOverrides: OverrideDesk {
  private static let path = "/v1/gates/overrides"
  let server: ServerSource

  func create(_ request: OverrideRequest) async throws -> JSON {
    var body: [String: JSON] = [
      "reason": .string(request.reason), "expires_in": .int(request.seconds),
    ]
    switch request.reference {
    case .decision(let entry): body["decision"] = .int(entry)
    case .pull(let repository, let number): body["pull"] = .string("\(repository)#\(number)")
    }
    let bytes = JSON.object(body).canonicalBytes
    guard let item = try await server.send(.post, ServerOverrides.path, body: bytes) else {
      throw OverrideRefusal.unknown("the server knows no such verdict")
    }
    return item
  }

  func list() async throws -> JSON {
    guard let list = try await server.get(ServerOverrides.path) else {
      throw Failure("the server does not do this", hint: "Is it an older version?")
    }
    return list
  }

  func revoke(_ entry: Int64) async throws -> JSON {
    guard let item = try await server.send(.delete, "\(ServerOverrides.path)/\(entry)") else {
      throw OverrideRefusal.unknown("entry \(entry) is no override")
    }
    return item
  }
}
