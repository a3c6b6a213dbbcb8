import ArgumentParser
import Foundation
import Gates
import Ledger

struct EvidenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evidence", abstract: "Raw bodies: gets one, counts them, deletes old ones.",
    subcommands: [EvidenceGetCommand.self, EvidenceStatsCommand.self, EvidencePruneCommand.self])
}

struct EvidenceGetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "A raw body, byte by byte as it was received.",
    discussion: """
      EXAMPLES
        ledger evidence get '#418' | jq .
        ledger evidence get sha256:6c62fb45 -o body.json
        ledger evidence get 418 --server https://ledger.example.com

      REF is an entry, or the beginning of the SHA-256 that entries name. It is hashed again before \
      it is written: exit 12 when it is not what was received, 3 when it was deleted. With --server \
      the token in LEDGER_TOKEN must have the scope admin: bodies hold names.
      """)

  @OptionGroup var source: SourceOptions
  @Argument(help: "418, '#418' or sha256:6c62fb, 6 digits or more.") var ref: EvidenceReference
  @Option(name: .shortAndLong, help: "Write it to this file instead of standard output.")
  var output: String?

  func run() async throws {
    try OutputTarget.refuse(writing: output, of: try source.place())
    let body = try await source.evidence().body(ref)
    guard let output else { return Console.write(body) }
    do { try Data(body).write(to: URL(filePath: output)) } catch {
      throw Failure("cannot write \(output)", hint: "Is the directory there, and writable?")
    }
  }
}

/// `418`, `#418`, `sha256:6c62fb`
enum EvidenceReference: ExpressibleByArgument, Sendable {
  case entry(Int64)
  /// Hexadecimal digits, 6 to 64.
  case hash(String)

  init?(argument: String) {
    if argument.hasPrefix("sha256:") {
      let digits = argument.dropFirst(7).lowercased()
      guard (6...64).contains(digits.utf8.count),
        digits.unicodeScalars.allSatisfy({ $0.isASCII && $0.properties.isHexDigit })
      else { return nil }
      self = .hash(digits)
    } else {
      let digits = argument.hasPrefix("#") ? argument.dropFirst() : argument[...]
      guard !digits.isEmpty, let index = plainNumber(digits) else { return nil }
      self = .entry(index)
    }
  }
}

struct EvidenceStatsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "How many bodies there are, how large, how old, and how many may go.",
    discussion: """
      EXAMPLES
        ledger evidence stats
        ledger evidence stats --config ledger.yaml --json

      A server knows its own policy; for a file it is read from --config.
      """)

  @OptionGroup var source: SourceOptions
  @Option(help: "The policy file, which says how long bodies are kept.") var config: String?
  @Flag(help: "Print the numbers as JSON.") var json = false

  func run() async throws {
    let retention = try PolicyFile.retention(config ?? Configuration.text("LEDGER_CONFIG"))
    let answer = try await source.evidence().totals(retention)
    json || Configuration.flag("LEDGER_JSON")
      ? Console.write(answer.canonicalBytes + [10]) : Console.write(EvidenceText.totals(answer))
  }
}

struct EvidencePruneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Deletes the bodies whose time is over. serve does this every day.",
    discussion: """
      EXAMPLES
        ledger evidence prune --db ledger.sqlite --config ledger.yaml --dry-run
        ledger evidence prune --db ledger.sqlite --keep 400d

      Time is counted from when a body was last received. What was deleted is in the log, by hash \
      (evidence.pruned.v1): proofs hold as before, and ledger verify says how many were pruned. No \
      server may be using the file.
      """)

  @Option(help: "The ledger's file. Default: ledger.sqlite") var db: String?
  @Option(help: "The policy file: evidence: {keep: 400d}.") var config: String?
  @Option(help: "How long bodies are kept instead: 1d or more.") var keep: String?
  @Flag(name: .customLong("dry-run"), help: "Only say what would be deleted.") var dryRun = false
  @Flag(help: "Print the result as JSON.") var json = false

  func run() async throws {
    let path = db ?? Configuration.text("LEDGER_DB") ?? Configuration.defaultDatabase
    let answer = try await EvidencePrune(path: path, retention: try retention()).run(dryRun)
    json || Configuration.flag("LEDGER_JSON")
      ? Console.write(answer.canonicalBytes + [10]) : Console.write(EvidenceText.pruned(answer))
  }

  private func retention() throws -> Retention {
    if let keep {
      guard let retention = Retention(keep) else {
        throw Failure.usage("--keep \(keep) is no time of a day or more", hint: "Such as 400d.")
      }
      return retention
    }
    let path = config ?? Configuration.text("LEDGER_CONFIG")
    guard let retention = try PolicyFile.retention(path) else {
      throw Failure.usage(
        "nothing says how long bodies are kept",
        hint: "Give --keep 400d, or --config with evidence: {keep: 400d} in it.")
    }
    return retention
  }
}

extension PolicyFile {
  /// `nil` without a file, and where it says nothing: for ever.
  static func retention(_ path: String?) throws -> Retention? {
    try path.flatMap { try PolicyFile(path: $0).read(confirmation: .webhooks).retention }
  }
}
