import Ledger

/// One entry, as a person reads it: a member a line.
struct EntryText {
  let entry: JSON

  func print() {
    let index = entry["index"]?.int ?? 0
    Console.write("Entry #\(index)  \(Text.safe(entry["kind"]?.string ?? ""))\n")
    for key in ["at", "received", "leaf"] { line(key, entry[key]) }
    line("source", entry["source"])
    line("evidence", entry["evidence"])
    for (key, value) in (entry["data"]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
      line("  \(key)", value)
    }
  }

  private func line(_ name: String, _ value: JSON?) {
    let text: String
    switch value {
    case nil, .null?: text = "-"
    case .string(let value)?: text = value
    case let value?: text = value.canonicalString
    }
    Console.write("  \(Text.padded(name, to: 20)) \(Text.safe(text))\n")
  }
}
