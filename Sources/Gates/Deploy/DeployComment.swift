/// What people read beside GitHub's approval: a table in Markdown.
enum DeployComment {
  /// GitHub refuses a longer one.
  static let maximumLength = 1_024

  static func text(_ decision: DeployDecision) -> String {
    let head =
      "**\(decision.isAllowed ? "ALLOWED" : decision.isTemporary ? "WAITING" : "DENIED")** "
      + escaped("\(decision.request.service) → \(decision.request.environment)")
      + "\n\n| | rule | |\n|---|---|---|\n"
    let sorted =
      decision.findings.filter(\.isBlocking) + decision.findings.filter { !$0.isBlocking }
    var text = head
    for (position, finding) in sorted.enumerated() {
      let row = "| \(sign(finding)) | \(escaped(finding.rule)) | \(escaped(finding.detail)) |\n"
      let rest = "| | … | \(sorted.count - position) more |\n"
      guard text.count + row.count + rest.count <= maximumLength else { return text + rest }
      text += row
    }
    return text
  }

  private static func sign(_ finding: DeployFinding) -> String {
    finding.result == .pass ? "✓" : finding.isPending ? "●" : "✗"
  }

  /// Names come from outside: nothing of them may act as Markdown, call people or break the table.
  private static func escaped(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.prefix(200).flatMap { scalar -> [Unicode.Scalar] in
          if scalar.properties.generalCategory == .control { return [" "] }
          if scalar == "@" { return ["@", "\u{200B}"] }
          if scalar == "#" { return ["#", "\u{200B}"] }
          return "\\`*_{}[]<>|!~".unicodeScalars.contains(scalar) ? ["\\", scalar] : [scalar]
        }))
  }
}
