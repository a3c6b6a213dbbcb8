import ArgumentParser
import Ledger

struct CheckpointCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint",
    abstract: "Prints the log's head as it was signed last.",
    discussion: """
      EXAMPLES
        ledger checkpoint --db ledger.sqlite > 2026-11-21.checkpoint
        ledger checkpoint --server https://ledger.example.com

      A signed note, as C2SP's tlog-checkpoint describes it: origin, number of entries, root, \
      signatures. Keep copies where nobody can change them together with the ledger: \
      ledger verify --against FILE shows later that nothing of it was cut or rewritten.
      """)

  @OptionGroup var source: SourceOptions

  func run() async throws {
    guard let note = try await source.open().log().text("checkpoint") else {
      throw Failure.unsigned
    }
    Console.write(note)
  }
}
