import Ledger

/// Who approved which commit. A `commit_id` other than the head is a review of something older.
///
/// An edit or a dismissal repeats the time of the submission: `at` does not order them.
enum PullRequestReviewEvent: GitHubEvent {
  static let names = ["pull_request_review"]
  static let kind = Kind.pullRequestReview
  static let selection = Selection(
    "review.{id,state,commit_id,submitted_at,author_association}", "review.user.{id,login,type}",
    "pull_request.number", "pull_request.head.sha", "pull_request.base.ref")

  static func facts(of payload: JSON) -> Facts? {
    guard let review = payload["review"], let id = review["id"]?.int,
      let pull = payload["pull_request"], let number = pull["number"]?.int,
      let state = review["state"]?.string
    else { return nil }
    let submitted = Instant(json: review["submitted_at"])
    return Facts(
      at: submitted,
      data: [
        "review_id": .int(id), "pull": .int(number), "state": .string(state.lowercased()),
        "commit_id": .optional(commitID(review["commit_id"])),
        "author": review["user"]?.id ?? .null,
        "author_type": .string(of: review.at("user", "type")),
        "author_association": .string(of: review["author_association"]),
        "submitted_at": .optional(submitted),
        "head_sha": .optional(commitID(pull.at("head", "sha"))),
        "base_ref": .string(of: pull.at("base", "ref")),
      ],
      people: [review["user"]])
  }
}
