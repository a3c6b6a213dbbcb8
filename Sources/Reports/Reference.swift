import Ledger

/// What people call things: `api@prod`, `api@prod~2`, `api@prod@{2.hours.ago}`, `#418`,
/// `sha:9f3c2ab`, `sha256:6c62fb`, `pr:1287`, `acme/api#1287`, `td:api:57`. The grammar of `~` and
/// `@{…}` is git's.
public enum Reference: Hashable, Sendable {
  /// Digits of a prefix.
  static let shortest = 6

  /// The row with this `#`.
  case entry(Int64)
  /// Which of the deployments of a service; in every environment when none is named.
  case service(String, environment: String?, Which)
  /// The start of a commit id.
  case commit(String)
  /// `sha256:` and the start of a digest.
  case digest(String)
  case pull(repository: String?, Int64)
  case taskDefinition(String)
  /// As a trace prints it.
  case node(Node)

  public enum Which: Hashable, Sendable {
    case current
    /// So many deployments before the current one.
    case before(Int)
    /// What ran at that instant.
    case at(Instant)
  }

  public init(_ text: String, now: Instant) throws(BadQuestion) {
    if let reference = try Reference.prefixed(text) {
      self = reference
    } else if let pull = Reference.pullRequest(text) {
      self = pull
    } else {
      self = try Reference.deployment(text, now: now)
    }
  }

  private static func prefixed(_ text: String) throws(BadQuestion) -> Reference? {
    if let number = plain(text.hasPrefix("#") ? text.dropFirst() : text[...]) {
      return .entry(number)
    }
    if text.hasPrefix("sha256:") {
      return .digest("sha256:" + (try hex(text.dropFirst(7), text, longest: 64)))
    }
    if text.hasPrefix("sha:") { return .commit(try hex(text.dropFirst(4), text, longest: 40)) }
    if text.hasPrefix("td:") { return try revision(text) }
    if text.hasPrefix("pr:") {
      guard let number = plain(text.dropFirst(3)) else {
        throw .parameter("ref", "\(text) is no pull request; it is pr:1287 or acme/api#1287")
      }
      return .pull(repository: nil, number)
    }
    return Node(text: text).map(Reference.node)
  }

  private static func revision(_ text: String) throws(BadQuestion) -> Reference {
    let name = String(text.dropFirst(3))
    guard let colon = name.lastIndex(of: ":"), colon != name.startIndex,
      plain(name[name.index(after: colon)...]) != nil
    else { throw .parameter("ref", "\(text) is no revision; it is td:FAMILY:NUMBER") }
    return .taskDefinition(name)
  }

  private static func pullRequest(_ text: String) -> Reference? {
    guard let mark = text.lastIndex(of: "#"), let number = plain(text[text.index(after: mark)...]),
      text[..<mark].split(separator: "/", omittingEmptySubsequences: false).count == 2
    else { return nil }
    return .pull(repository: String(text[..<mark]), number)
  }

  /// `service`, `service@environment`, and either with `~N` or `@{TIME}` behind it.
  private static func deployment(_ text: String, now: Instant) throws(BadQuestion) -> Reference {
    var (rest, which) = (text[...], Which.current)
    if rest.hasSuffix("}"), let open = rest.range(of: "@{") {
      let time = String(rest[open.upperBound...].dropLast())
      guard let expression = TimeExpression(time) else {
        throw .parameter("ref", "\(time) is no time; it is such as 2.hours.ago")
      }
      (rest, which) = (rest[..<open.lowerBound], .at(expression.instant(now: now)))
    } else if let tilde = rest.lastIndex(of: "~") {
      guard let count = plain(rest[rest.index(after: tilde)...]), count <= 1_000 else {
        throw .parameter("ref", "\(text): after ~ stands a number")
      }
      (rest, which) = (rest[..<tilde], .before(Int(count)))
    }
    let parts = rest.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }), let service = parts.first else {
      throw .parameter(
        "ref",
        "\(text) is no reference; known are: api@prod, api@prod~2, api@prod@{2.hours.ago}, #418, "
          + "sha:9f3c2a, sha256:6c62fb, pr:1287, acme/api#1287, td:api:57")
    }
    return .service(service, environment: parts.count == 2 ? parts[1] : nil, which)
  }

  private static func hex(
    _ digits: Substring, _ text: String, longest: Int
  ) throws(BadQuestion) -> String {
    let isHex = digits.allSatisfy { $0.isASCII && $0.isHexDigit }
    guard isHex, (shortest...longest).contains(digits.count) else {
      throw .parameter(
        "ref", "\(text) needs \(shortest) to \(longest) hexadecimal digits")
    }
    return digits.lowercased()
  }

  private static func plain(_ text: Substring) -> Int64? {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      ? Int64(text) : nil
  }
}

extension Substring {
  /// Foundation's name for it; the pure rooms do without.
  fileprivate func range(of part: String) -> Range<Index>? {
    ranges(of: part).last
  }
}
