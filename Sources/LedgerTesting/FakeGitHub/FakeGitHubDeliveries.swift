import Hummingbird
import Ledger

extension FakeGitHub {
  public struct Hook: Hashable, Sendable {
    public var id: Int64
    public var url: String
    public var events: [String]
    public var isActive: Bool

    public init(id: Int64, url: String, events: [String] = ["*"], isActive: Bool = true) {
      self.id = id
      self.url = url
      self.events = events
      self.isActive = isActive
    }
  }

  /// Whose deliveries.
  public enum HookPlace: Hashable, Sendable {
    case app
    /// `owner/name`, in small letters.
    case repository(String, id: Int64)
  }

  /// One attempt to deliver.
  public struct Attempt: Hashable, Sendable {
    public let id: Int64
    public let hook: HookPlace
    public let delivery: WebhookDelivery
    public let at: Instant
    public let isRedelivery: Bool
    /// The receiver's answer; `nil` when it was lost.
    public let statusCode: Int?

    public var status: String {
      switch statusCode {
      case nil: "failed to connect to host"
      case .some(let code) where (200..<300).contains(code): "OK"
      case .some(let code): "Invalid HTTP Response: \(code)"
      }
    }
  }

  /// Carries a delivery to its receiver and tells the HTTP status; `nil` when there was no answer.
  public typealias DeliverySender = @Sendable (WebhookDelivery) async -> Int?

  /// Seconds for which GitHub remembers, and delivers again.
  static let window = 3.0 * 86_400

  /// Replaces the webhooks of a repository.
  public func set(hooks: [Hook], in repository: String) {
    state.withLock { $0.hooks[Place(repository, "")] = hooks }
  }

  public func send(through sender: DeliverySender?) { state.withLock { $0.sender = sender } }

  /// From now on what `isLost` names does not reach the receiver; `nil` loses nothing any more.
  public func lose(where isLost: (@Sendable (_ of: WebhookDelivery, _ again: Bool) -> Bool)?) {
    state.withLock { $0.isLost = isLost }
  }

  /// Delivers an event once and writes down how it went, as GitHub does for each of its hooks.
  @discardableResult
  public func deliver(_ delivery: WebhookDelivery, hook: HookPlace) async -> Int? {
    await attempt(delivery, hook, isRedelivery: false)
  }

  /// All attempts, oldest first.
  public var attempts: [Attempt] { state.withLock(\.attempts) }

  func attempt(
    _ delivery: WebhookDelivery, _ hook: HookPlace, isRedelivery: Bool
  ) async -> Int? {
    let (sender, isLost) = state.withLock { ($0.sender, $0.isLost) }
    var code: Int?
    if isLost?(delivery, isRedelivery) != true { code = await sender?(delivery) }
    state.withLock { state in
      state.attempts.append(
        Attempt(
          id: Int64(12_000_000_000 + state.attempts.count), hook: hook, delivery: delivery,
          at: now(), isRedelivery: isRedelivery, statusCode: code))
    }
    announce()
    return code
  }
}
