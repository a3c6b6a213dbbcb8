/// A review keeps its id and its time when it is dismissed: that it was stands for good.
enum Reviews: Projection {
  static let kinds: [Kind] = [.pullRequestReview]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let pull = data["pull"]?.int,
      let id = data["review_id"]?.int, let state = data["state"]?.string?.lowercased()
    else { return [] }
    let table = Tables.reviews
    let submitted = Instant(json: data["submitted_at"])
    let standing = ReviewerStanding(of: data)
    return [
      Change(
        table, key: [.int(repository), .int(pull), .int(id)], register: table.registers[0],
        order: orderKey(
          state == "dismissed" ? "1" : "0", orderKey(submitted),
          state == "approved" ? "0" : "1", standing.mayWrite ? "0" : "1", stored.tieBreak),
        values: [
          Scalar(data["author"]?.int), .text(state), Scalar(data["commit_id"]?.string),
          Scalar(submitted), Scalar(standing.association), Scalar(standing.type),
          .int(stored.index),
        ])
    ]
  }

  static func subjects(of stored: Stored) -> [Subject] { repository(of: stored) }
}

/// What GitHub said of a reviewer when the review was delivered. Anyone may review a public
/// repository's pull requests; GitHub's own rule counts those who may write.
public struct ReviewerStanding: Hashable, Sendable {
  /// GitHub's words. `MEMBER` and `COLLABORATOR` may have been given reading alone: no delivery says
  /// so.
  private static let writers: Set<String> = ["OWNER", "MEMBER", "COLLABORATOR"]

  /// GitHub's words; empty where it said none, `nil` in entries from before they were kept.
  public let association: String?
  public let type: String?

  public init(association: String?, type: String?) {
    (self.association, self.type) = (association, type)
  }

  init(of data: JSON) {
    association = data["author_association"].map { $0.string ?? "" }
    type = data["author_type"].map { $0.string ?? "" }
  }

  /// Entries that do not know count as they did when they were written: what was concluded of them
  /// is concluded again.
  public var mayWrite: Bool {
    guard association != nil || type != nil else { return true }
    return type == "User" && association.map(ReviewerStanding.writers.contains) == true
  }
}
