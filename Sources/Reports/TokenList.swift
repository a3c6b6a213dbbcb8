import Ledger

/// The API tokens that were made: `ledger token list`. Their secrets are nowhere.
public struct TokenList: Sendable {
  public static let schema = "ledger.tokens/1"

  public struct Item: Hashable, Sendable {
    /// SHA-256 of the secret, 64 hexadecimal digits.
    public let hash: String
    public let name: String
    public let scope: String
    /// What it may report about; `nil` for everything.
    public let repositories: [TokenRepository]?
    public let madeAt: Instant?
    /// `nil` while it is valid.
    public let revokedAt: Instant?

    public init(
      hash: String, name: String, scope: String, repositories: [TokenRepository]?,
      madeAt: Instant?, revokedAt: Instant?
    ) {
      self.hash = hash
      self.name = name
      self.scope = scope
      self.repositories = repositories
      self.madeAt = madeAt
      self.revokedAt = revokedAt
    }
  }

  /// Oldest first.
  public let items: [Item]
  public let asOf: Instant

  public init(reading tables: any LedgerReader, asOf: Instant) throws {
    let names = try tables.repositoryNames()
    items = try tables.tokens().map { Item($0, names) }
    self.asOf = asOf
  }

  public var json: JSON {
    Envelope(schema: TokenList.schema, asOf: asOf, gaps: []).json([
      "items": .array(items.map(\.json))
    ])
  }

  /// Reads the answer of `GET /v1/tokens`. `nil` when it is none.
  public init?(json: JSON) {
    guard json["schema"]?.string == TokenList.schema, let items = json["items"]?.array,
      let asOf = Instant(json: json["as_of"])
    else { return nil }
    self.items = items.compactMap(Item.init(json:))
    self.asOf = asOf
    guard self.items.count == items.count else { return nil }
  }
}

extension TokenList.Item {
  public init(_ token: ListedToken, _ names: [Int64: String]) {
    self.init(
      hash: token.hash, name: token.name, scope: token.scope,
      repositories: token.repositories?.map { TokenRepository(id: $0, name: names[$0]) },
      madeAt: token.madeAt, revokedAt: token.revokedAt)
  }

  public var json: JSON {
    [
      "hash": .string(hash), "name": .string(name), "scope": .string(scope),
      "repositories": repositories.map { .array($0.map(\.json)) } ?? .null,
      "made_at": .optional(madeAt), "revoked_at": .optional(revokedAt),
    ]
  }

  public init?(json: JSON) {
    guard let hash = json["hash"]?.string, let name = json["name"]?.string,
      let scope = json["scope"]?.string
    else { return nil }
    self.init(
      hash: hash, name: name, scope: scope,
      repositories: json["repositories"]?.array?.compactMap(TokenRepository.init(json:)),
      madeAt: Instant(json: json["made_at"]), revokedAt: Instant(json: json["revoked_at"]))
  }
}
