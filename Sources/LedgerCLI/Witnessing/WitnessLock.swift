import Glibc

/// Held for as long as it lives.
final class WitnessLock: Sendable {
  private let file: Int32

  init(_ path: String) throws {
    file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw Failure("cannot make \(path): \(String(cString: strerror(errno)))")
    }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      close(file)
      throw Failure("\(path) is held: another witness uses this state")
    }
  }

  deinit { close(file) }
}
