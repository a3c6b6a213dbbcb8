import Ledger

/// Who asked, once the gatekeeper let them in.
public struct Caller: Sendable {
  public enum Kind: Sendable {
    case token(TokenRow)
  }

  public let kind: Kind
  public let scope: Scope

  /// - Parameter identity: what makes a repetition a duplicate, where the event has one itself.
  func source(identity: String?) -> Source {
    switch kind {
    case .token(let token): .token(token.name, key: identity)
    }
  }

  /// - Parameters:
  ///   - key: the `Idempotency-Key` of the request.
  ///   - line: its place in a batch, from 0; `nil` outside of one.
  func source(requestKey key: String?, line: Int? = nil) -> Source {
    let suffix = line.map { "#\($0)" } ?? ""
    switch kind {
    case .token(let token):
      return .token(token.name, key: key.map { "request/\($0)\(suffix) \(token.name)" })
    }
  }

  /// Why it may not report about this repository; `nil` when it may. A bearer that is bound to
  /// repositories has to name one of them.
  func refusal(toReportAbout repository: Int64?) -> String? {
    switch kind {
    case .token(let token):
      guard let allowed = token.repositories else { return nil }
      return repository.map(allowed.contains) == true
        ? nil : "This API token may report about the repositories \(allowed) only."
    }
  }
}
