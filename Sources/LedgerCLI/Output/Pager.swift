import Foundation
import Glibc

/// Shows what is longer than the screen page by page.
enum Pager {
  /// `less` leaves at once when everything fits, passes colours, and leaves the text on the screen.
  static let usual = "less -FRX"

  /// `nil` where none is wanted: an empty variable and `cat` say so.
  static func command(own: String?, common: String?) -> String? {
    let command = own ?? common ?? usual
    let isNone = command.allSatisfy(\.isWhitespace) || command == "cat"
    return isNone ? nil : command
  }

  /// Returns when the reader leaves; `false` when the program could not be started.
  static func show(_ text: String, with command: String) -> Bool {
    // A reader who leaves early ends the pipe, and must not end this process.
    signal(SIGPIPE, SIG_IGN)
    guard let pipe = unblocked({ popen(command, "w") }) else { return false }
    // Ctrl-C is for the pager: who leaves it before it does leaves the terminal in disorder.
    let before = signal(SIGINT, SIG_IGN)
    fputs(text, pipe)
    let status = pclose(pipe)
    signal(SIGINT, before)
    // 127 << 8: the shell found no such program.
    return status != 127 << 8
  }

  /// A child inherits the signals that its parent's thread blocks; tasks run on threads that block
  /// nearly all of them.
  private static func unblocked<Value>(_ start: () -> Value) -> Value {
    var none = sigset_t()
    var own = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &own)
    defer { pthread_sigmask(SIG_SETMASK, &own, nil) }
    return start()
  }
}
