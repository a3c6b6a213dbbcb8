import Ledger
import SQLiteStore

/// What became of raw bodies, for people.
enum EvidenceText {
  /// `1,204 bodies pruned by policy, 3 erased for a person`, behind the number of bodies.
  static func removed(_ report: VerifyReport) -> String {
    let parts = [
      report.prunedBodies > 0 ? "\(report.prunedBodies) pruned by policy" : nil,
      report.erasedBodies > 0 ? "\(report.erasedBodies) erased for a person" : nil,
    ].compactMap { $0 }
    return parts.isEmpty ? "" : ", " + parts.joined(separator: ", ")
  }

  static func signatures(_ report: VerifyReport, areChecked: Bool) -> String {
    guard areChecked else {
      return "not checked: LEDGER_WEBHOOK_SECRET gives the secret"
    }
    let without =
      report.unsignedBodies > 0 ? ", \(report.unsignedBodies) bodies are kept without one" : ""
    return "\(report.signatures) fit\(without)"
  }

  static func totals(_ answer: JSON) -> String {
    func number(_ name: String) -> Int64 { answer.number(name) ?? 0 }
    let (bytes, stored) = (number("bytes"), number("stored_bytes"))
    let percent = bytes > 0 ? " (\(stored * 100 / bytes) %)" : ""
    let keep = answer.text("keep")
    return """
      bodies   \(number("bodies")), \(size(bytes)), stored as \(size(stored))\(percent)
      oldest   \(answer.text("oldest") ?? "-")
      kept     \(keep ?? "for ever")
      due      \(keep == nil ? "-" : "\(number("due")), \(size(number("due_bytes")))")
      deleted  \(number("pruned")) by policy, \(number("erased")) for a person

      """
  }

  static func pruned(_ answer: JSON) -> String {
    let (count, bytes) = (answer.number("count") ?? 0, answer.number("bytes") ?? 0)
    let verb = answer.value("dry_run") == true ? "would be pruned" : "pruned"
    return "\(bodies(count)), \(size(bytes)), \(verb) (keep \(answer.text("keep") ?? "?"))"
      + entries(answer) + "\n"
  }

  static func forgotten(_ answer: JSON) -> String {
    let names = answer.list("names").compactMap(\.string).map(Text.safe)
    let isDryRun = answer.value("dry_run") == true
    let person = "person \(answer.text("person") ?? "?")"
    let known = isDryRun && !names.isEmpty ? " (\(names.joined(separator: ", ")))" : ""
    let name = answer.value("had_name") == true ? "the name and " : ""
    return "\(person)\(known): \(name)\(bodies(answer.number("bodies") ?? 0)) of "
      + "\(answer.number("searched") ?? 0) \(isDryRun ? "would be erased" : "erased")"
      + entries(answer)
  }

  private static func bodies(_ count: Int64) -> String {
    count == 1 ? "1 body" : "\(count) bodies"
  }

  private static func entries(_ answer: JSON) -> String {
    let entries = answer.list("entries").compactMap(\.int)
    guard let first = entries.first, let last = entries.last else { return "" }
    return entries.count == 1 ? ", entry \(first)" : ", entries \(first) to \(last)"
  }

  /// `12 KiB`
  static func size(_ bytes: Int64) -> String {
    switch bytes {
    case ..<1_024: "\(bytes) bytes"
    case ..<1_048_576: "\(bytes / 1_024) KiB"
    case ..<1_073_741_824: "\(bytes / 1_048_576) MiB"
    default: "\(bytes / 1_073_741_824) GiB"
    }
  }
}
