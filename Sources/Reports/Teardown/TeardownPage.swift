import Ledger

/// One page that needs nothing else, for the screen and for A4.
public struct TeardownPage {
  private let words: TeardownWords
  private let comparison: TeardownComparison?

  public init(
    _ report: Teardown, people: [Int64: String] = [:], comparison: TeardownComparison? = nil
  ) {
    words = TeardownWords(report: report, people: people)
    self.comparison = comparison
  }

  public var text: String {
    let report = words.report
    var body = "<h1>\(safe(words.title))</h1>\n"
    body += "<p class=\"verdict \(report.outcome.rawValue)\">\(safe(words.verdict))</p>\n"
    body += "<p class=\"basis\">As of \(safe(TeardownWords.time(report.asOf))), by "
    body += "\(safe(words.basis)).</p>\n"
    body += report.notes.map { "<p class=\"note\">\(safe($0))</p>\n" }.joined()
    body += facts + unanswered + since
    for status in TeardownRow.Status.allCases where status != .gone { body += section(status) }
    body += plan + section(.gone)
    if report.others > 0 {
      body += "<p class=\"basis\">\(report.others) more things belong to other environments.</p>\n"
    }
    return TeardownPage.frame(title: safe(words.title), body)
  }

  private var facts: String {
    let facts = words.facts
    guard !facts.isEmpty else { return "" }
    let rows = facts.map { "<tr><th scope=\"row\">\(safe($0.0))</th><td>\(safe($0.1))</td></tr>\n" }
    return "<table class=\"facts\">\n\(rows.joined())</table>\n"
  }

  private var unanswered: String {
    list(
      "Not answered",
      words.report.unanswered.map { "<code>\(safe($0.call))</code>: \(safe($0.reason))" })
  }

  private var since: String {
    guard let comparison else { return "" }
    return list("Since report #\(comparison.number)", comparison.lines.map(safe))
  }

  private func list(_ title: String, _ items: [String]) -> String {
    guard !items.isEmpty else { return "" }
    return "<h2>\(title)</h2>\n<ul>\n\(items.map { "<li>\($0)</li>\n" }.joined())</ul>\n"
  }

  private func section(_ status: TeardownRow.Status) -> String {
    let rows = words.report.rows(status)
    guard !rows.isEmpty else { return "" }
    let last = status == .gone ? "Evidence" : "Reason"
    let heads = ["Type", "Name", "Origin", "Made", last]
      .map { "<th scope=\"col\">\($0)</th>" }.joined()
    let title = "\(TeardownWords.heading(status)) <span>\(rows.count)</span>"
    return
      "<h2 class=\"\(status.rawValue)\">\(title)</h2>\n<table class=\"rows\">\n<thead><tr>\(heads)</tr></thead>\n"
      + "<tbody>\n\(rows.map(line).joined())</tbody>\n</table>\n"
  }

  private func line(_ row: TeardownRow) -> String {
    let id =
      row.id.flatMap { $0 == words.name(row) ? nil : "<br><small>\(breaking($0))</small>" } ?? ""
    return "<tr><td>\(breaking(row.type))</td><td>\(breaking(words.name(row)))\(id)</td>"
      + "<td>\(breaking(words.origin(row)))</td><td>\(safe(words.created(row)))</td>"
      + "<td>\(safe(words.end(row)))</td></tr>\n"
  }

  private var plan: String {
    let plan = words.report.plan
    guard !plan.isEmpty else { return "" }
    let commands = plan.flatMap { words.removal(of: $0) }.map { safe($0) + "\n" }.joined()
    return "<h2>What removes it</h2>\n<pre>\(commands)</pre>\n"
  }

  /// A name may be broken behind these, and nowhere else where that is enough.
  private static let joints = Set("_./:@")

  private func breaking(_ text: String) -> String {
    var (result, part) = ("", "")
    for character in text {
      part.append(character)
      guard TeardownPage.joints.contains(character) else { continue }
      result += safe(part) + "<wbr>"
      part = ""
    }
    return result + safe(part)
  }

  private func safe(_ text: String) -> String {
    let shown = text.unicodeScalars.map { $0.isShown ? $0 : "\u{FFFD}" }
    return HTMLText.escaped(String(String.UnicodeScalarView(shown)))
  }
}
