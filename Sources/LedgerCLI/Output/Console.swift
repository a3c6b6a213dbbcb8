import Foundation
import Glibc
import Synchronization

/// Data to standard output, everything else to standard error.
enum Console {
  static let isTerminal = isatty(STDOUT_FILENO) == 1

  /// Columns of the terminal; 100 when nobody says.
  static var width: Int {
    if let columns = Configuration.columns, columns > 0 { return columns }
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
    return Int(size.ws_col)
  }

  static func usesColor(_ choice: ColorChoice) -> Bool {
    switch choice {
    case .always: true
    case .never: false
    case .auto:
      Configuration.forcesColor || (isTerminal && !Configuration.refusesColor)
    }
  }

  private static let isUnread = Atomic<Bool>(false)

  /// A command that only prints, and has more to come, ends well where there is none.
  static var hasReader: Bool {
    !isUnread.load(ordering: .relaxed) && !StandardStreams.isAbandoned(STDOUT_FILENO)
  }

  static func write(_ text: String) { write(Array(text.utf8)) }

  /// A reader that goes away (`| head`) is no reason to end: the command may have a verdict to tell
  /// by its exit code.
  static func write(_ bytes: [UInt8]) {
    guard !isUnread.load(ordering: .relaxed),
      let problem = StandardStreams.write(bytes, to: STDOUT_FILENO)
    else { return }
    guard problem != EPIPE else { return isUnread.store(true, ordering: .relaxed) }
    error("ledger: standard output cannot be written: \(String(cString: strerror(problem)))")
    Foundation.exit(Exit.error)
  }

  /// Through the pager, where there is somebody to turn pages.
  static func show(_ text: String, _ style: OutputStyle) {
    guard style.usesPager, !text.isEmpty, let pager = Configuration.pager,
      Pager.show(text, with: pager)
    else { return write(text) }
  }

  static func error(_ line: String) { remark(line + "\n") }

  /// To standard error, as it is. That nobody hears it changes nothing.
  static func remark(_ text: String) {
    _ = StandardStreams.write(Array(text.utf8), to: STDERR_FILENO)
  }

  static func flush() { fflush(nil) }
}
