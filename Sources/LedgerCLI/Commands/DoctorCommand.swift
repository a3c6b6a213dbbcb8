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
        ledger doctor --json | jq '.checks[] | select(.state != "ok")'
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    if output.listsFields(of: DoctorSheet.columns) { return }
    let style = try output.style()
    let answer = try await source.open().ask(DoctorQuestion.name, [])
    Console.show(try Rendering(sheet: DoctorSheet.sheet(answer), style: style).text(), style)
    if DoctorSheet.hasProblem(answer) { throw ExitCode(Exit.error) }
  }
}
