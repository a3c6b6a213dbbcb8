import Foundation
import Testing

/// docs/gate-cases.md and the titles of the tests.
@Suite struct CaseNameTests {
  @Test func everyCaseIsTheTitleOfATest() throws {
    let rows = try CaseNameTests.rows()
    #expect(rows.count == 48 + 19)
    let named = try CaseNameTests.named()
    for row in rows { #expect(named.contains(row), "no test is called \(row)") }
  }

  @Test func noTestNamesACaseThatIsNone() throws {
    #expect(try CaseNameTests.named().subtracting(CaseNameTests.rows()) == [])
  }

  private static func rows() throws -> Set<String> {
    let text = try String(
      contentsOf: SourceTree.root.appending(path: "docs/gate-cases.md"), encoding: .utf8)
    return Set(
      text.split(separator: "\n").compactMap { line in
        line.hasPrefix("| ") ? number(line.dropFirst(2).prefix { $0 != " " }) : nil
      })
  }

  /// The words at the beginning of a text in quotes: `"G33 A5 the same again is a duplicate"`.
  private static func named() throws -> Set<String> {
    var names: Set<String> = []
    for file in try SourceTree.files("Tests", extension: "swift")
    where file.path != "Tests/ArchitectureTests/CaseNameTests.swift" {
      for line in file.code {
        for text in line.split(separator: "\"", omittingEmptySubsequences: false).dropFirst() {
          names.formUnion(text.split(separator: " ").prefix { number($0) != nil }.map(String.init))
        }
      }
    }
    return names
  }

  private static func number(_ word: Substring) -> String? {
    guard let letter = word.first, "GA".contains(letter), let number = Int(word.dropFirst()),
      number > 0, word.count < 4
    else { return nil }
    return String(word)
  }
}
