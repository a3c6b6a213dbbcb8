import Ledger
import LedgerTesting
import Testing

@testable import Service

/// A delivery with other header fields; `nil` leaves one out, two values send it twice.
struct Tampered: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let status: Int
  let code: String
  var fields: [String: [String]] = [:]
  var body: [UInt8]?

  init(
    _ name: String, _ status: Int, _ code: String, _ fields: [String: [String]] = [:],
    body: [UInt8]? = nil
  ) {
    testDescription = name
    self.status = status
    self.code = code
    self.fields = fields
    self.body = body
  }

  init(_ name: String, body: [UInt8]) { self.init(name, 400, "body", body: body) }
  init(_ name: String, body: String) { self.init(name, body: Array(body.utf8)) }

  var delivery: WebhookDelivery {
    var delivery = Scene.opened()
    if let body { delivery.body = body }
    return delivery
  }

  var headers: [(String, String)] {
    delivery.headers(secret: secret).filter { fields[$0.name] == nil }.map { ($0.name, $0.value) }
      + fields.flatMap { name, values in values.map { (name, $0) } }
  }
}

private let right = WebhookDelivery.signature(of: Scene.opened().body, secret: secret)
private let field = "X-Hub-Signature-256"
/// In upper case, with a digit more or less, …: everything but what GitHub writes.
private let badSignatures: [Tampered] = [
  Tampered("missing", 401, "signature", [field: []]),
  Tampered(
    "SHA-1 alone", 401, "signature",
    [field: [], "X-Hub-Signature": ["sha1=7d38cdd689735b008b3c702edd92eea23791c5f6"]]),
  Tampered("twice", 401, "signature", [field: [right, right]]),
  Tampered("right and wrong", 401, "signature", [field: [right, "sha256=00"]]),
  Tampered("empty", 401, "signature", [field: [""]]),
  Tampered("no digits", 401, "signature", [field: ["sha256="]]),
  Tampered("too short", 401, "signature", [field: [String(right.dropLast())]]),
  Tampered("31 bytes", 401, "signature", [field: [String(right.dropLast(2))]]),
  Tampered("33 bytes", 401, "signature", [field: [right + "00"]]),
  Tampered("no hexadecimal digit", 401, "signature", [field: [String(right.dropLast()) + "g"]]),
  Tampered("full-width digit", 401, "signature", [field: [String(right.dropLast()) + "０"]]),
  Tampered("sha512", 401, "signature", [field: ["sha512=" + right.dropFirst(7)]]),
  Tampered(
    "another secret", 401, "signature",
    [field: [WebhookDelivery.signature(of: Scene.opened().body, secret: secret + "!")]]),
  Tampered(
    "of another body", 401, "signature",
    [field: [WebhookDelivery.signature(of: Scene.ended("test").body, secret: secret)]]),
  Tampered(
    "last bit", 401, "signature",
    [field: [String(right.dropLast()) + (right.last == "0" ? "1" : "0")]]),
]
private let badHeaders: [Tampered] = [
  Tampered("no event", 400, "header", ["X-GitHub-Event": []]),
  Tampered("two events", 400, "header", ["X-GitHub-Event": ["push", "ping"]]),
  Tampered("empty event", 400, "header", ["X-GitHub-Event": [""]]),
  Tampered("event with a space", 400, "header", ["X-GitHub-Event": ["pull request"]]),
  Tampered(
    "endless event", 400, "header", ["X-GitHub-Event": [String(repeating: "x", count: 101)]]),
  Tampered("no delivery", 400, "header", ["X-GitHub-Delivery": []]),
  Tampered("two deliveries", 400, "header", ["X-GitHub-Delivery": ["a", "b"]]),
  Tampered("form", 415, "content_type", ["Content-Type": ["application/x-www-form-urlencoded"]]),
  Tampered("no content type", 415, "content_type", ["Content-Type": []]),
  Tampered("text", 415, "content_type", ["Content-Type": ["text/json"]]),
]
private let badBodies: [Tampered] = [
  Tampered("empty", body: ""),
  Tampered("no JSON", body: "payload=%7B%7D"),
  Tampered("cut", body: #"{"action":"opened""#),
  Tampered("two values", body: "{}{}"),
  Tampered("array", body: "[]"),
  Tampered("string", body: #""opened""#),
  Tampered("duplicate keys", body: #"{"action":"opened","action":"closed"}"#),
  Tampered("escaped duplicate keys", body: #"{"action":"opened","\u0061ction":"closed"}"#),
  Tampered("nested duplicate keys", body: #"{"a":{"b":1,"b":1}}"#),
  Tampered("not UTF-8", body: Array(#"{"a":""#.utf8) + [0xff, 0xfe] + Array(#""}"#.utf8)),
  Tampered("overlong UTF-8", body: Array(#"{"a":""#.utf8) + [0xc0, 0xaf] + Array(#""}"#.utf8)),
  Tampered("half a surrogate pair", body: #"{"a":"\ud800"}"#),
  Tampered("deep", body: String(repeating: "[", count: 100_000)),
]

extension ServiceTests {
  @Suite struct WebhookRefusalTests {
    @Test(arguments: badSignatures + badHeaders + badBodies)
    func refuses(_ tampered: Tampered) async throws {
      try await withService { service in
        let before = try await service.store.read { try $0.size() }
        let answer = try await service.send(
          .post, "/webhooks/github", headers: tampered.headers, body: tampered.delivery.body)
        #expect(try answer.problem(tampered.status) == tampered.code)
        #expect(!answer.text.contains(secret))
        for value in tampered.headers.filter({ $0.0 == field }).map(\.1) where value.count > 10 {
          #expect(!answer.text.contains(value))
        }
        #expect(!answer.text.contains(right.dropFirst(7)))
        #expect(try await service.store.read { try $0.size() } == before)
      }
    }

    @Test(arguments: badSignatures) func signaturesComeFirst(_ tampered: Tampered) async throws {
      try await withService { service in
        var headers = tampered.headers.filter { !$0.0.hasPrefix("X-GitHub") }
        headers.removeAll { $0.0 == "Content-Type" }
        let answer = try await service.send(
          .post, "/webhooks/github", headers: headers, body: Array("no JSON".utf8))
        // A right signature of another body passes the first look at the headers.
        let isWellFormed = ["another secret", "of another body", "last bit"]
        let expected = isWellFormed.contains(tampered.testDescription) ? 415 : 401
        #expect(answer.status == expected)
      }
    }

    @Test func hexadecimalDigitsMayBeInUpperCase() async throws {
      try await withService { service in
        let upper = "sha256=" + right.dropFirst(7).uppercased()
        let tampered = Tampered("", 202, "", [field: [upper]])
        let answer = try await service.send(
          .post, "/webhooks/github", headers: tampered.headers, body: tampered.delivery.body)
        #expect(answer.status == 202)
      }
    }
  }
}
