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
    let heads = ["Type", "Name", "Made by", "Created", last]
      .map { "<th scope=\"col\">\($0)</th>" }.joined()
    let title = "\(TeardownWords.heading(status)) <span>\(rows.count)</span>"
    return
      "<h2 class=\"\(status.rawValue)\">\(title)</h2>\n<table>\n<thead><tr>\(heads)</tr></thead>\n"
      + "<tbody>\n\(rows.map(line).joined())</tbody>\n</table>\n"
  }

  private func line(_ row: TeardownRow) -> String {
    let before = row.formerly.map { "<br>formerly \(safe($0))" }.joined()
    let id = row.id.flatMap { $0 == words.name(row) ? nil : "<br><small>\(safe($0))</small>" } ?? ""
    return "<tr><td>\(safe(row.type))</td><td>\(safe(words.name(row)))\(id)</td>"
      + "<td>\(safe(words.origin(row)))\(before)</td><td>\(safe(words.created(row)))</td>"
      + "<td>\(safe(words.end(row)))</td></tr>\n"
  }

  private var plan: String {
    let plan = words.report.plan
    guard !plan.isEmpty else { return "" }
    let commands = plan.flatMap(\.commands).map { safe($0) + "\n" }.joined()
    return "<h2>What removes it</h2>\n<pre>\(commands)</pre>\n"
  }

  private func safe(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result += scalar.isShown ? String(scalar) : "\u{FFFD}"
      }
    }
    return result
  }

  private static func frame(title: String, _ body: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>\(title)</title>
    <style>
    \(style)
    </style>
    </head>
    <body>
    <main>
    \(body)</main>
    </body>
    </html>

    """
  }

  private static let style = """
    :root { color-scheme: light dark; --line: #d0d7de; --quiet: #57606a; --bad: #b42318;
      --warn: #8a5a00; --good: #1a7f37; --back: #f6f8fa; }
    @media (prefers-color-scheme: dark) { :root { --line: #3d444d; --quiet: #9198a1;
      --bad: #ff7b72; --warn: #d29922; --good: #3fb950; --back: #161b22; } }
    body { font: 15px/1.5 system-ui, sans-serif; margin: 0; }
    main { max-width: 76rem; margin: 0 auto; padding: 2rem 1.25rem; }
    h1 { margin: 0 0 .25rem; font-size: 1.7rem; }
    h2 { margin: 2rem 0 .5rem; font-size: 1.15rem; }
    h2 span { color: var(--quiet); font-weight: normal; }
    .verdict { margin: 0; padding: .5rem .75rem; border-left: .35rem solid; font-weight: 600; }
    .clean, h2.gone { color: var(--good); }
    .verdict.left, h2.left { color: var(--bad); }
    .verdict.unknown, h2.unknown, h2.unexplained { color: var(--warn); }
    .basis, small { color: var(--quiet); }
    .note { border-left: .35rem solid var(--warn); padding-left: .75rem; }
    table { border-collapse: collapse; width: 100%; font-size: .9em; }
    th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0;
      border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
    thead th { color: var(--quiet); font-weight: 600; overflow-wrap: normal; }
    .facts th { width: 16rem; font-weight: 600; }
    pre { background: var(--back); padding: .75rem; overflow-x: auto; white-space: pre-wrap;
      overflow-wrap: anywhere; font-size: .85em; }
    @media (max-width: 40rem) { thead { display: none; } tr, td, th { display: block;
      border: 0; padding: .1rem 0; } tr { border-bottom: 1px solid var(--line);
      padding: .4rem 0; } .facts th { width: auto; } }
    @page { size: A4; margin: 14mm 12mm; }
    @media print { :root { color-scheme: light; --line: #bbb; --quiet: #444; --bad: #8c1d18;
      --warn: #6b4600; --good: #116329; --back: #f4f4f4; }
      body { font-size: 9.5pt; } main { max-width: none; padding: 0; }
      thead { display: table-header-group; } tr, pre { break-inside: avoid; }
      h2 { break-after: avoid; } }
    """
}
