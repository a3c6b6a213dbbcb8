import ArgumentParser
import Ledger

/// Exit codes, the same for every command: `ledger topic exit-codes`.
enum Exit {
  static let error: Int32 = 1
  static let usage: Int32 = 2
  static let nothing: Int32 = 3
  static let authentication: Int32 = 4
  static let pending: Int32 = 8
  static let denied: Int32 = 10
  static let drift: Int32 = 11
  static let integrity: Int32 = 12
  static let undetermined: Int32 = 13
}

/// Why there is no answer to a question, from a file or from a server: `BadQuestion` in both cases.
struct Refusal: Error {
  /// Of `BadQuestion`.
  let code: String
  let sentence: String
  let candidates: [String]

  var isNothing: Bool { code == "nothing" }

  var failure: Failure {
    switch code {
    case "ambiguous":
      Failure.usage(
        (["\(Text.safe(sentence)); it could mean:"] + candidates.map { "  \(Text.safe($0))" })
          .joined(separator: "\n"))
    case "nothing": Failure(Text.safe(sentence), code: Exit.nothing)
    default: Failure.usage(Text.safe(sentence))
    }
  }
}

/// A command that cannot go on: one sentence, what to do about it, and how the process ends.
struct Failure: Error {
  let message: String
  let hint: String?
  let code: Int32

  init(_ message: String, hint: String? = nil, code: Int32 = Exit.error) {
    self.message = message
    self.hint = hint
    self.code = code
  }

  static func usage(_ message: String, hint: String? = nil) -> Failure {
    Failure(message, hint: hint, code: Exit.usage)
  }
}

extension Failure {
  /// For programs: that it did not hold, and why.
  func json(schema: String) -> [UInt8] {
    let json: JSON = [
      "schema": .string(schema), "ok": false, "reason": .string(message), "hint": .optional(hint),
    ]
    return json.canonicalBytes + [10]
  }
}

/// As logs and answers of the server have it.
extension Failure: CustomStringConvertible {
  var description: String { message }
}
