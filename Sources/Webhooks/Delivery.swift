import Crypto
import Ledger

/// A webhook request as it came in: nothing about it is known to be true.
public struct Delivery: Sendable {
  public let event: String
  public let guid: String
  public let hook: Int64?
  /// The 32 bytes that `X-Hub-Signature-256` claims.
  let signature: [UInt8]
  public let body: [UInt8]

  public init(headers: DeliveryHeaders, body: [UInt8]) {
    event = headers.event
    guid = headers.guid
    hook = headers.hook
    signature = headers.signature
    self.body = body
  }
}

/// A delivery whose signature matched. Only `Delivery.verified(by:)` makes one, and only one of
/// these can become an entry.
public struct VerifiedDelivery: Sendable {
  public let event: String
  public let guid: String
  public let hook: Int64?
  public let body: [UInt8]
  /// HMAC-SHA256 of the body, which one of the secrets made.
  let signature: [UInt8]

  fileprivate init(_ delivery: Delivery) {
    event = delivery.event
    guid = delivery.guid
    hook = delivery.hook
    body = delivery.body
    signature = delivery.signature
  }
}

/// The keys that sign deliveries: one, or two while a secret is being replaced.
public struct WebhookSecrets: Sendable {
  /// Bytes. A shorter secret can be guessed from one recorded delivery.
  public static let minimumLength = 32
  private let keys: [SymmetricKey]

  /// - Precondition: at least one secret, none empty.
  public init(_ secrets: [String]) {
    precondition(!secrets.isEmpty && secrets.allSatisfy { !$0.isEmpty })
    keys = secrets.map { SymmetricKey(data: Array($0.utf8)) }
  }

  /// HMAC-SHA256 over the raw bytes, compared in constant time with every key.
  public func match(_ signature: [UInt8], of body: [UInt8]) -> Bool {
    keys.reduce(false) { matched, key in
      HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: body, using: key) || matched
    }
  }
}

extension Delivery {
  /// `nil` when no secret made this signature.
  public func verified(by secrets: WebhookSecrets) -> VerifiedDelivery? {
    secrets.match(signature, of: body) ? VerifiedDelivery(self) : nil
  }
}
