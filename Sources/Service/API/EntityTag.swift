import HTTPTypes

/// A strong entity tag, held against what a client has (RFC 9110, 8.8.3 and 13.1.2).
struct EntityTag {
  /// With its quotes.
  let text: String

  /// - Parameter opaque: hexadecimal digits.
  init(_ opaque: some StringProtocol) { text = "\"\(opaque)\"" }

  /// Whether `If-None-Match` names it: by itself, in a list, or as `*`. The comparison is the weak
  /// one: a cache that made the tag weak has the same text.
  func isKnown(to headers: HTTPFields) -> Bool {
    headers[values: .ifNoneMatch].contains { field in
      field == "*" || EntityTag.tags(field).contains(text[...])
    }
  }

  /// The quoted parts of a list. A comma may stand inside of the quotes, a quote may not.
  private static func tags(_ field: String) -> [Substring] {
    var (tags, rest) = ([Substring](), field[...])
    while let open = rest.firstIndex(of: "\""),
      let close = rest[rest.index(after: open)...].firstIndex(of: "\"")
    {
      tags.append(rest[open...close])
      rest = rest[rest.index(after: close)...]
    }
    return tags
  }
}
