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
    let target = try FileLock.target(of: path)
    let lock = target + ".lock"
    let file = open(lock, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw .cannotOpen(path: lock, reason: FileLock.reason(errno))
    }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let holder = FileLock.holder(file)
      close(file)
      throw .locked(path: path, holder: holder)
    }
    descriptor = Mutex(file)
    try FileLock.checkItHasOneName(target)
    let pid = Array("process \(getpid())\n".utf8)
    guard ftruncate(file, 0) == 0, pwrite(file, pid, pid.count, 0) == pid.count else {
      throw .cannotOpen(path: lock, reason: FileLock.reason(errno))
    }
  }

  deinit { release() }

  /// A hard link is no link that can be followed: under each name there would be another lock.
  private static func checkItHasOneName(_ file: String) throws(StartupRefused) {
    var status = stat()
    guard stat(file, &status) == 0 else {
      guard errno == ENOENT else { throw .cannotOpen(path: file, reason: reason(errno)) }
      return
    }
    guard status.st_nlink == 1 || status.st_mode & S_IFMT != S_IFREG else {
      throw .cannotOpen(
        path: file, reason: "it has \(status.st_nlink) names (hard links), and may have one writer")
    }
  }

  /// Lets others have the database, before the last use of this object.
  func release() {
    descriptor.withLock { file in
      if let open = file { close(open) }
      file = nil
    }
  }

  /// As `target(of:)`, for who does not write; what leads nowhere stays as it is.
  static func resolved(_ path: String) -> String {
    do { return try target(of: path) } catch { return path }
  }

  /// As many as Linux follows (path_resolution(7)).
  private static let maximumLinks = 40

  /// The file itself, through every link: two names of one file are one lock. `realpath` knows only
  /// what is there; a link is followed by hand to where a database will be, so that the lock has
  /// the same name before and after it is made.
  private static func target(of path: String) throws(StartupRefused) -> String {
    var name = path
    for _ in 0...maximumLinks {
      if let real = real(name) { return real }
      let (directory, last) = try place(of: name)
      let file = directory == "/" ? "/" + last : "\(directory)/\(last)"
      guard let next = try link(at: file) else { return file }
      name = next.hasPrefix("/") ? next : "\(directory)/\(next)"
    }
    throw .cannotOpen(path: path, reason: reason(ELOOP))
  }

  private static func real(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  /// The directory, which has to be there, and the name in it.
  private static func place(
    of path: String
  ) throws(StartupRefused) -> (directory: String, last: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let parent = parts.dropLast().joined(separator: "/")
    guard let directory = real(parent.isEmpty ? (parts.count > 1 ? "/" : ".") : parent) else {
      throw .cannotOpen(path: path + ".lock", reason: reason(errno))
    }
    return (directory, parts.last.map(String.init) ?? "")
  }

  /// Where a link leads; `nil` for what is none, or is not there.
  private static func link(at path: String) throws(StartupRefused) -> String? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &bytes, bytes.count)
    guard count >= 0 else {
      let code = errno
      guard code == EINVAL || code == ENOENT else {
        throw .cannotOpen(path: path, reason: reason(code))
      }
      return nil
    }
    return String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

  private static func holder(_ file: Int32) -> String {
    var text = [UInt8](repeating: 0, count: 64)
    let count = pread(file, &text, text.count, 0)
    guard count > 0 else { return "unknown process" }
    let line = text[..<count].prefix { $0 != UInt8(ascii: "\n") }
    return String(decoding: line, as: UTF8.self)
  }
}
