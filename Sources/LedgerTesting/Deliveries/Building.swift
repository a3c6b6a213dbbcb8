import Ledger

extension JSON {
  /// This object with more members; of two with one name, the new one stays.
  func adding(_ members: [String: JSON]) -> JSON {
    .object((object ?? [:]).merging(members) { _, new in new })
  }

  /// This object without some members.
  func removing(_ names: String...) -> JSON {
    .object((object ?? [:]).filter { !names.contains($0.key) })
  }

  /// Members that are addresses: each name with `base` and its suffix.
  static func links(_ base: String, _ suffixes: [String: String]) -> JSON {
    .object(suffixes.mapValues { .string(base + $0) })
  }

  /// GitHub's times have a resolution of one second.
  static func time(_ instant: Instant) -> JSON {
    .string(Instant(seconds: instant.unixSeconds).description)
  }

  static func time(_ instant: Instant?) -> JSON { instant.map(time) ?? .null }
}

extension Instant {
  var unixSeconds: Int64 { Int64(seconds(since: Instant(seconds: 0)).rounded(.down)) }
}

/// Where GitHub lives.
enum GitHubAddress {
  static let api = "https://api.github.com"
  static let web = "https://github.com"
}
