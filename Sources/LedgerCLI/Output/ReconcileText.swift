import Ledger

/// Steps of a reconciliation as people see them: a line each, and a bar while it waits or reads.
struct ReconcileText: Sendable {
  static let head = line([
    "STEP", "HOOK", "REPOSITORY", "LISTED", "MISSING", "ASKED", "ARRIVED", "READ",
  ])
  private static let widths = [8, 12, 24, 7, 8, 6, 8, 5]
  private static let barWidth = 30

  /// `nil` for steps of which only the last is worth a line.
  static func line(_ step: JSON) -> String? {
    let (name, reads) = (step.text("step") ?? "", step.number("reads"))
    if name == "checks", reads != step.number("listed") { return nil }
    if name == "end" { return end(step) }
    if name == "problem" { return "! \(Text.safe(step.text("message") ?? ""))" }
    let cells = [
      name, step.text("hook") ?? "-", step.text("repository") ?? "-", count(step, "listed"),
      count(step, "missing"), count(step, "asked"), count(step, "arrived"), count(step, "reads"),
    ]
    return line(cells) + (step.text("message").map { "  \(Text.safe($0))" } ?? "")
  }

  /// `nil` for steps that end at once.
  static func bar(_ step: JSON) -> String? {
    let (done, total) =
      switch step.text("step") {
      case "wait": (step.number("arrived"), step.number("asked"))
      case "checks": (step.number("reads"), step.number("listed"))
      default: (Int64?.none, Int64?.none)
      }
    guard let done, let total, total > 0 else { return nil }
    // Whatever numbers a server tells.
    let share = Double(min(max(done, 0), total)) / Double(total)
    let filled = Int(share * Double(barWidth))
    let bar =
      String(repeating: "█", count: filled) + String(repeating: "░", count: barWidth - filled)
    return "\(bar) \(done)/\(total) \(step.text("step") ?? "")"
  }

  private static func end(_ step: JSON) -> String {
    let (missing, asked) = (step.number("missing") ?? 0, step.number("asked") ?? 0)
    let counts = "\(missing) were missing, \(asked) were asked for again"
    let word =
      switch step.text("result") {
      case "complete": "✓ complete"
      case "undetermined": "? not complete"
      default: "✗ failed"
      }
    return "\(word): \(step.text("message").map(Text.safe) ?? counts)"
  }

  private static func count(_ step: JSON, _ name: String) -> String {
    step.number(name).map(String.init) ?? "-"
  }

  private static func line(_ cells: [String]) -> String {
    zip(cells, widths).map { Text.padded(Text.safe($0), to: $1) }.joined(separator: " ").trimmedEnd
  }
}
