import Foundation
import Glibc

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

  static func write(_ text: String) { write(Array(text.utf8)) }

  /// A reader that goes away (`| head`) ends the command without a word.
  static func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        Foundation.exit(errno == EPIPE ? 0 : Exit.error)
      }
      rest = rest.dropFirst(count)
    }
  }

  /// Through the pager, where there is somebody to turn pages.
  static func show(_ text: String, _ style: OutputStyle) {
    guard style.usesPager, !text.isEmpty, let pager = Configuration.pager,
      Pager.show(text, with: pager)
    else { return write(text) }
  }

  static func error(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }

  static func flush() { fflush(nil) }
}
