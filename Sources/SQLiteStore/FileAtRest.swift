import Foundation
import Glibc

/// A ledger's file in a folder that one may not write to, such as a copy on a disk that is mounted
/// to be read. SQLite reads a database with a write-ahead log only where it can make the log's index.
struct FileAtRest {
  let path: String

  /// For SQLite's own errors of such a folder.
  ///
  /// - Parameter path: as it was given.
  init(_ path: String) { self.path = FileLock.resolved(path) }

  var isInReadOnlyFolder: Bool {
    access(URL(filePath: path).deletingLastPathComponent().path, W_OK) != 0
  }

  /// Whether the file alone has everything. A log, of whichever kind, has what the file lacks; and
  /// whoever has a file with a write-ahead log open has that log beside it.
  var isWhole: Bool {
    get throws {
      try ["-wal", "-journal"].allSatisfy { suffix in
        let other = path + suffix
        guard FileManager.default.fileExists(atPath: other) else { return true }
        return try FileManager.default.attributesOfItem(atPath: other)[.size] as? Int == 0
      }
    }
  }

  /// Names it to SQLite as a file that nobody changes: then it needs no locks and no index
  /// (sqlite.org/uri.html, 3.2).
  var unchanging: String {
    let plain = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\0"..."\u{7F}"))
      .union(CharacterSet(charactersIn: "/-._~"))
    let escaped = path.addingPercentEncoding(withAllowedCharacters: plain) ?? path
    return "file://\(escaped)?immutable=1"
  }
}
