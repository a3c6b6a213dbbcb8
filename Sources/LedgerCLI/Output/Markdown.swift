/// A table as GitHub reads it (GitHub Flavored Markdown, 4.10).
enum Markdown {
  static func table(header: [String], rows: [[String]]) -> String {
    row(header) + row(header.map { _ in "---" }) + rows.map(row).joined()
  }

  /// Headings are text from outside, too: names of environments.
  static func row(_ cells: [String]) -> String {
    "| " + cells.map { escaped(Text.safe($0)) }.joined(separator: " | ") + " |\n"
  }

  /// A bar would end the cell; the others would make code, a tag or a link of what follows.
  static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if "\\|`<[".unicodeScalars.contains(scalar) { result.append("\\") }
      result.append(scalar)
    }
    return String(result)
  }
}
