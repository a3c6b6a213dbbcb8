import Ledger

extension Deliveries {
  public struct PullRequest: Hashable, Sendable {
    public var id: Int64
    public var number: Int64
    public var title: String
    public var author: Account
    public var headRef: String
    public var headSHA: String
    public var baseRef: String
    public var baseSHA: String
    public var isDraft = false
    /// Who wants it merged once its checks pass.
    public var autoMergeBy: Account?
    public var createdAt: Instant
    public var updatedAt: Instant
    public var closedAt: Instant?
    /// Set together with `closedAt`.
    public var mergedAt: Instant?
    public var mergedBy: Account?
    /// May be absent: newer API versions leave it out.
    public var mergeCommitSHA: String?

    public init(
      id: Int64, number: Int64, title: String, author: Account, headRef: String, headSHA: String,
      baseRef: String = "main", baseSHA: String, createdAt: Instant
    ) {
      self.id = id
      self.number = number
      self.title = title
      self.author = author
      self.headRef = headRef
      self.headSHA = headSHA
      self.baseRef = baseRef
      self.baseSHA = baseSHA
      self.createdAt = createdAt
      updatedAt = createdAt
    }

    /// The same pull request after a push to its branch.
    public func pushed(_ sha: String, at: Instant) -> PullRequest {
      var next = self
      next.headSHA = sha
      next.updatedAt = at
      return next
    }

    public func merged(by person: Account, at: Instant, as sha: String?) -> PullRequest {
      var next = closed(at: at)
      next.mergedAt = at
      next.mergedBy = person
      next.mergeCommitSHA = sha
      return next
    }

    /// The same pull request closed without a merge.
    public func closed(at: Instant) -> PullRequest {
      var next = self
      next.updatedAt = at
      next.closedAt = at
      return next
    }
  }

  /// - Parameters:
  ///   - action: `opened`, `synchronize`, `closed`, `reopened`, …
  ///   - before: the head before a `synchronize`.
  ///   - changes: what an `edited` replaced: `{"base": {"ref": {"from": "main"}, "sha": …}}`.
  ///   - reason: why it left the merge queue, or is merged by itself no more.
  public func pullRequest(
    _ action: String, _ pull: PullRequest, before: String? = nil, changes: JSON? = nil,
    reason: String? = nil, by sender: Account
  ) -> WebhookDelivery {
    var members: [String: JSON] = [
      "action": .string(action), "number": .int(pull.number),
      "pull_request": pull.json(in: repository),
    ]
    if let before {
      members["before"] = .string(before)
      members["after"] = .string(pull.headSHA)
    }
    members["changes"] = changes
    members["reason"] = reason.map(JSON.string)
    return delivery("pull_request", sender: sender, members)
  }
}

extension Deliveries.PullRequest {
  func json(in repository: Deliveries.Repository) -> JSON {
    addresses(in: repository).adding(state).adding(people).adding(size).adding([
      "id": .int(id), "number": .int(number), "node_id": .string(Derived.nodeID("PR", id)),
      "title": .string(title), "body": .string("\(title).\n\nSee the linked issue for the why."),
      "head": branch(headRef, headSHA, in: repository),
      "base": branch(baseRef, baseSHA, in: repository),
    ])
  }

  /// As check runs, check suites and workflow runs refer to it.
  func reference(in repository: Deliveries.Repository) -> JSON {
    [
      "id": .int(id), "number": .int(number), "url": .string("\(repository.api)/pulls/\(number)"),
      "head": [
        "ref": .string(headRef), "sha": .string(headSHA), "repo": repository.referenceJSON,
      ],
      "base": [
        "ref": .string(baseRef), "sha": .string(baseSHA), "repo": repository.referenceJSON,
      ],
    ]
  }

  private var state: [String: JSON] {
    [
      "state": closedAt == nil ? "open" : "closed", "draft": .bool(isDraft), "locked": false,
      "created_at": .time(createdAt), "updated_at": .time(updatedAt),
      "closed_at": .time(closedAt), "merged_at": .time(mergedAt),
      "merged": .bool(mergedAt != nil), "merge_commit_sha": .optional(mergeCommitSHA),
      "mergeable": mergedAt == nil ? true : nil, "rebaseable": mergedAt == nil ? true : nil,
      "mergeable_state": mergedAt == nil ? "blocked" : "unknown", "active_lock_reason": nil,
      "auto_merge": autoMergeBy.map(autoMerge) ?? .null,
    ]
  }

  private func autoMerge(by person: Deliveries.Account) -> JSON {
    [
      "enabled_by": person.json, "merge_method": "squash", "commit_title": .string(title),
      "commit_message": "",
    ]
  }

  private var people: [String: JSON] {
    [
      "user": author.json, "merged_by": mergedBy?.json ?? .null, "assignee": nil,
      "assignees": [], "requested_reviewers": [], "requested_teams": [], "labels": [],
      "milestone": nil, "author_association": "MEMBER", "maintainer_can_modify": false,
    ]
  }

  private var size: [String: JSON] {
    [
      "comments": 1, "review_comments": 0, "commits": 2, "additions": 34, "deletions": 8,
      "changed_files": 3,
    ]
  }

  private func branch(_ ref: String, _ sha: String, in repository: Deliveries.Repository) -> JSON {
    [
      "label": .string("\(repository.owner.login):\(ref)"), "ref": .string(ref),
      "sha": .string(sha), "user": repository.owner.json, "repo": repository.headJSON,
    ]
  }

  private func addresses(in repository: Deliveries.Repository) -> JSON {
    let (pull, issue) = ("/pulls/\(number)", "/issues/\(number)")
    let links = [
      "self": pull, "issue": issue, "comments": "\(issue)/comments", "commits": "\(pull)/commits",
      "review_comments": "\(pull)/comments", "review_comment": "/pulls/comments{/number}",
      "statuses": "/statuses/\(headSHA)",
    ].mapValues { repository.api + $0 }
    let web = "\(repository.web)/pull/\(number)"
    let own: JSON = [
      "url": .string(repository.api + pull), "html_url": .string(web),
      "diff_url": .string("\(web).diff"), "patch_url": .string("\(web).patch"),
      "_links": .object(links.merging(["html": web]) { $1 }.mapValues { ["href": .string($0)] }),
    ]
    return links.filter { $0.key != "self" }.reduce(own) { json, link in
      json.adding(["\(link.key)_url": .string(link.value)])
    }
  }
}
