import Ledger

/// `order: {after: staging, soak: 30m}`: it ran there before, for so long.
public struct OrderRule: DeployRule {
  public static let key = "order"

  public let after: String
  /// Seconds.
  public let soak: Int64

  public init(after: String, soak: Int64 = 0) {
    self.after = after
    self.soak = soak
  }

  public static func read(
    _ node: ConfigNode, _ path: String, _ reader: inout ConfigReader
  ) -> OrderRule? {
    guard let members = reader.members(node, path, allowed: ["after", "soak"]) else { return nil }
    guard let after = members["after"] else {
      reader.report(node, "\(path).after", "is missing")
      return nil
    }
    let soak = members["soak"].flatMap { reader.duration($0, "\(path).soak") } ?? 0
    return reader.text(after, "\(path).after", 1...255).map { OrderRule(after: $0, soak: soak) }
  }

  public var json: JSON {
    var members: [String: JSON] = ["after": .string(after)]
    if soak > 0 { members["soak"] = .string(DurationText.text(soak)) }
    return .object(members)
  }

  public func findings(_ evidence: DeployCase) -> [DeployFinding] { [finding(evidence)] }

  private func finding(_ evidence: DeployCase) -> DeployFinding {
    let stays = evidence.stays[after] ?? []
    let entries = stays.map(\.entry)
    guard !stays.isEmpty else {
      return .init(Self.key, .fail("not-deployed"), "it never succeeded in \(after)")
    }
    let longest = stays.map { ($0.until ?? evidence.now).seconds(since: $0.from) }.max() ?? 0
    if longest >= Double(soak) {
      return .init(
        Self.key, .pass, "ran in \(after) for \(minutes(longest))", entries: entries)
    }
    let detail =
      "ran in \(after) for \(minutes(longest)), less than \(DurationText.text(soak))"
    guard let running = stays.first(where: { $0.until == nil }) else {
      return .init(Self.key, .fail("too-short"), detail, entries: entries)
    }
    return .init(
      Self.key, .pending("soaking"), detail, entries: entries,
      until: running.from.adding(seconds: Double(soak)))
  }

  /// Whole minutes: a repeated answer must not differ by seconds alone.
  private func minutes(_ seconds: Double) -> String { "\(max(0, Int64(seconds)) / 60)m" }
}
