import Foundation
import LedgerTesting
import Testing

@testable import LedgerDemo

/// What a person at a terminal sees. The terminal is that of script(1), which every Debian has.
@Suite("The terminal", .serialized, .timeLimit(.minutes(2)))
struct TerminalTests {
  private static let script = "/usr/bin/script"

  private func withStory(_ test: (Bench) async throws -> Void) async throws {
    guard FileManager.default.isExecutableFile(atPath: Self.script) else {
      return print("NOT CHECKED: terminals, because script(1) is missing")
    }
    let bench = try await Bench()
    let server = try await bench.start(["LEDGER_GITHUB_TOKEN": ""])
    for delivery in Story.release(start: TestPull.start).deliveries {
      try await server.send(delivery)
    }
    #expect(await server.stop() == 0)
    try await test(bench)
    try await bench.ended()
  }

  private func run(
    _ bench: Bench, _ command: String, _ variables: [String: String] = [:], columns: Int = 120
  ) async throws -> (status: Int32, output: String) {
    let line = "stty cols \(columns); '\(bench.ledger.executable.path)' \(command)"
    let common = [
      "PATH": "/usr/bin:/bin", "LEDGER_DB": bench.ledger.database, "LEDGER_NO_PAGER": "1",
      "SHELL": "/bin/sh", "TERM": "dumb",
    ]
    let profile = ProcessInfo.processInfo.environment.filter { $0.key == "LLVM_PROFILE_FILE" }
    let child = try Child(
      URL(filePath: Self.script), ["-qec", line, "/dev/null"],
      environment: common.merging(profile) { own, _ in own }.merging(variables) { $1 },
      in: bench.directory, name: UUID().uuidString)
    let status = try await child.exit()
    let output = try String(contentsOf: child.output, encoding: .utf8)
    return (status, output.replacing("\r\n", with: "\n"))
  }

  @Test("colours, and when there are none")
  func colours() async throws {
    try await withStory { bench in
      #expect(try await run(bench, "history").output.contains("\u{1B}[32m✓ success\u{1B}[0m"))
      for variables in [["NO_COLOR": "1"], ["CLICOLOR": "0"], ["LEDGER_COLOR": "never"]] {
        let plain = try await run(bench, "history", variables).output
        #expect(plain.contains("✓ success") && !plain.contains("\u{1B}"), "\(variables)")
      }
      let never = try await run(bench, "history --color never", ["CLICOLOR_FORCE": "1"]).output
      #expect(!never.contains("\u{1B}"))
      let piped = try await run(bench, "history -o table | cat", ["CLICOLOR_FORCE": "1"]).output
      #expect(piped.contains("\u{1B}[32m"))
    }
  }

  @Test("relative times, a footer, and no line that wraps")
  func table() async throws {
    try await withStory { bench in
      for width in [40, 80, 200] {
        let output = try await run(
          bench, "history", ["NO_COLOR": "1"], columns: width
        ).output
        let lines = output.split(separator: "\n")
        #expect(lines.count == 17, "\(output)")
        for line in lines.dropLast(2) { #expect(line.count <= width, "\(line)") }
        #expect(lines[15].contains("14 of 14 · as of "))
        #expect(lines[16].hasPrefix("may be incomplete: "))
      }
      let full = try await run(bench, "history --absolute -L 1", ["NO_COLOR": "1"]).output
      #expect(full.contains("T") && !full.contains(" ago"))
    }
  }

  @Test("the pager gets what is printed, where there is a terminal and nobody forbids it")
  func pager() async throws {
    try await withStory { bench in
      let variables = ["LEDGER_NO_PAGER": "", "LEDGER_PAGER": "sed 's/^/PAGED /'", "NO_COLOR": "1"]
      let paged = try await run(bench, "history -L 2", variables).output
      #expect(paged.split(separator: "\n").allSatisfy { $0.hasPrefix("PAGED ") }, "\(paged)")
      for command in ["history -L 2 --no-pager", "history -L 2 | cat", "version"] {
        #expect(try await !run(bench, command, variables).output.contains("PAGED"), "\(command)")
      }
      let none = variables.merging(["LEDGER_PAGER": "no-such-program-at-all"]) { $1 }
      let output = try await run(bench, "history -L 2", none).output
      #expect(output.contains("2 of 14"), "without a pager it prints by itself")
      #expect(try await run(bench, "trace sha256:000000", variables).status == 3)
    }
  }

  @Test("a reader that goes away ends it without a word")
  func brokenPipe() async throws {
    try await withStory { bench in
      let file = bench.directory.appending(path: "err.txt").path
      let command = "entries -o json 2>'\(file)' | head -1; cat '\(file)'; echo END"
      let output = try await run(bench, command).output
      #expect(output.split(separator: "\n").count == 2 && output.hasSuffix("END\n"), "\(output)")
    }
  }
}
