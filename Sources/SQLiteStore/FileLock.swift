import Glibc
import Synchronization

/// Exclusive use of a database by one process, as an advisory lock on `<database>.lock`. The system
/// releases it when the process ends, however it ends.
///
/// Debian's SQLite 3.40.1 can corrupt a WAL database that two connections write or checkpoint at
/// once (fixed in 3.51.3), so a second writer is refused rather than made to wait.
public final class FileLock: Sendable {
  /// `nil` once it is released.
  private let descriptor: Mutex<Int32?>

  public init(database path: String) throws(StartupRefused) {
    let lock = FileLock.resolved(path) + ".lock"
    let file = open(lock, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw .cannotOpen(path: lock, reason: String(cString: strerror(errno)))
    }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let holder = FileLock.holder(file)
      close(file)
      throw .locked(path: path, holder: holder)
    }
    descriptor = Mutex(file)
    let pid = Array("process \(getpid())\n".utf8)
    guard ftruncate(file, 0) == 0, pwrite(file, pid, pid.count, 0) == pid.count else {
      throw .cannotOpen(path: lock, reason: String(cString: strerror(errno)))
    }
  }

  deinit { release() }

  /// Lets others have the database, before the last use of this object.
  func release() {
    descriptor.withLock { file in
      if let open = file { close(open) }
      file = nil
    }
  }

  /// The file itself, through every link: two names of one file are one lock.
  static func resolved(_ path: String) -> String {
    if let real = realpath(path, nil) {
      defer { free(real) }
      return String(cString: real)
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let parent = parts.dropLast().joined(separator: "/")
    guard let real = realpath(parent.isEmpty ? (parts.count > 1 ? "/" : ".") : parent, nil) else {
      return path
    }
    defer { free(real) }
    return String(cString: real) + "/" + (parts.last ?? "")
  }

  private static func holder(_ file: Int32) -> String {
    var text = [UInt8](repeating: 0, count: 64)
    let count = pread(file, &text, text.count, 0)
    guard count > 0 else { return "unknown process" }
    let line = text[..<count].prefix { $0 != UInt8(ascii: "\n") }
    return String(decoding: line, as: UTF8.self)
  }
}
