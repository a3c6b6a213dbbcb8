import ArgumentParser
import Ledger
import Reports

/// Finds the one entry that a reference means.
struct EntryReference {
  let ledger: any LedgerSource
  let text: String

  /// `418` or `#418`, as an argument that has to be an entry.
  static func number(_ text: String) throws -> Int64 {
    let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
    guard !digits.isEmpty, let index = plainNumber(digits) else {
      throw ValidationError("'\(text)' is no entry: 418 or '#418'")
    }
    return index
  }

  /// `#418` and `418` are entries themselves; anything else means what `ledger show` shows, if that
  /// rests on one entry alone.
  func index() async throws -> Int64 {
    let number = text.hasPrefix("#") ? text.dropFirst() : text[...]
    if !number.isEmpty, let index = plainNumber(number) { return index }
    let answer = try await ledger.ask(ShowQuestion.name, [("ref", text)])
    let cited = answer.list("items").flatMap { $0.list("entries") }
    let entries = Dictionary(
      cited.compactMap { entry in entry.text("index").flatMap({ Int64($0) }).map { ($0, entry) } }
    ) { first, _ in first }.sorted { $0.key < $1.key }
    guard let only = entries.first, entries.count == 1 else { throw ambiguous(entries) }
    return only.key
  }

  private func ambiguous(_ entries: [(key: Int64, value: JSON)]) -> Failure {
    guard !entries.isEmpty else {
      return Failure(
        "no entry tells of \(Text.safe(text)) alone",
        hint: "ledger trace shows which entries have to do with it.", code: Exit.nothing)
    }
    let list = entries.map { "  #\($0.key)  \(Text.safe($0.value.text("kind") ?? ""))" }
    return .usage(
      "\(Text.safe(text)) rests on \(entries.count) entries; give one of them:\n"
        + list.joined(separator: "\n"), hint: "Or all that belongs to it: --chain")
  }
}
