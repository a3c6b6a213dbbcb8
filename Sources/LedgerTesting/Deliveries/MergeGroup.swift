import Ledger

extension Deliveries {
  public struct MergeGroup: Hashable, Sendable {
    /// The merge commit that the queue made.
    public var head: Commit
    public var baseRef: String
    public var baseSHA: String
    /// The pull request that the queue's branch is named after.
    public var pull: Int64

    public init(head: Commit, baseRef: String = "main", baseSHA: String, pull: Int64) {
      self.head = head
      self.baseRef = baseRef
      self.baseSHA = baseSHA
      self.pull = pull
    }

    /// The full ref of the queue's branch.
    public var headRef: String {
      "refs/heads/gh-readonly-queue/\(baseRef)/pr-\(pull)-\(baseSHA)"
    }
  }

  /// - Parameters:
  ///   - action: `checks_requested` or `destroyed`.
  ///   - reason: why it was destroyed: `merged`, `invalidated`, `dequeued`.
  public func mergeGroup(
    _ action: String, _ group: MergeGroup, reason: String? = nil, to installation: Installation,
    by sender: Account
  ) -> WebhookDelivery {
    var members: [String: JSON] = [
      "action": .string(action), "merge_group": group.json,
      "installation": installation.reference,
    ]
    members["reason"] = reason.map(JSON.string)
    return delivery("merge_group", sender: sender, members)
  }
}

extension Deliveries.MergeGroup {
  fileprivate var json: JSON {
    [
      "head_sha": .string(head.sha), "head_ref": .string(headRef),
      "base_sha": .string(baseSHA), "base_ref": .string("refs/heads/\(baseRef)"),
      "head_commit": head.headJSON,
    ]
  }
}
