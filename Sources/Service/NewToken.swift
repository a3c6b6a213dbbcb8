import Ledger
import Merkle

/// A token that was just made. Only its SHA-256 is ever stored: with 256 random bits it needs no
/// salt and no slow hash.
public struct NewToken: Sendable {
  public let name: String
  public let scope: Scope
  /// `ledger_` and 64 hexadecimal digits. Shown once.
  public let secret: String

  public init(name: String, scope: Scope) {
    self.name = name
    self.scope = scope
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    secret = "ledger_" + Hash(bytes).hex
  }

  public static func isValid(name: String) -> Bool {
    (1...100).contains(name.count)
      && name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  }

  public func entry(received: Instant) throws(EntryError) -> Entry {
    try Entry(
      kind: .tokenCreated, at: received, received: received, source: .ledger,
      data: [
        "hash": .string(Hash.sha256(secret.utf8).hex), "name": .string(name),
        "scope": .string(scope.rawValue),
      ])
  }
}
