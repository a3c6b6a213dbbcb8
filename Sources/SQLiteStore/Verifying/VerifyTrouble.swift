import GRDB

/// The machine's trouble with the copy that the verifier works on. It says nothing about the file.
public struct VerifyTrouble: Error, CustomStringConvertible {
  static let codes: [ResultCode] = [
    .SQLITE_FULL, .SQLITE_CANTOPEN, .SQLITE_BUSY, .SQLITE_NOMEM,
  ]

  public let description: String

  init(_ description: String) { self.description = description }
}
