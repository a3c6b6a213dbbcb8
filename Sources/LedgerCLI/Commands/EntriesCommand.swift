import ArgumentParser
import Ledger

struct EntriesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "entries",
    abstract: "Prints the log itself, one entry a line.",
    discussion: """
      EXAMPLES
        ledger entries --from 400
        ledger entries --kind gate.bypass.v1 -o ndjson | jq .data.summary

      Each line has the entry's index and leaf; one made from a delivery has source.delivery.
      """)

  private static let page = 500

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions
  @Option(help: "The first index.") var from: Int64 = 0
  @Option(help: "Only this kind, such as gate.verdict.v1.") var kind: String?
  @Option(name: [.customShort("L"), .long], help: "Entries; 0 for all.") var limit: Int = 0

  func validate() throws {
    guard from >= 0, limit >= 0 else {
      throw ValidationError("--from and --limit must be 0 or more")
    }
  }

  func run() async throws {
    let (ledger, format) = (try source.open(), try output.style().format)
    var (next, left) = (from, limit == 0 ? Int.max : limit)
    while left > 0 {
      let entries = try await ledger.entries(
        from: next, limit: min(left, EntriesCommand.page), kind: kind)
      guard let last = entries.last?["index"]?.int else { return }
      for entry in entries { print(entry, format) }
      next = last + 1
      left -= entries.count
    }
  }

  private func print(_ entry: JSON, _ format: OutputFormat) {
    switch format {
    case .json, .ndjson: Console.write(entry.canonicalBytes + [10])
    case .csv: Console.write(Separated.csv(fields(entry)) + "\n")
    case .tsv: Console.write(Separated.tsv(fields(entry)) + "\n")
    case .table, .wide:
      Console.write(
        zip(fields(entry), [7, 27, 26]).map { Text.padded(Text.safe($0), to: $1) }.joined()
          + Text.safe(fields(entry)[3]) + "\n")
    }
  }

  private func fields(_ entry: JSON) -> [String] {
    [
      String(entry["index"]?.int ?? 0), entry["received"]?.string ?? "",
      entry["kind"]?.string ?? "",
      entry.at("data", "summary")?.string ?? entry.at("source", "delivery")?.string ?? "",
    ]
  }
}
