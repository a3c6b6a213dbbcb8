import Hummingbird
import Ledger

/// The parameters of a request, checked: an unknown or malformed one is an error, because an answer
/// to another question than the one that was asked is a wrong answer.
struct Query {
  private let values: [String: [String]]

  init(_ request: Request, allowed: Set<String>) throws {
    var values: [String: [String]] = [:]
    for (key, value) in request.uri.queryParameters {
      guard allowed.contains(String(key)) else {
        let known = allowed.isEmpty ? "none" : allowed.sorted().joined(separator: ", ")
        throw Problem.invalid(String(key), "is unknown; known are: \(known)")
      }
      values[String(key), default: []].append(String(value))
    }
    self.values = values
  }

  /// For a request that has no parameters.
  static func none(_ request: Request) throws { _ = try Query(request, allowed: []) }

  /// All values, of a parameter that may be repeated.
  func all(_ key: String) -> [String] { values[key] ?? [] }

  func one(_ key: String) throws -> String? {
    let all = all(key)
    guard all.count <= 1 else { throw Problem.invalid(key, "is there \(all.count) times") }
    return all.first
  }

  func integer(_ key: String, in range: ClosedRange<Int64>) throws -> Int64? {
    guard let text = try one(key) else { return nil }
    guard let value = Int64(text), range.contains(value) else {
      throw Problem.invalid(key, "must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func instant(_ key: String) throws -> Instant? {
    guard let text = try one(key) else { return nil }
    guard let instant = Instant(text) else {
      throw Problem.invalid(key, "must be a time such as 2026-11-20T23:41:07Z")
    }
    return instant
  }
}

extension LedgerRequestContext {
  func integer(_ name: String) throws -> Int64 {
    guard let value = parameters.get(name, as: Int64.self), value >= 0 else {
      throw Problem.invalid(name, "must be a number")
    }
    return value
  }

  /// `owner/name` from the path.
  func repository() throws -> String {
    guard let owner = parameters.get("owner"), let name = parameters.get("repo") else {
      throw Problem.notFound
    }
    return "\(owner)/\(name)"
  }
}
