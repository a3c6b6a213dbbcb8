import ArgumentParser
import Foundation
import Ledger
import Reports

struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "One thing in full, with everything that it rests on.",
    discussion: """
      EXAMPLES
        ledger show 418                 line #418 of the history, or entry 418
        ledger show api@prod~1          the deployment before the current one
        ledger show acme/api#1287       a pull request, and how its gate decided
        ledger show sha:9f3c2ab         everything about a commit
        ledger show sha256:6c62fb       everything about an image

      A prefix needs 6 characters; an ambiguous one exits 2 and lists what it could mean. What is \
      no line of the history has no columns: there -o csv, tsv and md and --fields are refused.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions
  @Argument(help: "See ledger topic refs.", completion: Completions.references)
  var reference: String

  func run() async throws {
    if output.listsFields(of: HistorySheet.columns) { return }
    let (ledger, style) = (try source.open(), try output.style())
    let gate = try await gate(ledger)
    do {
      let answer = try await ledger.ask(ShowQuestion.name, [("ref", reference)])
      let sheet = ShowSheet.sheet(answer, gate: gate)
      Console.show(try Rendering(sheet: sheet, style: style).text(), style)
    } catch let refusal as Refusal where refusal.isNothing {
      guard try await showsOther(ledger, gate, style) else { throw refusal }
    }
  }

  private func gate(_ ledger: any LedgerSource) async throws -> GateReport? {
    guard let pull = PullReference(argument: reference) else { return nil }
    return try await ledger.gate(repository: pull.repository, pull: pull.number)
  }

  /// What is no line of the history: a gate alone, or an entry that tells none.
  private func showsOther(
    _ ledger: any LedgerSource, _ gate: GateReport?, _ style: OutputStyle
  ) async throws -> Bool {
    if let gate {
      try output.refuseColumns(of: "a verdict")
      show(gate.json, style, GateText(report: gate).blocks)
      return true
    }
    let number = reference.hasPrefix("#") ? reference.dropFirst() : reference[...]
    guard !number.isEmpty, let index = plainNumber(number),
      let entry = try await ledger.entry(index)
    else { return false }
    try output.refuseColumns(of: "an entry that tells no line of the history")
    show(entry, style, EntryText(entry: entry).blocks)
    return true
  }

  private func show(_ json: JSON, _ style: OutputStyle, _ blocks: [Block]) {
    let text =
      style.wantsJSON
      ? JSONText.line(json, isTerminal: style.isTerminal)
      : blocks.text(width: style.tableWidth, color: style.usesColor)
    Console.show(text, style)
  }
}
