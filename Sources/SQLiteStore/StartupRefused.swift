/// Why a database is not opened, and what to do about it.
public enum StartupRefused: Error, Equatable, Sendable, CustomStringConvertible {
  case locked(path: String, holder: String)
  case newerVersion(database: Int, binary: Int)
  /// It is only read, and its tables are not those that the answers come from.
  case olderVersion(database: Int, binary: Int)
  case editedMigration(Int)
  case notDurable(String)
  /// A write-ahead log was asked for where it loses data.
  case journalUnsafe(fileSystem: String)
  /// Another process, on whatever machine, has the file's own lock.
  case heldElsewhere(path: String)
  /// A writer was killed; whoever may only read cannot take back what it had begun.
  case unfinished(path: String)
  case cannotOpen(path: String, reason: String)
  /// It is no database, or no whole one.
  case damaged(path: String, reason: String)
  case noDatabase(path: String)
  /// The path is that of a folder.
  case folder(path: String)
  /// A part of it stands in a log, which can be read only where one may write.
  case readOnlyFolder(path: String)
  /// It has tables, and they are none of a ledger.
  case foreign(table: String)
  /// The log is signed, and its key is not there.
  case signingKeyMissing(vkey: String)
  case otherSigningKey(log: String, given: String)
  /// The log does not lead to what it signed before: it was cut, or written anew.
  case rewritten(size: Int64, reason: String)
  /// A log with a key, and entries that it did not sign: they are not the ledger's.
  case unsigned(entries: Int64, of: Int64)
  /// A log without a key, and a key that would vouch for entries that it never saw.
  case neverSigned(entries: Int64, vkey: String)
  /// A signed head that was kept elsewhere has entries that the log does not have.
  case rolledBack(copy: Int64, log: Int64)
  /// As many entries as a head that was kept elsewhere, but others.
  case forked(copy: Int64)
  /// What was kept elsewhere is no head of this log.
  case otherCopy(reason: String)

  /// The file is not what it was: exit 12.
  public var isIntegrity: Bool {
    switch self {
    case .damaged, .foreign, .rewritten, .unsigned, .rolledBack, .forked: true
    default: false
    }
  }

  public var hint: String? {
    switch self {
    case .rolledBack, .forked:
      "Put the newest copy of the database in place. Going on from here would sign a second "
        + "history under the same name."
    case .damaged: "Keep the file, and go on with a copy that ledger verify finds in order."
    case .neverSigned:
      "Is it the log that you mean? Then ledger init --db FILE gives it the key. If it was signed "
        + "before, it was replaced."
    case .journalUnsafe:
      "Leave --journal out, or give --journal delete: then a rollback journal is used there."
    case .heldElsewhere: "Ask the ledger that uses it with --server, or stop it."
    case .folder(let path): "Name the file in it: \(path)/ledger.sqlite"
    case .readOnlyFolder(let path):
      "Copy it, with \(path)-wal, to a folder that you may write to, and name the copy."
    case .foreign: "Name another file. Nothing was written to this one."
    case .unfinished: "Start ledger serve on it once."
    case .otherCopy: "Look what it is; move it away when it belongs to another log."
    default: nil
    }
  }

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
    case .journalUnsafe(let system):
      "a write-ahead log is not safe on a network file system (\(system)): its index is memory of "
        + "one machine."
    case .heldElsewhere(let path):
      "\(path) is in use by a ledger that keeps it to itself, as --journal delete does."
    case .unfinished(let path):
      "the last ledger that wrote to \(path) was killed, and what it had begun is not taken back."
    case .cannotOpen(let path, let reason): "cannot open \(path): \(reason)"
    case .damaged(let path, let reason): "\(path) is damaged: \(reason)"
    case .noDatabase(let path): "there is no database at \(path)"
    case .folder(let path): "\(path) is a folder, not a ledger's file"
    case .readOnlyFolder(let path):
      "\(path) cannot be read where it is: a part of it is in the log beside it, and one may not "
        + "write to the folder"
    case .foreign(let table):
      "the file is a database of something else: it has the table \(table), and no migrations of a "
        + "ledger"
    case .signingKeyMissing(let vkey):
      "the log is signed by \(vkey), and that key is not here. "
        + "Name its file in LEDGER_SIGNING_KEY_FILE, or put it beside the database."
    case .otherSigningKey(let log, let given):
      "the log is signed by \(log), not by \(given). Give its own key; ledger key rotate "
        + "replaces it."
    case .unsigned(let entries, let size):
      "\(entries) of the log's \(size) entries are not signed, although it has a key: it was "
        + "changed. Keep the file, and go on with a copy that ledger verify finds in order."
    case .neverSigned(let entries, let vkey):
      "the log has \(entries) entries and no key: signing it with \(vkey) would vouch for all "
        + "of them."
    case .rolledBack(let copy, let log):
      "the log has \(log) entries, the copy of its head has \(copy): it was cut, or put back to "
        + "an earlier copy."
    case .forked(let copy):
      "the log does not lead to the copy of its head with \(copy) entries: it was changed."
    case .otherCopy(let reason): "the copy of the head is none of this log: \(reason)."
    case .rewritten(let size, let reason):
      "the log does not have the \(size) entries that were signed: \(reason). It was cut or "
        + "changed. Keep the file, and go on with a copy that ledger verify finds in order."
    }
  }
}
