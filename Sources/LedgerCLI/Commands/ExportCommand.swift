import ArgumentParser
import Ledger
import Merkle
import Reports
import Webhooks

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Prints what happened for other tools, or with proofs that nothing is missing.",
    discussion: """
      EXAMPLES
        ledger export --db ledger.sqlite > events.ndjson
        ledger export --from 400 --source https://ledger.example.com
        ledger export --proofs --service api --since 90d -o api.ndjson
        ledger export --proofs --repo acme/api -o api.ndjson \\
          --server https://ledger.example.com

      The events are those of CDEvents 0.5.1; verdicts of the gate and rollouts of ECS, which it \
      does not know, have types that begin with dev.cdeventsx.ledger-. Entries without a counterpart \
      are left out. The id of an event is the leaf of its entry: an export repeated is the same.

      With --proofs it is everything that the log has about services, with the workloads and \
      repositories that the catalog gives them, and about repositories. The log notes the export, \
      and the file shows offline that no entry is missing, changed or invented: ledger verify \
      --export FILE. The ledger's file must not be in use by a server: then ask that. \
      LEDGER_SERVICE and LEDGER_REPO are ignored where --service or --repo is given.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case cdevents, proofs }

  private static let page = 500

  @OptionGroup var ledger: SourceOptions
  @Option(help: "cdevents, the default, or proofs.") var format: Format?
  @Flag(help: "The same as --format proofs.") var proofs = false
  @Option(
    name: .shortAndLong, help: "With --proofs: a service; may be repeated.",
    completion: Completions.services)
  var service: [String] = []
  @Option(
    name: [.customShort("R"), .long], help: "With --proofs: a repository, as owner/name.",
    completion: Completions.repositories)
  var repo: [String] = []
  @Option(help: "With --proofs: not before, as RFC 3339, a date, 2d, 3.hours.ago.")
  var since: TimeExpression?
  @Option(
    help: "With --proofs: to the last entry before the first one received then or later.")
  var until: TimeExpression?
  @Option(name: .shortAndLong, help: "With --proofs: the file. Default: standard output")
  var output: String?
  @Option(help: "The first index. Default: 0") var from: Int64?
  @Option(
    help: "Who says it, a URI: context.source. Default: LEDGER_PUBLIC_URL, or /ledger")
  var source: String?
  @Option(
    name: .customLong("github-url"),
    help: "Where GitHub shows repositories. Default: https://github.com")
  var gitHub: String?

  func validate() throws {
    guard
      wantsProofs
        || (service.isEmpty && repo.isEmpty && since == nil && until == nil && output == nil)
    else { throw ValidationError("--service, --repo, --since, --until and -o need --proofs") }
    guard !wantsProofs || (from == nil && source == nil && gitHub == nil) else {
      throw ValidationError("--from, --source and --github-url are for events, not for --proofs")
    }
    guard !proofs || format != .cdevents else {
      throw ValidationError("--proofs and --format cdevents contradict each other")
    }
    guard (from ?? 0) >= 0 else { throw ValidationError("--from must be 0 or more") }
    for (name, text) in [("--source", source), ("--github-url", gitHub)] {
      guard let text else { continue }
      guard CDEventExport.isReference(text) else {
        throw ValidationError("\(name) must be a URI such as https://ledger.example.com")
      }
    }
  }

  private var wantsProofs: Bool { proofs || format == .proofs }

  /// Each makes the export wider: beside what the command line names, no variable adds to it.
  private var subjects: (services: [String], repositories: [String]) {
    guard service.isEmpty, repo.isEmpty else { return (service, repo) }
    return (Configuration.list([], "LEDGER_SERVICE"), Configuration.list([], "LEDGER_REPO"))
  }

  private func exportProofs() async throws {
    let now = currentInstant()
    let (services, repositories) = subjects
    guard !services.isEmpty || !repositories.isEmpty else {
      throw Failure.usage("--proofs needs --service or --repo", hint: "ledger running names some.")
    }
    let (from, to): (TimeExpression?, TimeExpression?) = (
      try since ?? Configuration.parsed("LEDGER_SINCE"),
      try until ?? Configuration.parsed("LEDGER_UNTIL")
    )
    let request = ExportRequest(
      services: services, repositories: repositories, since: from?.instant(now: now),
      until: to?.instant(now: now))
    let advice = try await ExportProofs(
      place: try ledger.place(), request: request, output: output
    ).run()
    Console.error(advice)
  }

  func run() async throws {
    if wantsProofs { return try await exportProofs() }
    let opened = try ledger.open()
    let source = self.source ?? Configuration.text("LEDGER_PUBLIC_URL") ?? "/ledger"
    let gitHub = gitHub ?? "https://github.com"
    let web = gitHub.hasSuffix("/") ? String(gitHub.dropLast()) : gitHub
    var next = from ?? 0
    while Console.hasReader {
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
