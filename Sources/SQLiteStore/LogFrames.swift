import GRDB
import GRDBSQLite
import Synchronization

/// How many frames of the write-ahead log are not in the database yet, as SQLite tells after each
/// commit. A frame is a page and its header (https://www.sqlite.org/walformat.html).
///
/// In another journal mode nothing is told, and none is owed.
final class LogFrames: Sendable {
  private struct Counts {
    /// Of the log as it is now. It begins anew when all of it was copied, which fewer frames show; a
    /// first commit that is larger than the log before it counts too few, until the next checkpoint.
    var written = 0
    /// The first so many of them are in the database.
    var copied = 0
  }

  private let counts = Mutex(Counts())

  var uncopied: Int { counts.withLock { $0.written - $0.copied } }

  func copied(_ frames: Int) {
    counts.withLock { $0.copied = min(max(frames, 0), $0.written) }
  }

  func cutOff() {
    counts.withLock { $0 = Counts() }
  }

  /// Must live for as long as that connection writes.
  func listen(to db: Database) {
    let own = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_wal_hook(
      db.sqliteConnection,
      { own, _, _, frames in
        guard let own else { return SQLITE_MISUSE }
        Unmanaged<LogFrames>.fromOpaque(own).takeUnretainedValue().written(Int(frames))
        return SQLITE_OK
      }, own)
  }

  private func written(_ frames: Int) {
    counts.withLock { counts in
      if frames < counts.written { counts.copied = 0 }
      counts.written = frames
    }
  }
}
