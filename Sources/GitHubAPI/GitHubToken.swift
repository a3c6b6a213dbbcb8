/// A GitHub token. It never prints: its description, its debug description and its mirror are
/// redacted, and only the request that carries it reads the text.
public struct GitHubToken: Sendable {
  let text: String

  /// White space around the token is cut, because files end in a line break. `nil` when nothing is
  /// left, or when a character could not stand in a header (RFC 9110, 5.5). There is no check of
  /// the length: installation tokens have grown and will again.
  public init?(_ text: String) {
    let trimmed = text.trimming(\.isWhitespace)
    guard !trimmed.isEmpty, trimmed.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      return nil
    }
    self.text = String(trimmed)
  }
}

extension GitHubToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "[redacted]" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
