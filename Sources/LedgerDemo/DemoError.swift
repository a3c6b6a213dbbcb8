/// Why the demo ended early, in words for the terminal.
enum DemoError: Error, CustomStringConvertible {
  case usage(String)
  /// `log` is the end of what the server wrote.
  case failed(String, log: String = "")
  case interrupted

  var description: String {
    switch self {
    case .usage(let reason): "\(reason)\n\n\(DemoOptions.usage)"
    case .failed(let reason, let log) where log.isEmpty: reason
    case .failed(let reason, let log): "\(reason)\n\nThe server's log ends with:\n\(log)"
    case .interrupted: "interrupted"
    }
  }

  var exitCode: Int32 {
    switch self {
    case .usage: 2
    case .failed: 1
    case .interrupted: 130
    }
  }

  func with(log: String) -> DemoError {
    if case .failed(let reason, "") = self { .failed(reason, log: log) } else { self }
  }
}
