import Ledger

extension Deliveries {
  public struct Review: Hashable, Sendable {
    public var id: Int64
    /// `approved`, `changes_requested`, `commented`, `dismissed`
    public var state: String
    /// The commit that was looked at.
    public var commitID: String
    public var author: Account
    public var submittedAt: Instant

    public init(
      id: Int64, state: String, commitID: String, author: Account, submittedAt: Instant
    ) {
      self.id = id
      self.state = state
      self.commitID = commitID
      self.author = author
      self.submittedAt = submittedAt
    }
  }

  /// - Parameters:
  ///   - action: `submitted`, `edited` or `dismissed`.
  ///   - sender: who did it; without one the reviewer.
  public func pullRequestReview(
    _ action: String, _ review: Review, of pull: PullRequest, by sender: Account? = nil
  ) -> WebhookDelivery {
    var members: [String: JSON] = [
      "action": .string(action), "review": review.json(of: pull, in: repository),
      "pull_request": pull.json(in: repository),
    ]
    if action == "edited" { members["changes"] = ["body": ["from": "Looks good."]] }
    return delivery("pull_request_review", sender: sender ?? review.author, members)
  }
}

extension Deliveries.Review {
  fileprivate func json(
    of pull: Deliveries.PullRequest, in repository: Deliveries.Repository
  ) -> JSON {
    let api = "\(repository.api)/pulls/\(pull.number)"
    let web = "\(repository.web)/pull/\(pull.number)#pullrequestreview-\(id)"
    return [
      "id": .int(id), "node_id": .string(Derived.nodeID("PRR", id)), "state": .string(state),
      "commit_id": .string(commitID), "user": author.json, "body": "Reads well.",
      "submitted_at": .time(submittedAt), "author_association": "MEMBER",
      "html_url": .string(web), "pull_request_url": .string(api),
      "_links": ["html": ["href": .string(web)], "pull_request": ["href": .string(api)]],
    ]
  }
}
