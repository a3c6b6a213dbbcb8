import Ledger

/// GitHub's own list of what it delivered: the witness of what is missing here.
public protocol DeliveryHost: Sendable {
  /// The hooks whose deliveries can be listed: the App's own, or the repositories' that lead here.
  func hooks(of repository: RepositoryRow) async throws(CodeHostError) -> [Hook]

  /// Newest first, until older than `oldest`. GitHub keeps three days.
  func deliveries(
    of hook: Hook.Address, until oldest: Instant
  ) async throws(CodeHostError) -> [DeliverySight]

  /// Asks for the same delivery once more, under the same GUID.
  func redeliver(_ id: Int64, of hook: Hook.Address) async throws(CodeHostError)
}

public struct Hook: Hashable, Sendable {
  public enum Address: Hashable, Sendable {
    case app
    case repository(RepositoryRow, hook: Int64)
  }

  public var address: Address
  /// Where it delivers to; `nil` for the App's, whose configuration is not read.
  public var url: String?
  public var events: [String]
  public var isActive: Bool

  public init(address: Address, url: String?, events: [String], isActive: Bool) {
    self.address = address
    self.url = url
    self.events = events
    self.isActive = isActive
  }
}

/// One attempt at a delivery.
public struct DeliverySight: Hashable, Sendable {
  public var id: Int64
  public var guid: String
  public var event: String
  public var action: String?
  public var deliveredAt: Instant
  /// GitHub's word: `OK` when the receiver answered 2xx.
  public var status: String
  public var statusCode: Int64?
  public var isRedelivery: Bool
  public var repositoryID: Int64?

  public init(
    id: Int64, guid: String, event: String, action: String?, deliveredAt: Instant, status: String,
    statusCode: Int64?, isRedelivery: Bool, repositoryID: Int64?
  ) {
    self.id = id
    self.guid = guid
    self.event = event
    self.action = action
    self.deliveredAt = deliveredAt
    self.status = status
    self.statusCode = statusCode
    self.isRedelivery = isRedelivery
    self.repositoryID = repositoryID
  }
}
