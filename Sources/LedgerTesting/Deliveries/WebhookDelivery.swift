import Crypto
import Ledger

/// One webhook request as GitHub would send it, before it is signed.
public struct WebhookDelivery: Hashable, Sendable {
  /// `X-GitHub-Event`
  public var event: String
  /// `X-GitHub-Delivery`: a GUID, the same when GitHub delivers again.
  public var id: String
  /// `X-GitHub-Hook-ID`
  public var hookID: Int64
  /// The bytes that are signed.
  public var body: [UInt8]

  /// Without `id` the GUID follows from event, hook and body.
  public init(event: String, body: [UInt8], hookID: Int64, id: String? = nil) {
    self.event = event
    self.body = body
    self.hookID = hookID
    self.id = id ?? Derived.guid(hashing: Array("\(event)/\(hookID)/".utf8) + body)
  }

  /// The headers that GitHub sends with it, signed with `secret`.
  public func headers(secret: String) -> [(name: String, value: String)] {
    [
      ("Content-Type", "application/json"),
      ("User-Agent", "GitHub-Hookshot/0000000"),
      ("X-GitHub-Delivery", id),
      ("X-GitHub-Event", event),
      ("X-GitHub-Hook-ID", String(hookID)),
      ("X-Hub-Signature-256", WebhookDelivery.signature(of: body, secret: secret)),
    ]
  }

  /// `sha256=` and the HMAC-SHA256 of the bytes in hexadecimal digits.
  public static func signature(of body: [UInt8], secret: String) -> String {
    let key = SymmetricKey(data: Array(secret.utf8))
    return "sha256=" + hexadecimal(HMAC<SHA256>.authenticationCode(for: body, using: key))
  }
}

extension WebhookDelivery {
  /// The body's `action`, or `nil` for the events that have none.
  public var action: String? {
    get throws { try JSON.parse(body)["action"]?.string }
  }
}
