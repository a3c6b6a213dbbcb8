/// Why a request is refused before its body is read.
public enum DeliveryRefusal: Error, Equatable, Sendable {
  /// No `X-Hub-Signature-256`, more than one, or not `sha256=` and 64 hexadecimal digits.
  case signature(String)
  /// `X-GitHub-Event` or `X-GitHub-Delivery` is missing, repeated or malformed.
  case header(String)
  /// GitHub is set to send forms.
  case contentType
}

/// The headers of a delivery in checked form.
public struct DeliveryHeaders: Sendable {
  let event: String
  let guid: String
  let hook: Int64?
  let signature: [UInt8]

  /// - Parameter values: all values of a header, by its lower-case name.
  public init(_ values: (String) -> [String]) throws(DeliveryRefusal) {
    signature = try DeliveryHeaders.signature(values)
    guard DeliveryHeaders.isJSON(values("content-type")) else { throw .contentType }
    event = try DeliveryHeaders.token("X-GitHub-Event", values("x-github-event"))
    guid = try DeliveryHeaders.token("X-GitHub-Delivery", values("x-github-delivery"))
    hook = values("x-github-hook-id").first.flatMap { Int64($0) }
      .flatMap { $0.magnitude <= 1 << 53 ? $0 : nil }
  }

  /// `application/json`, with or without parameters.
  private static func isJSON(_ values: [String]) -> Bool {
    let type = values.first?.lowercased().prefix { $0 != ";" && $0 != " " && $0 != "\t" }
    return values.count == 1 && type == "application/json"
  }

  private static func signature(
    _ values: (String) -> [String]
  ) throws(DeliveryRefusal) -> [UInt8] {
    let signatures = values("x-hub-signature-256")
    guard let signature = signatures.first else {
      let hint = values("x-hub-signature").isEmpty ? "is missing" : "is missing; SHA-1 is refused"
      throw .signature("X-Hub-Signature-256 \(hint)")
    }
    guard signatures.count == 1 else { throw .signature("X-Hub-Signature-256 is there twice") }
    guard signature.hasPrefix("sha256="), let bytes = hexBytes(signature.utf8.dropFirst(7)),
      bytes.count == 32
    else { throw .signature("X-Hub-Signature-256 is not sha256= and 64 hexadecimal digits") }
    return bytes
  }

  private static func token(_ name: String, _ values: [String]) throws(DeliveryRefusal) -> String {
    guard let value = values.first, values.count == 1 else {
      throw .header("\(name) is \(values.isEmpty ? "missing" : "there twice")")
    }
    let allowed = value.utf8.allSatisfy { byte in
      switch Character(Unicode.Scalar(byte)) {
      case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", ":": true
      default: false
      }
    }
    guard allowed, (1...100).contains(value.utf8.count) else {
      throw .header("\(name) is not 1 to 100 letters, digits and -_.:")
    }
    return value
  }

  private static func hexBytes(_ digits: some Collection<UInt8>) -> [UInt8]? {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in digits {
      guard digit < 0x80, let value = Character(Unicode.Scalar(digit)).hexDigitValue else {
        return nil
      }
      if let first = high {
        bytes.append(first << 4 | UInt8(value))
        high = nil
      } else {
        high = UInt8(value)
      }
    }
    return bytes
  }
}
