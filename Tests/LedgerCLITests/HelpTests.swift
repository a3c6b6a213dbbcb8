import Testing

@testable import LedgerCLI

/// How help reads on a terminal of 80 columns, which is where it is broken into lines.
@Suite struct HelpTests {
  private static let pages: [(name: String, text: String)] = {
    var pages = [("ledger", LedgerCommand.configuration.discussion)]
    var rest = LedgerCommand.configuration.subcommands
    while let command = rest.popLast() {
      let configuration = command.configuration
      pages.append((configuration.commandName ?? "\(command)", configuration.discussion))
      rest += configuration.subcommands
    }
    return pages.filter { !$0.1.isEmpty }
  }()

  @Test func allPagesAreLookedAt() {
    #expect(HelpTests.pages.count > 40)
  }

  /// A line that is broken is no command any more.
  @Test func examplesFitTheirLine() {
    for page in HelpTests.pages {
      for line in page.text.split(separator: "\n") where line.hasPrefix(" ") {
        #expect(line.count <= 80, "\(page.name): \(line)")
      }
    }
  }

  /// A paragraph that is broken in the source is broken again, with single words on a line.
  @Test func aParagraphIsALine() {
    for page in HelpTests.pages {
      let lines = page.text.split(separator: "\n", omittingEmptySubsequences: false)
      for (line, next) in zip(lines, lines.dropFirst()) where line != "EXAMPLES" {
        let isBroken = !line.isEmpty && !next.isEmpty && !line.hasPrefix(" ")
        #expect(!(isBroken && !next.hasPrefix(" ")), "\(page.name): \(line)")
      }
    }
  }
}
