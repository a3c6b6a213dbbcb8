import Ledger

/// `max-replicas: 2`: no more instances than this, as asked for or else as seen there now.
public struct ReplicasRule: DeployRule {
  public static let key = "max-replicas"

  public let maximum: Int64

  public init(maximum: Int64) { self.maximum = maximum }

  public static func read(
    _ node: ConfigNode, _ path: String, _ reader: inout ConfigReader
  ) -> ReplicasRule? {
    reader.number(node, in: node, path, 0...100_000).map(ReplicasRule.init(maximum:))
  }

  public var json: JSON { .int(maximum) }

  public func findings(_ evidence: DeployCase) -> [DeployFinding] {
    let seen = evidence.replicas
    guard let count = evidence.request.replicas ?? seen?.count else {
      return [
        .init(
          Self.key, .unknown("unseen"),
          "nobody saw how many run there; name replicas in the request")
      ]
    }
    let how = evidence.request.replicas == nil ? "seen" : "asked for"
    let detail = "\(count) \(how), \(maximum) allowed"
    return [
      .init(
        Self.key, count <= maximum ? .pass : .fail("too-many"), detail,
        entries: evidence.request.replicas == nil ? seen?.entries ?? [] : [])
    ]
  }
}
