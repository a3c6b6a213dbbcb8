import Ledger

/// A verdict as Markdown: each check, how it is, where to look and what to do. A check run shows it
/// below its one line.
public struct CheckSummary {
  private let verdict: JSON
  /// `https://github.com/acme/api`; `nil` makes no links.
  private let repository: String?
  /// The gate's page; `nil` when the ledger has no public address.
  private let page: String?

  /// - Parameter verdict: the data of a `gate.verdict.v1`.
  public init(verdict: JSON, repository: String?, page: String?) {
    self.verdict = verdict
    self.repository = repository
    self.page = page
  }

  /// CommonMark with GitHub's tables.
  public var text: String {
    let findings = verdict["findings"]?.array ?? []
    var lines = [escaped(verdict["summary"]?.string ?? ""), ""]
    if !findings.isEmpty {
      lines += ["| | check | state | what to do |", "|---|---|---|---|"] + findings.map(row) + [""]
    }
    lines.append(footer)
    return lines.joined(separator: "\n")
  }

  private func row(_ finding: JSON) -> String {
    let (result, word) = (finding["result"]?.string ?? "", finding["word"]?.string ?? "")
    let isRequired = finding["required"]?.bool ?? true
    let name = escaped(finding["check"]?.string ?? "")
    let state = link(escaped(word), to: finding["run"]?.int, of: finding["source"]?.string)
    let role = isRequired ? "" : " *(advisory)*"
    return "| \(sign(result)) | \(name)\(role) | \(state) | \(advice(finding, result, word)) |"
  }

  private func link(_ text: String, to run: Int64?, of source: String?) -> String {
    guard let repository, let run, source == Observation.Source.checkRun.rawValue else {
      return text
    }
    return "[\(text)](\(repository)/runs/\(run))"
  }

  private func sign(_ result: String) -> String {
    switch result {
    case "pass": "✓"
    case "pending": "●"
    case "unknown": "?"
    default: "✗"
    }
  }

  private func advice(_ finding: JSON, _ result: String, _ word: String) -> String {
    if let hint = finding["hint"]?.string { return escaped(hint) }
    switch (result, word) {
    case ("pass", _):
      return finding["confirmed"]?.bool == true ? "" : "being confirmed with GitHub"
    case ("pending", "missing"):
      return "nothing was reported at this commit: does its workflow run for it?"
    case ("pending", _): return "wait for it to end"
    case ("fail", "skipped"): return "it did not run, so it did not pass: run it"
    case ("fail", _): return "mend it, or run it again"
    default: return "ask the App that reports it what this word means"
    }
  }

  private var footer: String {
    var parts = ["Policy `\(verdict["policy"]?.string?.prefix(12) ?? "")`"]
    if let page { parts.append("[evidence and history](\(page))") }
    return parts.joined(separator: " · ")
  }

  private func escaped(_ text: String) -> String { Markdown.escaped(text) }
}

/// Names come from whoever may open a pull request.
public enum Markdown {
  private static let special = Set("\\`*_{}[]()#+-.!|<>~&")

  /// Text that stays text within a line and a cell, and mentions nobody.
  public static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      if character.properties.generalCategory == .control || character == "\u{2028}"
        || character == "\u{2029}"
      {
        escaped.append(" ")
      } else if character == "@" {
        // A mention is an address; a joiner of no width keeps it from being one.
        escaped += "@\u{200B}"
      } else {
        if special.contains(Character(character)) { escaped.append("\\") }
        escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}
