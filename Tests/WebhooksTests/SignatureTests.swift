import LedgerTesting
import Testing

@testable import Webhooks

@Suite("Signature")
struct SignatureTests {
  struct Vector: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let body: String
    let signature: String
  }

  /// The first is GitHub's published one.
  static let vectors = [
    Vector(
      testDescription: "Hello, World!", body: "Hello, World!",
      signature: "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"),
    Vector(
      testDescription: "with a line feed", body: "Hello, World!\n",
      signature: "8fde2e970f9163923fb1cb61bb945626ff2b4091d87e622ee3ad600160592325"),
    Vector(
      testDescription: "empty", body: "",
      signature: "66a0c074deaa0f489ead6537e0d32f9a344b90bbeda705b6ed45ecd3b413fb40"),
  ]

  static func verifies(
    _ signature: String, _ body: some Sequence<UInt8>, _ secrets: [String] = [secret]
  ) throws -> Bool {
    let values = headers(["x-hub-signature-256": ["sha256=\(signature)"]])
    let delivery = Delivery(headers: try read(values), body: Array(body))
    return delivery.verified(by: WebhookSecrets(secrets)) != nil
  }

  @Test("GitHub's vectors", arguments: vectors)
  func published(_ vector: Vector) throws {
    #expect(try SignatureTests.verifies(vector.signature, vector.body.utf8))
    #expect(try SignatureTests.verifies(vector.signature.uppercased(), vector.body.utf8))
    #expect(
      WebhookDelivery.signature(of: Array(vector.body.utf8), secret: secret)
        == "sha256=\(vector.signature)")
  }

  @Test("none fits another body or another secret", arguments: vectors)
  func crossed(_ vector: Vector) throws {
    for other in SignatureTests.vectors where other.body != vector.body {
      #expect(try !SignatureTests.verifies(vector.signature, other.body.utf8))
    }
    for wrong in ["It's a secret to everybody", "It's a Secret to Everybody ", "x"] {
      #expect(try !SignatureTests.verifies(vector.signature, vector.body.utf8, [wrong]))
    }
  }

  @Test("A1 no signature with one bit changed, no body with one byte changed")
  func bits() throws {
    let (good, body) = (SignatureTests.vectors[0].signature, SignatureTests.vectors[0].body)
    for position in good.indices {
      for digit in "0123456789abcdef" where digit != good[position] {
        let wrong = good.replacingCharacters(at: position, with: digit)
        #expect(try !SignatureTests.verifies(wrong, body.utf8))
      }
    }
    for position in body.utf8.indices {
      var bytes = Array(body.utf8)
      bytes[body.utf8.distance(from: body.utf8.startIndex, to: position)] ^= 1
      #expect(try !SignatureTests.verifies(good, bytes))
    }
  }

  @Test("A1 none of 100,000 near misses")
  func nearMisses() throws {
    let (good, body) = (SignatureTests.vectors[0].signature, SignatureTests.vectors[0].body)
    let digits = Array("0123456789abcdef")
    var random = SeededGenerator(seed: 0x51C7)
    for _ in 0..<100_000 {
      let wrong = good.replacingCharacters(
        at: good.index(good.startIndex, offsetBy: random.below(good.count)),
        with: random.pick(digits))
      #expect(try SignatureTests.verifies(wrong, body.utf8) == (wrong == good))
    }
  }

  @Test("either of two secrets signs while one is being replaced")
  func rotation() throws {
    let body = Array("{}".utf8)
    let (old, new) = (String(repeating: "o", count: 32), String(repeating: "n", count: 32))
    for key in [old, new] {
      let signature = String(WebhookDelivery.signature(of: body, secret: key).dropFirst(7))
      #expect(try SignatureTests.verifies(signature, body, [old, new]))
      #expect(try SignatureTests.verifies(signature, body, [new, old]))
      #expect(try SignatureTests.verifies(signature, body, [old]) == (key == old))
      #expect(try !SignatureTests.verifies(signature, body, ["x"]))
    }
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let changes: [String: [String]]
    let reason: String

    init(_ title: String, _ values: [String], legacy: [String] = [], _ reason: String) {
      testDescription = title
      changes = ["x-hub-signature-256": values, "x-hub-signature": legacy]
      self.reason = "X-Hub-Signature-256 \(reason)"
    }
  }

  private static let good = "sha256=\(vectors[0].signature)"
  private static let malformed = "is not sha256= and 64 hexadecimal digits"

  static let bad = [
    Bad("missing", [], "is missing"),
    Bad(
      "SHA-1 alone", [], legacy: ["sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59"],
      "is missing; SHA-1 is refused"),
    Bad("twice", [good, good], "is there twice"),
    Bad("twice, one of them wrong", [good, "sha256=00"], "is there twice"),
    Bad("two in one line", ["\(good), \(good)"], malformed), Bad("empty", [""], malformed),
    Bad("prefix alone", ["sha256="], malformed),
    Bad("63 digits", [String(good.dropLast())], malformed),
    Bad("62 digits", [String(good.dropLast(2))], malformed),
    Bad("65 digits", [good + "0"], malformed), Bad("66 digits", [good + "00"], malformed),
    Bad("no prefix", [String(good.dropFirst(7))], malformed),
    Bad("prefix in capitals", ["SHA256=\(good.dropFirst(7))"], malformed),
    Bad("prefix of SHA-1", ["sha1=\(good.dropFirst(7))"], malformed),
    Bad("prefix of SHA-512", ["sha512=\(good.dropFirst(7))"], malformed),
    Bad("space before", [" \(good)"], malformed), Bad("space after", ["\(good) "], malformed),
    Bad("no digit at the end", [good.dropLast() + "g"], malformed),
    Bad("full-width digits", ["sha256=" + String(repeating: "０", count: 64)], malformed),
    Bad("64 bytes of two-byte letters", ["sha256=" + String(repeating: "é", count: 32)], malformed),
    Bad("a NUL", [good.dropLast() + "\u{0}"], malformed),
    Bad("base64", ["sha256=dXEH6g6yUJ/CESIczphLijdXC211hsIsRvQ3nIsEPhc="], malformed),
  ]

  @Test("A2 refused before the body is read", arguments: bad)
  func refused(_ line: Bad) {
    #expect(refusal(line.changes) == .signature(line.reason))
  }

  @Test("the control: the good one is not")
  func accepted() { #expect(refusal(["x-hub-signature-256": [SignatureTests.good]]) == nil) }
}

extension String {
  fileprivate func replacingCharacters(at index: Index, with character: Character) -> String {
    String(self[..<index]) + String(character) + String(self[self.index(after: index)...])
  }
}
