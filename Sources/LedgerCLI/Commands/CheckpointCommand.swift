import ArgumentParser
import Ledger

struct CheckpointCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint",
    abstract: "Prints the log's head as it was signed last, or publishes it.",
    discussion: """
      EXAMPLES
        ledger checkpoint --db ledger.sqlite > 2026-11-21.checkpoint
        ledger checkpoint --cosigned --server https://ledger.example.com
        ledger checkpoint --publish file:/mnt/other-machine/ledger
        ledger checkpoint --publish git:../audit --push --publish pr:acme/api#1287
        ledger checkpoint --publish witness:https://witness.example.com

      A signed note, as C2SP's tlog-checkpoint describes it: origin, number of entries, root, \
      signatures. Keep copies where nobody can change them together with the ledger: \
      ledger verify --against FILE shows later that nothing of it was cut or rewritten.

        file:DIR     writes checkpoints/SIZE.checkpoint and latest into a folder
        git:DIR      writes checkpoints/ORIGIN/SIZE and latest into a work tree and
                     commits them
        pr:REPO#N    comments on a pull request, once for each head; needs
                     LEDGER_GITHUB_TOKEN or a GitHub App, with pull requests: write
        witness:URL  has it cosigned by a witness of ledger.yaml, while no server
                     uses the file; needs --db

      Exit 12 when a copy that is there already is newer, or when the log does not lead to it: \
      other entries, or a signature that is of no key of this log. Then nothing is written. Looked \
      at are latest and the last hundred heads, or all of them where there is no latest.
      """)

  @OptionGroup var source: SourceOptions
  @Flag(help: "The newest one that has the quorum of its witnesses, with their lines below it.")
  var cosigned = false
  @Option(help: "file:DIR, git:DIR, pr:OWNER/REPO#N or witness:URL. May be repeated.")
  var publish: [PublishTarget] = []
  @Flag(help: "After a commit of git:DIR, push it.") var push = false

  func validate() throws {
    let hasTree = publish.contains { if case .git = $0 { true } else { false } }
    guard !push || hasTree else { throw ValidationError("--push needs --publish git:DIR") }
  }

  func run() async throws {
    guard !publish.isEmpty else {
      let log = try await source.open().log()
      return Console.write(try CheckpointCommand.note(log, cosigned: cosigned))
    }
    let publication = Publication(source: source, push: push, cosigned: cosigned)
    for target in publish {
      let place = try await publication.publish(to: target)
      Console.write("published \(Text.safe(place))\n")
    }
  }

  /// - Parameter log: as `LogReport.json`.
  static func note(_ log: JSON, cosigned: Bool) throws -> String {
    guard let newest = log.text("checkpoint") else { throw Failure.unsigned(log) }
    return try cosigned ? CheckpointCommand.cosigned(log) : newest
  }

  /// - Parameter log: as `LogReport.json`.
  static func cosigned(_ log: JSON) throws -> String {
    guard let note = log.text("cosigned") else {
      throw Failure(
        "no head has the quorum of its witnesses",
        hint: "ledger doctor says who is asked, and what hinders them.", code: Exit.nothing)
    }
    return note
  }
}

/// Where a head goes.
enum PublishTarget: ExpressibleByArgument, Hashable {
  case file(String)
  case git(String)
  case pull(repository: String, number: Int64)
  case witness(String)

  init?(argument: String) {
    guard let colon = argument.firstIndex(of: ":") else { return nil }
    let rest = argument[argument.index(after: colon)...]
    guard !rest.isEmpty else { return nil }
    switch argument[..<colon] {
    case "file": self = .file(String(rest))
    case "git": self = .git(String(rest))
    case "witness": self = .witness(rest.hasSuffix("/") ? String(rest.dropLast()) : String(rest))
    case "pr":
      guard let pull = PublishTarget.pull(rest) else { return nil }
      self = pull
    default: return nil
    }
  }

  private static func pull(_ text: Substring) -> PublishTarget? {
    let parts = text.split(separator: "#", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = plainNumber(parts[1]), number > 0,
      parts[0].split(separator: "/", omittingEmptySubsequences: false).count == 2,
      !parts[0].hasPrefix("/"), !parts[0].hasSuffix("/")
    else { return nil }
    return .pull(repository: String(parts[0]), number: number)
  }
}
