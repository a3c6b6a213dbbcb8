import ArgumentParser
import Foundation
import Gates
import Ledger
import SQLiteStore

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks every entry, rebuilds every table, concludes every verdict again.",
    discussion: """
      EXAMPLES
        ledger verify --db ledger.sqlite
        ledger verify --db ledger.sqlite --json

      It works on a copy, also while a server writes. Exit 0 when everything agrees, 12 when not.
      """)

  @Option(help: "The ledger's file. Default: ledger.sqlite") var db: String?
  @Flag(help: "Print the result as JSON.") var json = false

  func run() throws {
    let db = db ?? Configuration.text("LEDGER_DB") ?? Configuration.defaultDatabase
    let report: VerifyReport
    do {
      report = try Verifier.verify(
        path: db, reactor: Gatehouse(zones: SystemTimeZones()), progress: Progress().show)
    } catch let refused as StartupRefused { throw refused } catch {
      throw Failure("the file is damaged: \(error)", code: Exit.integrity)
    }
    Progress.clear()
    json || Configuration.flag("LEDGER_JSON") ? printJSON(report) : printText(report)
    if !report.problems.isEmpty { throw ExitCode(Exit.integrity) }
  }

  private func printText(_ report: VerifyReport) {
    for problem in report.problems {
      let place = [
        problem.entry.map { "entry \($0)" }, problem.table.map { "table \($0)" },
        problem.row.map { "row \($0)" },
      ].compactMap { $0 }.joined(separator: ", ")
      Console.write(
        "✗ \(place.isEmpty ? "file" : Text.safe(place)): \(Text.safe(problem.reason))\n")
    }
    let pruned = report.missingBodies == 0 ? "" : ", \(report.missingBodies) pruned"
    let verdict =
      report.problems.isEmpty ? "✓ everything agrees" : "✗ the ledger is not what it was"
    Console.write(
      """
      \(verdict)
        entries      \(report.entries)
        root         \(report.root)
        bodies       \(report.bodies)\(pruned)
        conclusions  \(report.conclusions)
        tables       \(report.tables), \(report.rows) rows

      """)
  }

  private func printJSON(_ report: VerifyReport) {
    let problems = report.problems.map { problem -> JSON in
      [
        "entry": .optional(problem.entry), "table": .optional(problem.table),
        "row": .optional(problem.row), "reason": .string(problem.reason),
      ]
    }
    let json: JSON = [
      "schema": "ledger.verify/1", "ok": .bool(report.problems.isEmpty),
      "entries": .int(report.entries), "root": .string(report.root.hex),
      "bodies": .int(Int64(report.bodies)), "missing_bodies": .int(Int64(report.missingBodies)),
      "conclusions": .int(Int64(report.conclusions)), "tables": .int(Int64(report.tables)),
      "rows": .int(Int64(report.rows)), "problems": .array(problems),
    ]
    Console.write(json.canonicalBytes + [10])
  }
}

/// One line on standard error, where someone is looking at it and it takes longer than two seconds.
private final class Progress {
  private let start = ContinuousClock.now
  private static var isShown: Bool { isatty(STDERR_FILENO) == 1 }

  func show(_ done: Int64, _ total: Int64) {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    guard Progress.isShown, seconds > 2, done > 0 else { return }
    let rate = Double(done) / seconds
    let left = Int(Double(total - done) / rate)
    write("\r\(done) of \(total) entries, \(Int(rate))/s, \(left) s left   ")
  }

  static func clear() {
    if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
