import ArgumentParser
import Foundation
import Ledger
import Reports

struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "One thing in full.",
    discussion: """
      EXAMPLES
        ledger show 418                 entry 418 of the log ('#418' works too)
        ledger show acme/api#1287       the merge gate of a pull request
        ledger show sha:9f3c2ab         everything about a commit
        ledger show sha256:6c62fb       everything about an image

      A prefix needs 6 characters; an ambiguous one exits 2 and lists what it could mean.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions
  @Argument(help: "See the examples.") var reference: String

  func run() async throws {
    let ledger = try source.open()
    let text = reference.hasPrefix("#") ? String(reference.dropFirst()) : reference
    if let index = Int64(text) {
      try await show(entry: index, in: ledger)
    } else if let pull = PullReference(argument: reference) {
      try await show(pull, in: ledger)
    } else if reference.hasPrefix("sha256:") {
      try await show(digest: reference, in: ledger)
    } else if reference.hasPrefix("sha:") {
      try await show(commit: String(reference.dropFirst(4)), in: ledger)
    } else {
      throw Failure.usage(
        "\(reference) is no reference", hint: "418, acme/api#1287, sha:9f3c2ab or sha256:6c62fb")
    }
  }

  private func show(entry index: Int64, in ledger: any LedgerSource) async throws {
    guard let entry = try await ledger.entry(index) else {
      throw Failure("there is no entry \(index)", code: Exit.nothing)
    }
    if try output.style().wantsJSON {
      Console.write(entry.canonicalBytes + [10])
    } else {
      EntryText(entry: entry).print()
    }
  }

  private func show(_ pull: PullReference, in ledger: any LedgerSource) async throws {
    guard let report = try await ledger.gate(repository: pull.repository, pull: pull.number) else {
      throw Failure("no delivery told of \(reference)", code: Exit.nothing)
    }
    if try output.style().wantsJSON {
      Console.write(report.json.canonicalBytes + [10])
    } else {
      GateText(report: report, color: try output.style().usesColor).print()
    }
  }

  private func show(commit prefix: String, in ledger: any LedgerSource) async throws {
    var query = HistoryQuery()
    query.commit = try checked(prefix, "sha:")
    try await show(query, ledger, candidates: \.commit)
  }

  private func show(digest: String, in ledger: any LedgerSource) async throws {
    var query = HistoryQuery()
    query.digest = "sha256:" + (try checked(String(digest.dropFirst(7)), "sha256:"))
    try await show(query, ledger, candidates: \.digest)
  }

  private func checked(_ prefix: String, _ kind: String) throws -> String {
    guard prefix.count >= 6, prefix.allSatisfy({ $0.isHexDigit }) else {
      throw Failure.usage("\(kind) needs at least 6 hexadecimal digits")
    }
    return prefix.lowercased()
  }

  private func show(
    _ query: HistoryQuery, _ ledger: any LedgerSource,
    candidates: KeyPath<HistoryRow, String?>
  ) async throws {
    var query = query
    query.limit = 0
    let page = try await ledger.history(query)
    let meant = Set(page.rows.compactMap { $0[keyPath: candidates] })
    guard !meant.isEmpty else { throw Failure("nothing matched \(reference)", code: Exit.nothing) }
    guard meant.count == 1 else {
      throw Failure.usage(
        "\(reference) could mean:\n" + meant.sorted().map { "  \($0)" }.joined(separator: "\n"))
    }
    HistoryText(page: page, style: try output.style()).print()
  }
}
