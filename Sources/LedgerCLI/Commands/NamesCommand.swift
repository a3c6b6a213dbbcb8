import ArgumentParser
import Ledger
import Reports

/// What completion offers; kept out of the help.
struct NamesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "names", abstract: "Names of services, environments, repositories and kinds.",
    shouldDisplay: false)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    if output.listsFields(of: NamesSheet.columns) { return }
    let style = try output.style()
    let answer = try await Names.answer(try source.place())
    Console.show(try Rendering(sheet: NamesSheet.sheet(answer), style: style).text(), style)
  }
}
