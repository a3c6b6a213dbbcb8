import Ledger

/// Reading answers.
extension JSON {
  /// Follows members by a path such as `actor.login`; `nil` for what is not there, and for `null`.
  func value(_ path: String) -> JSON? {
    var value = self
    for key in path.split(separator: ".") {
      guard let next = value[String(key)] else { return nil }
      value = next
    }
    return value == .null ? .none : .some(value)
  }

  /// A string, or a number or flag as text.
  func text(_ path: String) -> String? {
    switch value(path) {
    case .string(let text)?: text
    case .int(let number)?: String(number)
    case .number(let text)?: text
    case .bool(let flag)?: String(flag)
    default: nil
    }
  }

  func number(_ path: String) -> Int64? { value(path)?.int }

  func list(_ path: String) -> [JSON] { value(path)?.array ?? [] }

  /// The login, or the number of someone whose name is not known.
  func person(_ path: String) -> String? {
    text(path + ".login") ?? text(path + ".id").map { "id:\($0)" }
  }

  /// With other members, or others of the same name.
  func with(_ members: [String: JSON]) -> JSON {
    .object((object ?? [:]).merging(members) { $1 })
  }
}

/// Ids as people write them.
enum Short {
  static func commit(_ sha: String?) -> String? { sha.map { String($0.prefix(7)) } }

  /// 12 digits, without `sha256:`.
  static func digest(_ digest: String?) -> String? {
    digest.map { String(($0.split(separator: ":").last ?? "").prefix(12)) }
  }

  static func pull(_ number: String?) -> String? { number.map { "#\($0)" } }
}
