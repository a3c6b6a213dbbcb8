import Ledger

/// What is said on GitHub about a bypass. Names come from outside: each stands in a code span, where
/// GitHub reads neither Markdown nor HTML nor mentions.
struct BypassText: Sendable {
  private let stored: Stored
  private let repository: RepositoryRow
  private let login: String?
  private let page: String?

  /// - Parameters:
  ///   - login: of whoever did it, when the directory knows it.
  ///   - page: the address of the gate's page.
  init(_ stored: Stored, in repository: RepositoryRow, login: String?, page: String?) {
    self.stored = stored
    self.repository = repository
    self.login = login
    self.page = page
  }

  /// Invisible; by it the text is found again.
  var marker: String {
    let word = stored.entry.kind == .verified ? "verified" : "bypass"
    return "<!-- ledger:\(word):\(repository.id):\(stored.index) -->"
  }

  /// Plain text; GitHub notifies nobody of a title.
  var title: String {
    let subject: String
    switch gate {
    case "merge": subject = "Pull request #\(data["pull"]?.int ?? 0) was merged past its gate"
    case "push": subject = "\(name("branch")) was changed past its gate"
    case "protection": subject = "A guarded branch lost its protection"
    default: subject = "\(name("environment")) was deployed to past its gate"
    }
    return Markdown.line(subject, longest: 200)
  }

  var alarm: String {
    ([marker, "**\(what)**", ""] + facts.map { "- \($0)" } + ["", advice]).joined(separator: "\n")
  }

  var followUp: String {
    let index = data["replaces"]?.int.map { " (entry \($0) of the ledger)" } ?? ""
    return [
      marker,
      "What was reported here\(index) turned out to be in order: \(code(name("summary"))). "
        + "\(source).",
    ].joined(separator: "\n")
  }

  // MARK: parts

  private var data: JSON { stored.entry.data }
  private var gate: String { name("gate") }
  private func name(_ member: String) -> String { data[member]?.string ?? "" }
  private func code(_ text: String) -> String { Markdown.code(text) }

  private var what: String {
    switch gate {
    case "merge": "This pull request was merged past its gate."
    case "push": "The branch \(code(name("branch"))) was changed past its gate."
    case "protection": "What GitHub demanded of a guarded branch was weakened."
    default: "The environment \(code(name("environment"))) was deployed to past its gate."
    }
  }

  private var facts: [String] {
    let who = (data["merged_by"] ?? data["actor"])?.int
    var facts = ["what: \(code(name("summary")))"]
    if let login {
      facts.append("who: \(code(login))")
    } else if let who {
      facts.append("who: user \(who)")
    }
    if let sha = (data["sha"] ?? data["head_sha"] ?? data["commit"])?.string {
      facts.append("commit: \(code(String(sha.prefix(12))))")
    }
    facts += missing
    return facts + [source]
  }

  /// Required checks that had not passed.
  private var missing: [String] {
    let checks = (data["findings"]?.array ?? []).filter {
      $0["required"]?.bool == true && $0["result"]?.string != "pass"
    }
    guard !checks.isEmpty else { return [] }
    let names = checks.prefix(20).map { check in
      "\(code(check["check"]?.string ?? "")) (\(code(check["word"]?.string ?? "")))"
    }
    return ["not passed: " + names.joined(separator: ", ") + (checks.count > 20 ? ", …" : "")]
  }

  private var source: String {
    page.map { "evidence: [the gate's page](\($0)), entry \(stored.index) of the ledger" }
      ?? "evidence: entry \(stored.index) of the ledger (`ledger show \(stored.index)`)"
  }

  private var advice: String {
    switch gate {
    case "merge":
      "Let the checks run on this commit, and revert it if one of them fails. The entry stays: "
        + "a later success repairs nothing."
    case "push":
      "Review the commit, and revert it or bring it in by a pull request."
    case "protection":
      "Restore the protection, and look at what was merged meanwhile: `ledger history`."
    default: "Deploy what the gate allows, or record why this was right."
    }
  }
}

/// Text from outside, made harmless for GitHub's Markdown.
enum Markdown {
  /// A code span. Backticks are taken out, because no fence stands for certain around them, and an
  /// `@` is cut off from what follows, so that it calls nobody wherever the text is copied to.
  static func code(_ text: String) -> String {
    let line = line(text, longest: 200).replacing(exactly: "`", with: "'")
    return line.isEmpty ? "(nothing)" : "`\(line)`"
  }

  /// One line of this many characters at most.
  static func line(_ text: String, longest: Int) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(longest) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: scalars.append(" ")
      default: scalars.append(scalar)
      }
      if scalar == "@" { scalars.append("\u{200B}") }
    }
    let isCut = text.unicodeScalars.count > longest
    let words = String(scalars).split(separator: " ").joined(separator: " ")
    return words + (isCut ? "…" : "")
  }
}
