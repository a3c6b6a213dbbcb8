/// Why a database is not opened, and what to do about it.
public enum StartupRefused: Error, Equatable, Sendable, CustomStringConvertible {
  case locked(path: String, holder: String)
  case newerVersion(database: Int, binary: Int)
  /// It is only read, and its tables are not those that the answers come from.
  case olderVersion(database: Int, binary: Int)
  case editedMigration(Int)
  case notDurable(String)
  case cannotOpen(path: String, reason: String)
  case noDatabase(path: String)
  /// The log is signed, and its key is not there.
  case signingKeyMissing(vkey: String)
  case otherSigningKey(log: String, given: String)
  /// The log does not lead to what it signed before: it was cut, or written anew.
  case rewritten(size: Int64, reason: String)

  public var description: String {
    switch self {
    case .locked(let path, let holder):
      "\(path) is in use by another ledger (\(holder)). Stop it, or ask it with --server."
    case .newerVersion(let database, let binary):
      "the database has schema \(database), this ledger knows \(binary). Use the newer ledger."
    case .olderVersion(let database, let binary):
      "the database has schema \(database), this ledger reads \(binary). "
        + "Start ledger serve on it once: that brings it up to date."
    case .editedMigration(let number):
      "migration \(number) of the database differs from the one in this ledger. "
        + "Use the release that made the database."
    case .notDurable(let reason):
      "the database cannot be made durable: \(reason). Put it on a local disk."
    case .cannotOpen(let path, let reason): "cannot open \(path): \(reason)"
    case .noDatabase(let path): "there is no database at \(path)"
    case .signingKeyMissing(let vkey):
      "the log is signed by \(vkey), and that key is not here. "
        + "Name its file in LEDGER_SIGNING_KEY_FILE, or put it beside the database."
    case .otherSigningKey(let log, let given):
      "the log is signed by \(log), not by \(given). Give its own key; ledger key rotate "
        + "replaces it."
    case .rewritten(let size, let reason):
      "the log does not have the \(size) entries that were signed: \(reason). It was cut or "
        + "changed. Keep the file, and go on with a copy that ledger verify finds in order."
    }
  }
}
