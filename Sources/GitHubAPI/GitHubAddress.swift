import FoundationEssentials

/// Where GitHub's REST API answers: `https://api.github.com`, or `https://host/api/v3` for GitHub
/// Enterprise Server.
public struct GitHubAddress: Hashable, Sendable, CustomStringConvertible {
  public static let gitHub = GitHubAddress(
    origin: Origin(scheme: "https", host: "api.github.com", port: 443),
    description: "https://api.github.com")

  let origin: Origin
  /// Without a slash at the end.
  public let description: String

  /// `nil` unless `text` is an absolute `http` or `https` address without user, query or fragment.
  public init?(_ text: String) {
    guard let url = URL(string: text), let origin = Origin(url), url.query() == nil,
      url.fragment() == nil
    else { return nil }
    self.init(origin: origin, description: String(text.trimming { $0 == "/" }))
  }

  private init(origin: Origin, description: String) {
    self.origin = origin
    self.description = description
  }

  /// Where people go: the API of GitHub Enterprise Server is below its pages.
  var web: String {
    if self == .gitHub { return "https://github.com" }
    let api = "/api/v3"
    return description.hasSuffix(api) ? String(description.dropLast(api.count)) : description
  }

  /// The absolute address of `reference` (RFC 3986, 5.2) as seen from `address`; `nil` when it is on
  /// another host, port or scheme, where the token must not go.
  func resolve(_ reference: String, from address: String) -> String? {
    guard let base = URL(string: address),
      let url = URL(string: reference, relativeTo: base)?.absoluteURL, Origin(url) == origin
    else { return nil }
    return url.absoluteString
  }
}

/// Scheme, host and port (RFC 6454, 4): what a token is given to.
struct Origin: Hashable, Sendable {
  let scheme: String
  let host: String
  let port: Int
}

extension Origin {
  /// `nil` for other schemes, without a host, and when a user is named.
  init?(_ url: URL) {
    guard let scheme = url.scheme?.lowercased(), scheme == "https" || scheme == "http",
      let host = url.host()?.lowercased(), !host.isEmpty, url.user() == nil
    else { return nil }
    self.init(scheme: scheme, host: host, port: url.port ?? (scheme == "https" ? 443 : 80))
  }
}
