import Ledger
import Merkle
import Reports

/// A token that was just made. Only its SHA-256 is ever stored: with 256 random bits it needs no
/// salt and no slow hash.
public struct NewToken: Sendable {
  public static let prefix = "ledger_"

  public let name: String
  public let scope: Scope
  /// What it may report about; `nil` for everything.
  public let repositories: [TokenRepository]?
  /// `ledger_` and 64 hexadecimal digits. Shown once.
  public let secret: String

  public init(name: String, scope: Scope, repositories: [TokenRepository]? = nil) {
    self.name = name
    self.scope = scope
    self.repositories = repositories
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    secret = NewToken.prefix + Hash(bytes).hex
  }

  public static func isValid(name: String) -> Bool {
    (1...100).contains(name.count)
      && name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  }

  /// - Parameter source: who had it made.
  public func entry(received: Instant, source: Source = .ledger) throws(EntryError) -> Entry {
    var data: [String: JSON] = [
      "hash": .string(Hash.sha256(secret.utf8).hex), "name": .string(name),
      "scope": .string(scope.rawValue),
    ]
    if let repositories { data["repositories"] = .array(repositories.map { .int($0.id) }) }
    return try Entry(
      kind: .tokenCreated, at: received, received: received, source: source, data: .object(data))
  }

  /// What whoever had it made is told, once.
  public var answer: JSON {
    [
      "name": .string(name), "scope": .string(scope.rawValue), "token": .string(secret),
      "repositories": repositories.map { .array($0.map(\.json)) } ?? .null,
    ]
  }
}

/// The end of a token.
public enum TokenRevocation {
  /// - Parameters:
  ///   - hash: of the secret, 64 hexadecimal digits.
  ///   - source: who revokes it.
  public static func entry(
    of hash: String, received: Instant, source: Source = .ledger
  ) throws(EntryError) -> Entry {
    try Entry(
      kind: .tokenRevoked, at: received, received: received, source: source,
      data: ["hash": .string(hash)])
  }
}
