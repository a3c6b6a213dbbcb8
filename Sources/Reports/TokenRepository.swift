import Ledger

/// A repository that a token may report about.
public struct TokenRepository: Hashable, Sendable {
  public let id: Int64
  /// `owner/name`, as last seen; `nil` when nothing was said about it yet.
  public let name: String?

  public init(id: Int64, name: String?) {
    self.id = id
    self.name = name
  }

  public var json: JSON { ["id": .string(String(id)), "name": .optional(name)] }

  public init?(json: JSON) {
    guard let id = json["id"]?.string.flatMap({ Int64($0) }) else { return nil }
    self.init(id: id, name: json["name"]?.string)
  }
}

/// Names that nothing told the ledger of.
public struct UnknownRepositories: Error, Hashable, Sendable {
  public static let hint =
    "It learns a name from the first delivery or report about the repository. The numeric id works "
    + "before: gh api repos/OWNER/NAME --jq .id"

  public let names: [String]

  public var sentence: String {
    "the ledger knows no repository \(names.joined(separator: ", "))"
  }
}

extension TokenRepository {
  /// What people write, in the order of ids and each once.
  ///
  /// - Parameter texts: `owner/name` or a numeric id. An id need not be known.
  /// - Throws: `UnknownRepositories` with all names that are.
  public static func all(
    _ texts: [String], reading tables: any LedgerReader
  ) throws -> [TokenRepository] {
    var (found, unknown): ([Int64: TokenRepository], [String]) = ([:], [])
    for text in texts {
      if let repository = try TokenRepository(text, reading: tables) {
        found[repository.id] = repository
      } else {
        unknown.append(text)
      }
    }
    guard unknown.isEmpty else { throw UnknownRepositories(names: unknown) }
    return found.values.sorted { $0.id < $1.id }
  }

  private init?(_ text: String, reading tables: any LedgerReader) throws {
    if let id = TokenRepository.id(text) {
      self.init(id: id, name: try tables.repository(id)?.name)
    } else if let known = try tables.repository(named: text) {
      self.init(id: known.id, name: known.name)
    } else {
      return nil
    }
  }

  /// Digits alone, of a number that an entry can hold.
  private static func id(_ text: String) -> Int64? {
    let isDigits = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return isDigits ? Int64(text).flatMap { (1...1 << 53).contains($0) ? $0 : nil } : nil
  }
}
