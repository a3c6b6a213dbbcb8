import Ledger

/// `approvals: {count: 2}`: so many people who may write to the repository approved exactly the head
/// that was merged.
public struct ApprovalsRule: DeployRule {
  public static let key = "approvals"

  public let count: Int

  public init(count: Int) { self.count = count }

  public static func read(
    _ node: ConfigNode, _ path: String, _ reader: inout ConfigReader
  ) -> ApprovalsRule? {
    guard let members = reader.members(node, path, allowed: ["count"]),
      let count = reader.number(members["count"], in: node, "\(path).count", 1...20)
    else { return nil }
    return ApprovalsRule(count: Int(count))
  }

  public var json: JSON { ["count": .int(Int64(count))] }

  public func findings(_ evidence: DeployCase) -> [DeployFinding] {
    guard evidence.commit != nil else {
      return [.init(Self.key, .unknown("no-commit"), "the commit is not known")]
    }
    let merged = evidence.pulls.filter { $0.mergedAt != nil }
    guard !merged.isEmpty else {
      return [.init(Self.key, .fail("no-pull-request"), "no merged pull request led to the commit")]
    }
    let best = merged.map { Given(approvals($0)) }.max { $0.rank < $1.rank } ?? Given([])
    let more = best.others > 0 ? ", \(best.others) more by who may not write" : ""
    let detail = "\(best.counted.count) of \(count) on the head that was merged" + more
    return [
      .init(
        Self.key, best.counted.count >= count ? .pass : .pending("approvals"), detail,
        entries: best.counted.map(\.entry))
    ]
  }

  /// Anyone may approve what is public: only those who may write count.
  private struct Given {
    let counted: [ReviewRow]
    let others: Int

    init(_ reviews: [ReviewRow]) {
      counted = reviews.filter(\.standing.mayWrite)
      others = reviews.count - counted.count
    }

    var rank: (Int, Int) { (counted.count, others) }
  }

  /// The last word of each reviewer counts; a mere comment takes nothing back.
  private func approvals(_ pull: DeployCase.Pull) -> [ReviewRow] {
    let words = pull.reviews.filter { $0.author != nil && $0.state != "commented" }
    let last = Dictionary(grouping: words, by: \.author).compactMapValues { reviews in
      reviews.max { ApprovalsRule.key($0) < ApprovalsRule.key($1) }
    }
    return last.values.filter { review in
      review.state == "approved" && review.commit == pull.headSHA && review.author != pull.author
        && pull.author != nil
    }.sorted { $0.entry < $1.entry }
  }

  /// Of two in one second the one that does not approve counts.
  private static func key(_ review: ReviewRow) -> String {
    let time = review.submittedAt?.sortKey ?? "-"
    return "\(time) \(review.state == "approved" ? 0 : 1) \(review.entry)"
  }
}
