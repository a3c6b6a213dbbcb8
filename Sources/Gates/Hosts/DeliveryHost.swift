import Ledger

/// GitHub's own list of what it delivered, to find what was lost. GitHub keeps it for 3 days
/// (GitHub Enterprise Server 7) and never delivers again by itself.
public protocol DeliveryHost: Sendable {
  /// All webhooks of a repository.
  func hooks(of repository: RepositoryRow) async throws(CodeHostError) -> [Hook]

  /// A page of the attempts to deliver, newest first, down to `oldest`. A page at a time, because
  /// the list of a busy hook has hundreds of thousands.
  ///
  /// - Parameter place: where the page before says that this one begins; `nil` for the first.
  func deliveries(
    of hook: HookAddress, until oldest: Instant, from place: String?
  ) async throws(CodeHostError) -> DeliveryPage

  /// The number of the App's hook, which no list of GitHub's names; `nil` when GitHub does not say.
  ///
  /// - Parameter id: of an attempt by that hook.
  func appHook(thatMade id: Int64) async throws(CodeHostError) -> Int64?

  /// Asks GitHub to deliver once more, under the same GUID. It answers before it does.
  ///
  /// - Parameter id: of an attempt, not the GUID.
  func redeliver(_ id: Int64, of hook: HookAddress) async throws(CodeHostError)
}

public struct Hook: Hashable, Sendable {
  public let id: Int64
  /// Where it delivers to.
  public let url: String?
  /// GitHub's names; `*` is all of them.
  public let events: [String]
  public let isActive: Bool

  public init(id: Int64, url: String?, events: [String], isActive: Bool) {
    self.id = id
    self.url = url
    self.events = events
    self.isActive = isActive
  }
}

public struct DeliveryPage: Hashable, Sendable {
  public let deliveries: [DeliverySight]
  /// Where the next page begins; `nil` when there is nothing more down to the oldest.
  public let next: String?

  public init(deliveries: [DeliverySight], next: String?) {
    self.deliveries = deliveries
    self.next = next
  }
}

/// Whose deliveries.
public enum HookAddress: Hashable, Sendable {
  /// The one webhook of our App.
  case app
  case repository(RepositoryRow, hook: Int64)
}

/// One attempt to deliver.
public struct DeliverySight: Hashable, Sendable {
  /// Of this attempt.
  public let id: Int64
  /// `X-GitHub-Delivery`: the same for all attempts, and for all hooks that get the event.
  public let guid: String
  public let event: String
  public let action: String?
  public let deliveredAt: Instant?
  /// GitHub's words: `OK`, or why it failed.
  public let status: String
  public let isRedelivery: Bool
  public let repositoryID: Int64?
  public let hook: HookAddress

  public init(
    id: Int64, guid: String, event: String, action: String?, deliveredAt: Instant?,
    status: String, isRedelivery: Bool, repositoryID: Int64?, hook: HookAddress
  ) {
    self.id = id
    self.guid = guid
    self.event = event
    self.action = action
    self.deliveredAt = deliveredAt
    self.status = status
    self.isRedelivery = isRedelivery
    self.repositoryID = repositoryID
    self.hook = hook
  }
}
