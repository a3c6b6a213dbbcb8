/// The word for how something went, with its symbol: colour never stands alone.
enum Outcome {
  private static let good: Set = [
    "success", "verified", "allow", "pushed", "published", "released", "prereleased", "created",
    "registered", "clean", "ok", "listed",
  ]
  private static let bad: Set = [
    "failure", "error", "bypass", "deny", "timed_out", "startup_failure", "problem",
    "overwritten", "left",
  ]
  private static let running: Set = [
    "in_progress", "queued", "pending", "requested", "waiting", "open", "active", "undetermined",
  ]

  /// - Parameter kind: of the line.
  static func cell(_ word: String?, kind: String? = nil) -> Cell {
    guard let word else {
      switch kind {
      case "merge": return Cell("✓ merged")
      case "note": return Cell("• note")
      default: return Cell("? unknown", .waiting)
      }
    }
    let text = word == "rolled-back" ? "rolled back" : word
    return Cell("\(symbol(word)) \(text)", tone(word))
  }

  /// What a gate found about one rule.
  ///
  /// - Parameter result: `pass`, `fail`, `pending` or `unknown`.
  static func cell(_ name: String, result: String, isRequired: Bool) -> Cell {
    let (sign, tone): (String, Cell.Tone) =
      switch result {
      case "pass": ("✓", .good)
      case "pending": ("●", .waiting)
      default: ("✗", .bad)
      }
    return Cell("\(sign) \(name)", isRequired ? tone : .quiet)
  }

  static func symbol(_ word: String) -> String {
    switch word {
    case _ where good.contains(word): "✓"
    case _ where bad.contains(word): "✗"
    case _ where running.contains(word): "●"
    case "rolled-back": "↺"
    case "findings", "warning": "!"
    case "unknown": "?"
    default: "⊘"
    }
  }

  private static func tone(_ word: String) -> Cell.Tone {
    switch symbol(word) {
    case "✓": .good
    case "✗": .bad
    case "⊘": .quiet
    default: .waiting
    }
  }
}
