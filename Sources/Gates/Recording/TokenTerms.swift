import Ledger

/// For whom, by whom and when a token counts (RFC 7519, 4.1).
public struct TokenTerms: Hashable, Sendable {
  /// Clocks may differ by this many seconds, either way.
  public static let leeway = 60.0

  public let issuer: String
  public let audience: String

  public init(issuer: String, audience: String) {
    self.issuer = issuer
    self.audience = audience
  }

  /// Throws unless all of `iss`, `aud`, `exp`, `nbf` and `iat` are there and fit.
  public func check(_ json: JSON, at now: Instant) throws(WorkflowRefusal) {
    let claims = try Claims(json)
    guard try claims.text("iss", 1...1024).isExactly(issuer) else {
      throw Claims.refusal("iss", "is another issuer")
    }
    try checkAudience(claims)
    guard now.seconds(since: try claims.instant("exp")) <= TokenTerms.leeway else {
      throw Claims.refusal("exp", "is past: the token has expired")
    }
    for name in ["nbf", "iat"] {
      guard try claims.instant(name).seconds(since: now) <= TokenTerms.leeway else {
        throw Claims.refusal(name, "is in the future")
      }
    }
  }

  /// A token for others too could be shown here by any of them.
  private func checkAudience(_ claims: Claims) throws(WorkflowRefusal) {
    guard let value = claims["aud"] else { throw Claims.refusal("aud", "is missing") }
    let audiences = value.array ?? [value]
    guard audiences.count == 1, let only = audiences.first?.string, only.isExactly(audience) else {
      throw Claims.refusal("aud", "is not this ledger's audience alone")
    }
  }
}
