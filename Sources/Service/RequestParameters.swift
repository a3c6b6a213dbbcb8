import Hummingbird
import Ledger
import Reports

extension Request {
  /// As sent, in their order.
  var pairs: [(String, String)] {
    uri.queryParameters.map { (String($0.key), String($0.value)) }
  }

  /// The parameters, checked.
  func parameters(allowed: Set<String>) throws(BadQuestion) -> Reports.Parameters {
    try Reports.Parameters(pairs, allowed: allowed)
  }

  /// For a request that has none.
  func noParameters() throws(BadQuestion) { _ = try parameters(allowed: []) }
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
