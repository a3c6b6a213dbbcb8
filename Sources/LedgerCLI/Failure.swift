import ArgumentParser

/// Exit codes, the same for every command: `ledger help exit-codes`.
enum Exit {
  static let error: Int32 = 1
  static let usage: Int32 = 2
  static let nothing: Int32 = 3
  static let authentication: Int32 = 4
  static let pending: Int32 = 8
  static let denied: Int32 = 10
  static let integrity: Int32 = 12
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
