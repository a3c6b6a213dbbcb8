import Foundation
import LedgerTesting

/// `ledger-demo`: plays a short story against the real `ledger` binary and a fake GitHub.
@main
struct Main {
  static func main() async {
    do {
      switch try DemoOptions(CommandLine.arguments.dropFirst()) {
      case .help: Terminal.standard.line(DemoOptions.usage)
      case .payloads(let directory): try writePayloads(to: directory)
      case .play(let ledger, let exits):
        try await Demo(ledger: ledger, exits: exits, terminal: .standard).run()
      }
    } catch let error as DemoError {
      Terminal.complain(error.description)
      exit(error.exitCode)
    } catch {
      Terminal.complain("\(error)")
      exit(1)
    }
  }

  /// For a foreign validator: one body of each event, and every body of the story.
  private static func writePayloads(to directory: URL) throws {
    let story = Story.release(start: .init(seconds: 1_790_000_000))
    try Deliveries.write(Deliveries.samples() + story.deliveries, to: directory)
  }
}
