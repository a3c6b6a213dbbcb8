import Foundation

/// One line on standard error that the next one replaces, where someone is looking at it.
struct StatusLine: Sendable {
  let isShown = isatty(STDERR_FILENO) == 1

  func show(_ text: String) { write("\r\u{1B}[K\(text)") }

  func clear() { write("\r\u{1B}[K") }

  private func write(_ text: String) {
    if isShown { Console.remark(text) }
  }
}
