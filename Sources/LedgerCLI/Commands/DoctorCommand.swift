import ArgumentParser
import Ledger
import Reports

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "What may be wrong with what the ledger knows. Exit 1 when there is a problem.",
    discussion: """
      EXAMPLES
        ledger doctor
        ledger doctor --pending-minutes 30
        ledger doctor --json | jq '.checks[] | select(.state != "ok")'
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions
  @Option(help: "Pull requests that wait longer are listed. Default: 10") var pendingMinutes: Int?

  func run() async throws {
    if output.listsFields(of: DoctorSheet.columns) { return }
    let style = try output.style()
    let minutes: Int? = try pendingMinutes ?? Configuration.parsed("LEDGER_PENDING_MINUTES")
    let answer = try await source.open().ask(
      DoctorQuestion.name, minutes.map { [("pending_minutes", String($0))] } ?? [])
    Console.show(try Rendering(sheet: DoctorSheet.sheet(answer), style: style).text(), style)
    if DoctorSheet.hasProblem(answer) { throw ExitCode(Exit.error) }
  }
}
