import Ledger
import LedgerTesting
import Testing

@testable import Webhooks

let secret = "It's a Secret to Everybody"
let received = Instant(seconds: 1_795_000_000)

/// The headers of a delivery that is in order. A test replaces what it is about.
func headers(_ changes: [String: [String]] = [:]) -> [String: [String]] {
  [
    "content-type": ["application/json"], "x-github-event": ["push"],
    "x-github-delivery": ["72d3162e-cc78-11e3-81ab-4c9367dc0958"],
    "x-github-hook-id": ["292430182"],
    "x-hub-signature-256": ["sha256=" + String(repeating: "0", count: 64)],
  ].merging(changes) { $1 }
}

func read(_ values: [String: [String]]) throws(DeliveryRefusal) -> DeliveryHeaders {
  try DeliveryHeaders { values[$0] ?? [] }
}

/// Why headers are refused; `nil` when they are not.
func refusal(_ changes: [String: [String]]) -> DeliveryRefusal? {
  do throws(DeliveryRefusal) {
    _ = try read(headers(changes))
    return nil
  } catch { return error }
}

func submission(_ event: String, _ body: [UInt8]) throws -> Submission {
  let values = headers([
    "x-github-event": [event],
    "x-hub-signature-256": [WebhookDelivery.signature(of: body, secret: secret)],
  ])
  let delivery = Delivery(headers: try read(values), body: body)
  let verified = try #require(delivery.verified(by: WebhookSecrets([secret])))
  return try Events.submission(for: verified, received: received)
}

func submission(_ event: String, _ body: String) throws -> Submission {
  try submission(event, Array(body.utf8))
}

func submission(_ delivery: WebhookDelivery) throws -> Submission {
  try submission(delivery.event, delivery.body)
}

extension WebhookDelivery {
  var json: JSON { get throws { try JSON.parse(body) } }
}

extension JSON {
  /// This value with another one at the end of a path of members.
  func replacing(_ path: [String], with value: JSON?) -> JSON {
    guard let key = path.first else { return value ?? .null }
    var members = object ?? [:]
    if path.count == 1 {
      members[key] = value
    } else {
      members[key] = (members[key] ?? [:]).replacing(Array(path.dropFirst()), with: value)
    }
    return .object(members)
  }
}
