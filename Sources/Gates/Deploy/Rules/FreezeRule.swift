import Ledger

/// `freeze:` times in which nothing is deployed: between two moments, or every week.
public struct FreezeRule: DeployRule {
  public static let key = "freeze"

  public let windows: [FreezeWindow]

  public init(windows: [FreezeWindow]) { self.windows = windows }

  public static func read(
    _ node: ConfigNode, _ path: String, _ reader: inout ConfigReader
  ) -> FreezeRule? {
    let nodes = reader.list(node, in: node, path)
    return FreezeRule(
      windows: nodes.enumerated().compactMap {
        FreezeWindow.read($0.element, "\(path)[\($0.offset)]", &reader)
      })
  }

  public var json: JSON { .array(windows.map(\.json)) }

  public func findings(_ evidence: DeployCase) -> [DeployFinding] {
    for window in windows {
      switch window.state(at: evidence.now, evidence.zones) {
      case .open: continue
      case .unknown(let zone):
        return [.init(Self.key, .unknown("zone"), "the time zone \(zone) is not known")]
      case .frozen(let until):
        let reason = window.reason.map { ": \($0)" } ?? ""
        return [
          .init(Self.key, .pending("frozen"), "frozen until \(until)\(reason)", until: until)
        ]
      }
    }
    return [.init(Self.key, .pass, "not frozen")]
  }
}
