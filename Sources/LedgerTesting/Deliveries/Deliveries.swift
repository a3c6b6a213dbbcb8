import Ledger

/// Makes the deliveries of one repository's hook. Every body is whole, as GitHub sends it, and
/// valid by GitHub's schemas; equal arguments give equal bytes.
///
/// One file per event. What a fact leaves unsaid has a plausible default, and words (`action`,
/// `status`, `conclusion`, …) are plain strings, so that unknown ones can be sent too.
public struct Deliveries: Hashable, Sendable {
  public var repository: Repository
  public var hookID: Int64

  public init(repository: Repository, hookID: Int64 = 480_120_001) {
    self.repository = repository
    self.hookID = hookID
  }

  /// Adds what every event carries: repository, sender and, where it has one, organization.
  func delivery(
    _ event: String, sender: Account, repository json: JSON? = nil, _ members: [String: JSON]
  ) -> WebhookDelivery {
    var body = members
    body["repository"] = json ?? repository.json
    return accountDelivery(event, sender: sender, body)
  }

  /// What concerns the account as a whole names no repository.
  func accountDelivery(
    _ event: String, sender: Account, _ members: [String: JSON]
  ) -> WebhookDelivery {
    var body = members
    body["sender"] = sender.json
    if repository.owner.kind == .organization {
      body["organization"] = repository.owner.organizationJSON
    }
    return WebhookDelivery(event: event, body: JSON.object(body).canonicalBytes, hookID: hookID)
  }
}
