import Foundation
import Ledger
import Reports
import Testing

@testable import LedgerCLI

/// The report of the other golden files, as a terminal shows it. With LEDGER_GOLDEN=write the files
/// are made anew: read what changed before it is kept.
@Suite struct TeardownSheetTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../Golden/teardown").standardized

  private static func sheet() throws -> TeardownSheet {
    let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "report.json")))
    let report = try #require(Teardown(json: try JSON.parse(bytes)))
    return TeardownSheet(report: report, people: [7_001: "mia"])
  }

  @Test(arguments: [("report.txt", nil), ("report-100.txt", 100)] as [(String, Int?)])
  func theTableIsAsItWas(name: String, width: Int?) throws {
    let text = try Self.sheet().blocks.text(width: width, color: false)
    let file = Self.folder.appending(path: name)
    if ProcessInfo.processInfo.environment["LEDGER_GOLDEN"] == "write" {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  /// What has to be done comes first, and no command is cut: half of one is another one.
  @Test func commandsAreWhole() throws {
    let text = try Self.sheet().blocks.text(width: 60, color: false)
    let report = try Self.sheet().report
    for command in report.plan.flatMap(\.commands) { #expect(text.contains(command)) }
    let plan = TeardownPlanCommand.text(report, unexplained: false)
    let all = TeardownPlanCommand.text(report, unexplained: true)
    #expect(plan.contains("\naws ecs deregister-task-definition --task-definition ledger-dev:2\n"))
    #expect(plan.contains("\n# aws logs delete-log-group") && !plan.contains("\naws logs"))
    #expect(all.contains("\naws logs delete-log-group"))
    #expect(!report.plan.isEmpty)
    let (left, gone) = (text.range(of: "LEFT (2)"), text.range(of: "GONE ("))
    #expect(try #require(left).lowerBound < #require(gone).lowerBound)
  }

  @Test func coloursAreAskedFor() throws {
    #expect(try !Self.sheet().blocks.text(width: 80, color: false).contains("\u{1B}"))
    #expect(try Self.sheet().blocks.text(width: 80, color: true).contains("\u{1B}[31m"))
  }
}
