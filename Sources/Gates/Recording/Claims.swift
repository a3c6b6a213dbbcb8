import Ledger

/// The claims of a token, read strictly. A refusal names the claim and not its value.
struct Claims {
  private let members: [String: JSON]

  init(_ json: JSON) throws(WorkflowRefusal) {
    guard let members = json.object else { throw .invalid("the token holds no JSON object") }
    self.members = members
  }

  subscript(name: String) -> JSON? { members[name] }

  /// A positive number, written as GitHub writes it: digits in a string, the first one not 0.
  func id(_ name: String) throws(WorkflowRefusal) -> Int64 {
    let text = try text(name, 1...19)
    let isDigits = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard isDigits, text.utf8.first != UInt8(ascii: "0"), let id = Int64(text) else {
      throw Claims.refusal(name, "is no numeric id")
    }
    return id
  }

  func optionalID(_ name: String) throws(WorkflowRefusal) -> Int64? {
    isAbsent(name) ? nil : try id(name)
  }

  /// `length` is in bytes.
  func text(_ name: String, _ length: ClosedRange<Int>) throws(WorkflowRefusal) -> String {
    guard let value = members[name] else { throw Claims.refusal(name, "is missing") }
    guard let text = value.string else { throw Claims.refusal(name, "is no string") }
    guard length.contains(text.utf8.count) else {
      throw Claims.refusal(name, "is empty or too long")
    }
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw Claims.refusal(name, "holds a control character")
    }
    return text
  }

  func optionalText(
    _ name: String, _ length: ClosedRange<Int>
  ) throws(WorkflowRefusal) -> String? {
    isAbsent(name) ? nil : try text(name, length)
  }

  /// Whole seconds since 1970, as an integer.
  func instant(_ name: String) throws(WorkflowRefusal) -> Instant {
    guard let value = members[name] else { throw Claims.refusal(name, "is missing") }
    guard value.int != nil, let instant = Instant(json: value) else {
      throw Claims.refusal(name, "is no time in seconds")
    }
    return instant
  }

  func sha(_ name: String) throws(WorkflowRefusal) -> String {
    let text = try text(name, 1...64)
    guard text.utf8.count == 40, text.utf8.allSatisfy(Claims.isLowerHex) else {
      throw Claims.refusal(name, "is not 40 hexadecimal digits")
    }
    return text
  }

  /// `owner/name`, in the characters that GitHub allows there.
  func repository(_ name: String) throws(WorkflowRefusal) -> String {
    let text = try text(name, 3...255)
    guard Claims.isRepository(text) else { throw Claims.refusal(name, "is not owner/name") }
    return text
  }

  static func isRepository(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(isNameByte) }
  }

  static func refusal(_ name: String, _ reason: String) -> WorkflowRefusal {
    .invalid("the claim \(name) \(reason)")
  }

  /// GitHub writes an empty string for what a run does not have, as in `base_ref`.
  private func isAbsent(_ name: String) -> Bool {
    members[name] == nil || members[name] == .string("") || members[name] == .null
  }

  private static func isLowerHex(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
