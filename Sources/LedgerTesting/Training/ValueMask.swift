import Ledger

/// Replaces what is a value in a body, and keeps what every body of the kind has: each value by a
/// random one of its form, the same by the same; or by nothing.
struct ValueMask {
  private var generator: SeededGenerator?
  private var known: [String: String] = [:]

  /// - Parameter filling: `nil`: values are taken out.
  init(filling generator: SeededGenerator? = nil) { self.generator = generator }

  mutating func apply(_ json: JSON, _ key: String = "") -> JSON {
    switch json {
    case .object(let members):
      if members["slug"] == "github-actions" { return GitHubActions.app }
      // In the order of the names: a dictionary has none, and the values follow from it.
      var masked: [String: JSON] = [:]
      for name in members.keys.sorted() { masked[name] = apply(members[name] ?? .null, name) }
      return .object(masked)
    case .array(let elements): return .array(elements.map { apply($0, key) })
    case .string(let text): return .string(string(text, key))
    case .int(let number) where number > 999:
      return Int64(replace("\(number)")).map(JSON.int) ?? .int(0)
    default: return json
    }
  }

  private static let prose: Set<String> = [
    "title", "body", "message", "description", "display_title", "homepage", "commit_title", "zen",
    "gravatar_id", "summary", "reason",
  ]
  private static let names: Set<String> = ["ref", "head_branch", "label", "tag_name", "name"]

  private mutating func string(_ text: String, _ key: String) -> String {
    if key.hasSuffix("node_id") { return nodeID(text) }
    if key.hasSuffix("_at") || ["timestamp", "date", "since"].contains(key) { return time(text) }
    if ValueMask.prose.contains(key), text.contains(" ") { return words() }
    if ["retry", "Retry uploads"].contains(text), ValueMask.names.contains(key) { return words() }
    return parts(text)
  }

  /// Runs of four digits or more, and of sixteen hexadecimal digits or more.
  private mutating func parts(_ text: String) -> String {
    var (result, run) = ("", "")
    for character in text {
      if character.isHexDigit, !character.isUppercase {
        run.append(character)
      } else {
        result += replaceIfValue(run)
        run = ""
        result.append(character)
      }
    }
    return result + replaceIfValue(run)
  }

  private mutating func replaceIfValue(_ run: String) -> String {
    let isNumber = run.count >= 4 && run.allSatisfy(\.isNumber)
    return isNumber || run.count >= 12 || (run.count == 8 && run.contains(where: \.isNumber))
      ? replace(run) : run
  }

  private mutating func replace(_ run: String) -> String {
    guard generator != nil else { return "" }
    if let earlier = known[run] { return earlier }
    let isNumber = run.allSatisfy(\.isNumber) && run.count < 20
    let digits = Array(isNumber ? "0123456789" : "0123456789abcdef")
    var made = String(run.map { _ in pick(digits) })
    if isNumber { made = "\(1 + (made.first?.wholeNumberValue ?? 0) % 9)" + made.dropFirst() }
    known[run] = made
    return made
  }

  /// Both forms that GitHub has: `PR_kwDOABCD…` and base64 of `02:PullRequest123`.
  private mutating func nodeID(_ text: String) -> String {
    guard generator != nil else { return text.prefix { $0 != "_" } + "_kwDO" }
    if let earlier = known[text] { return earlier }
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    let isOld = below(3) == 0
    let tail = String((0..<(isOld ? 14 : 8 + below(8))).map { _ in pick(letters) })
    let made = isOld ? "MD" + tail + "==" : text.prefix { $0 != "_" } + "_kwDO" + tail
    known[text] = made
    return made
  }

  private mutating func time(_ text: String) -> String {
    let zone = text.hasSuffix("Z") ? "Z" : "+00:00"
    guard generator != nil else { return "20" + zone }
    let seconds = 1_560_000_000 + Int64(below(300_000_000))
    return String(Instant(seconds: seconds).description.dropLast()) + zone
  }

  private mutating func words() -> String {
    guard generator != nil else { return "" }
    let letters = Array("etaoinshrdlucmfwypvbgkjqxz")
    let count = below(12)
    return (0..<count).map { _ in
      String((0..<(2 + below(8))).map { _ in letters[min(below(26), below(26))] })
    }.joined(separator: " ")
  }

  private mutating func below(_ bound: Int) -> Int { generator?.below(bound) ?? 0 }
  private mutating func pick(_ letters: [Character]) -> Character { letters[below(letters.count)] }
}

/// GitHub's own App. It reports nearly all checks, and is the same everywhere.
private enum GitHubActions {
  static var app: JSON {
    Deliveries.App.githubActions.json.adding([
      "node_id": "MDM6QXBwMTUzNjg=", "client_id": "Iv1.05c79e9ad1f6bdfa",
      "description": "Automate your workflow from idea to production",
      "owner": Deliveries.Account.github.json.adding([
        "node_id": "MDEyOk9yZ2FuaXphdGlvbjk5MTk="
      ]),
    ])
  }
}
