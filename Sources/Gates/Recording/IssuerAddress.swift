/// What an issuer's address says, as text: whether it can be one, and what its tokens are for when
/// nobody said so.
enum IssuerAddress {
  /// An issuer on this machine may do without TLS.
  private static let local: Set<String> = ["127.0.0.1", "localhost"]

  /// `https://host[:port][/path]`, printable ASCII, nothing after the path and no slash at its end.
  static func isUsable(_ text: String) -> Bool {
    guard let (scheme, authority, path) = parts(text), !authority.isEmpty,
      !path.hasSuffix("/"),
      text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      !text.utf8.contains(where: { "@?#\\%".utf8.contains($0) })
    else { return false }
    return scheme == "https" || (scheme == "http" && local.contains(host(authority)))
  }

  /// The owner's address on the host that the issuer belongs to: `https://github.com/acme`. GitHub
  /// makes it the audience when a job asks for none.
  static func isDefaultAudience(_ text: String, of issuer: String) -> Bool {
    guard let (_, authority, path) = parts(text.lowercased()) else { return false }
    return path.split(separator: "/").count <= 1
      && servers(of: issuer).contains(String(authority))
  }

  /// github.com, `SUB.ghe.com` for `token.actions.SUB.ghe.com`, and the issuer's own host, which is
  /// GitHub Enterprise Server's.
  private static func servers(of issuer: String) -> Set<String> {
    var servers: Set = ["github.com", "www.github.com"]
    guard let (_, authority, _) = parts(issuer.lowercased()) else { return servers }
    let prefix = "token.actions."
    servers.insert(String(authority.dropFirst(authority.hasPrefix(prefix) ? prefix.count : 0)))
    return servers
  }

  private static func parts(
    _ text: String
  ) -> (scheme: String, authority: Substring, path: Substring)? {
    for scheme in ["https", "http"] where text.hasPrefix("\(scheme)://") {
      let rest = text.dropFirst(scheme.utf8.count + 3)
      let end = rest.firstIndex(of: "/") ?? rest.endIndex
      return (scheme, rest[..<end], rest[end...])
    }
    return nil
  }

  private static func host(_ authority: Substring) -> String {
    String(authority.prefix { $0 != ":" })
  }
}
