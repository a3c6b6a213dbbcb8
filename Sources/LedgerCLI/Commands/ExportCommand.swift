import ArgumentParser
import Ledger
import Merkle
import Webhooks

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Prints what happened in a vocabulary that other tools read, one event a line.",
    discussion: """
      EXAMPLES
        ledger export --db ledger.sqlite > events.ndjson
        ledger export --from 400 --source https://ledger.example.com

      The events are those of CDEvents 0.5.1; verdicts of the gate and rollouts of ECS, which it
      does not know, have types that begin with dev.cdeventsx.ledger-. Entries without a counterpart
      are left out. The id of an event is the leaf of its entry: an export repeated is the same.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case cdevents }

  private static let page = 500

  @OptionGroup var ledger: SourceOptions
  @Option(help: "cdevents.") var format: Format = .cdevents
  @Option(help: "The first index.") var from: Int64 = 0
  @Option(
    help: "Who says it, a URI: context.source. Default: LEDGER_PUBLIC_URL, or /ledger")
  var source: String?
  @Option(name: .customLong("github-url"), help: "Where GitHub shows repositories.")
  var gitHub = "https://github.com"

  func validate() throws {
    guard from >= 0 else { throw ValidationError("--from must be 0 or more") }
    for (name, text) in [("--source", source ?? "/"), ("--github-url", gitHub)] {
      guard CDEventExport.isReference(text) else {
        throw ValidationError("\(name) must be a URI such as https://ledger.example.com")
      }
    }
  }

  func run() async throws {
    let opened = try ledger.open()
    let source = self.source ?? Configuration.text("LEDGER_PUBLIC_URL") ?? "/ledger"
    let web = gitHub.hasSuffix("/") ? String(gitHub.dropLast()) : gitHub
    var next = from
    while true {
      let entries = try await opened.entries(from: next, limit: ExportCommand.page, kind: nil)
      guard let last = entries.last?["index"]?.int else { return }
      for entry in entries {
        let event = CDEventExport.event(for: try Stored(line: entry), source: source, web: web)
        if let event { Console.write(event.canonicalBytes + [10]) }
      }
      next = last + 1
    }
  }
}

extension Stored {
  /// The entry of a line that `Stored.json` made, checked against its own leaf.
  init(line: JSON) throws {
    var members = line.object ?? [:]
    let (index, leaf) = (members.removeValue(forKey: "index"), members.removeValue(forKey: "leaf"))
    guard let index = index?.int else { throw Failure("an entry came without its index") }
    do {
      self.init(index: index, entry: try Entry(decoding: JSON.object(members).canonicalBytes))
    } catch { throw Failure("entry \(index) cannot be read: \(error)") }
    guard leaf?.string == self.leaf.hex else {
      throw Failure(
        "entry \(index) does not have its leaf",
        hint: "ledger verify --db FILE says what is wrong.", code: Exit.integrity)
    }
  }
}
