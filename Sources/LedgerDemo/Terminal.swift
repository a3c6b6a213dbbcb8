import Foundation
import Glibc

/// Where the story is told. Colour only on a terminal, and never alone: a mark stands beside it.
struct Terminal: Sendable {
  let hasColour: Bool
  /// Columns of the terminal; `nil` when there is none.
  let width: Int?

  static let standard: Terminal = {
    let variables = ProcessInfo.processInfo.environment
    let isTerminal = isatty(STDOUT_FILENO) == 1
    let isPlain = variables["NO_COLOR"].map { !$0.isEmpty } ?? (variables["TERM"] == "dumb")
    return Terminal(
      hasColour: isTerminal && !isPlain, width: isTerminal ? columns(of: STDOUT_FILENO) : nil)
  }()

  enum Style: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  func styled(_ text: String, _ style: Style) -> String {
    hasColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  func line(_ text: String = "") { Terminal.write(text + "\n", to: .standardOutput) }

  /// Several lines, each moved to the right.
  func block(_ text: String, indent: Int = 2) {
    for part in text.split(separator: "\n", omittingEmptySubsequences: false) {
      line(part.isEmpty ? "" : String(repeating: " ", count: indent) + part)
    }
  }

  func title(_ text: String) {
    line()
    line(styled(text, .bold))
  }

  static func complain(_ text: String) { write("ledger-demo: \(text)\n", to: .standardError) }

  /// Nobody is left to hear that nobody is listening.
  private static func write(_ text: String, to handle: FileHandle) {
    do { try handle.write(contentsOf: Data(text.utf8)) } catch { exit(1) }
  }

  private static func columns(of descriptor: Int32) -> Int? {
    var size = winsize()
    let answer = ioctl(descriptor, UInt(TIOCGWINSZ), &size)
    return answer == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
  }
}
