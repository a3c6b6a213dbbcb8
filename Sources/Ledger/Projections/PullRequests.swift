/// Proposal, head and merge of a pull request. Each delivery carries the whole state; the latest
/// by `updated_at` is the state. A read of GitHub says the same in the same words.
enum PullRequests: Projection {
  static let kinds: [Kind] = [.pullRequest, .pullRead]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let number = data["number"]?.int else {
      return []
    }
    let key: [Scalar] = [.int(repository), .int(number)]
    var changes = [
      Change(
        Tables.pulls, key: key, register: Tables.pullHead,
        order: orderKey(
          orderKey(Instant(json: data["updated_at"])), rank(data), stored.tieBreak),
        values: [
          Scalar(data["head_sha"]?.string), Scalar(data["base_ref"]?.string),
          Scalar(data["state"]?.string), Scalar(data["author"]?.int), .int(stored.index),
        ])
    ]
    changes += Links.link(
      .pull(repository, number), data["head_sha"]?.string.map(Node.commit), by: stored)
    changes += ProtectionReads.seen(data["base_ref"]?.string, of: repository, by: stored)
    guard let mergedAt = Instant(json: data["merged_at"]) else { return changes }
    // Other deliveries repeat the merge, also of a pull request that was merged years ago.
    let isFirsthand = data["action"]?.string == "closed"
    changes.append(
      Change(
        Tables.pulls, key: key, register: Tables.pullMerge,
        order: orderKey(mergedAt.sortKey, rank(ofMerge: stored), stored.tieBreak),
        values: [
          Scalar(mergedAt), Scalar(data["merged_by"]?.int), Scalar(data["merge_sha"]?.string),
          Scalar(data["head_sha"]?.string), Scalar(data["base_ref"]?.string), .int(stored.index),
          Scalar(isFirsthand),
        ]))
    changes += history(stored, repository: repository, number: number, mergedAt)
    return changes
  }

  static func subjects(of stored: Stored) -> [Subject] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let number = data["number"]?.int else {
      return []
    }
    return [.pull(repository: repository, number: number)]
  }

  private static func history(
    _ stored: Stored, repository: Int64, number: Int64, _ mergedAt: Instant
  ) -> [Change] {
    let data = stored.entry.data
    var line = HistoryLine("merge", "\(repository)/\(number)")
    line.origin = .repository(repository)
    line.repository = repository
    line.pull = number
    line.actor = data["merged_by"]?.int
    line.commit = data["merge_sha"]?.string ?? data["head_sha"]?.string
    return line.told(mergedAt, by: stored, order: orderKey(mergedAt.sortKey, stored.tieBreak))
      + Links.link(.pull(repository, number), line.commit.map(Node.commit), by: stored)
  }

  /// The delivery about the merge knows best; a read asked about it; others only repeat it.
  private static func rank(ofMerge stored: Stored) -> String {
    if stored.entry.data["action"]?.string == "closed" { return "2" }
    return stored.entry.kind == .pullRead ? "1" : "0"
  }

  /// GitHub's times have a resolution of one second: within it, closing follows pushing, and
  /// pushing follows opening.
  private static func rank(_ data: JSON) -> String {
    switch data["action"]?.string {
    case "closed": "3"
    case "synchronize", "edited": "2"
    case "opened": "0"
    default: "1"
    }
  }
}
