import Ledger

extension Deliveries {
  /// The event `repository`.
  ///
  /// - Parameters:
  ///   - action: `created`, `deleted`, `archived`, `unarchived`, `edited`, `renamed`,
  ///     `transferred`, `publicized` or `privatized`.
  ///   - changes: what was before; without it what the action needs.
  public func repositoryChange(
    _ action: String, changes: JSON? = nil, by sender: Account
  ) -> WebhookDelivery {
    let needed: [String: JSON] = [
      "renamed": ["repository": ["name": ["from": "old-name"]]],
      "transferred": ["owner": ["from": ["user": sender.json]]],
      "edited": ["default_branch": ["from": "master"]],
    ]
    var members: [String: JSON] = ["action": .string(action)]
    members["changes"] = changes ?? needed[action]
    return delivery("repository", sender: sender, members)
  }
}
