import FoundationEssentials

/// Who makes the tokens: `https://token.actions.githubusercontent.com`, or that of an enterprise.
struct TokenIssuer: Hashable, Sendable {
  /// Exactly as the claim `iss` has it.
  let text: String
  private let origin: Origin

  /// `nil` unless it is an `https` address without user, query, fragment or slash at its end. An
  /// issuer on this machine may do without TLS.
  init?(_ text: String) {
    guard let url = URL(string: text), let origin = Origin(url), url.query() == nil,
      url.fragment() == nil, !text.hasSuffix("/"),
      origin.scheme == "https" || ["127.0.0.1", "localhost"].contains(origin.host)
    else { return nil }
    self.text = text
    self.origin = origin
  }

  /// OpenID Connect Discovery 1.0, 4.
  var discovery: String { text + "/.well-known/openid-configuration" }

  /// Whether `address` is on the issuer's own host, port and scheme.
  func owns(_ address: String) -> Bool { URL(string: address).flatMap(Origin.init) == origin }
}
