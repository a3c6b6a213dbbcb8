import Glibc

/// Standard input, output and error, however whoever started this left them.
enum StandardStreams {
  /// Before anything is opened.
  static func settle() {
    // The signal of a reader that went away would end the command in place of its own exit code,
    // with --db alone: HTTP ignores it.
    signal(SIGPIPE, SIG_IGN)
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] { hold(descriptor) }
  }

  /// What is opened next would get the number of a stream that is closed, and what is said would
  /// stand in it. Whoever uses the one that holds its place is refused, as with one that is closed.
  private static func hold(_ descriptor: Int32) {
    guard fcntl(descriptor, F_GETFD) == -1, errno == EBADF else { return }
    _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
  }

  /// - Returns: the `errno` of what went wrong; `nil` when all is written.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      let problem = errno
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if problem == EAGAIN {
        awaitRoom(in: descriptor)
      } else if problem != EINTR {
        return problem
      }
    }
    return nil
  }

  /// Whoever shares a pipe with this process may have made it one that does not wait.
  private static func awaitRoom(in descriptor: Int32) {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    poll(&wanted, 1, -1)
  }

  /// Whether nobody is left to read what would be written.
  static func isAbandoned(_ descriptor: Int32) -> Bool {
    var asked = pollfd(fd: descriptor, events: 0, revents: 0)
    return poll(&asked, 1, 0) == 1 && Int32(asked.revents) & POLLERR != 0
  }
}
