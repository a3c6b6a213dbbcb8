import Ledger

/// One entry, as a person reads it: a member a line.
struct EntryText {
  let entry: JSON

  var blocks: [Block] {
    let index = entry.text("index") ?? "?"
    let data = (entry["data"]?.object ?? [:]).sorted { $0.key < $1.key }
    return [.line("Entry #\(index)  \(entry.text("kind") ?? "")")]
      + ["at", "received", "leaf", "source", "evidence"].map { line($0, entry[$0]) }
      + data.map { line("  \($0.key)", $0.value) }
  }

  private func line(_ name: String, _ value: JSON?) -> Block {
    let text: String
    switch value {
    case nil, .null?: text = "-"
    case .string(let value)?: text = value
    case let value?: text = value.canonicalString
    }
    return .line("  \(Text.padded(name, to: 20)) \(text)")
  }
}
