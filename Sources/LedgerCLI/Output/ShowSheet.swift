import Ledger
import Reports

/// Lines of the history in full: with the chain that they belong to and the entries that tell them.
enum ShowSheet {
  /// - Parameter gate: of the pull request that was asked about.
  static func sheet(_ answer: JSON, gate: GateReport? = nil) -> Sheet {
    let shown = gate.map { answer.with(["gate": $0.json]) } ?? answer
    var sheet = Sheet(
      answer: shown, columns: HistorySheet.columns,
      rows: answer.list("items").map(row), order: HistorySheet.order)
    sheet.page = { look in
      let verdict = gate.map { GateText(report: $0).blocks } ?? []
      return verdict + answer.list("items").flatMap { ShowText(item: $0, look: look).blocks }
    }
    return sheet
  }

  /// A commit or a pull request has no line of its own.
  private static func row(_ item: JSON) -> JSON {
    item.value("line") ?? ["kind": .string(NodeText(item).stage)]
  }
}

/// One thing: what it is and how it went, then a row for everything that belongs to it.
private struct ShowText {
  let item: JSON
  let look: Look

  private var line: JSON? { item.value("line") }
  private var own: JSON {
    item.list("chain").first { $0.text("node") == item.text("node") } ?? item
  }

  var blocks: [Block] {
    [.line(heading)] + chain.map(row) + around.map(row) + evidence.map(row)
  }

  private typealias Row = (label: String, text: String)

  private func row(_ row: Row) -> Block {
    .line([Cell("  \(Text.padded(row.label, to: 10))", .quiet), Cell(row.text)])
  }

  // MARK: the first line

  private var heading: [Cell] {
    let node = NodeText(own)
    let kind = line?.text("kind") ?? (node.stage == "pull" ? "pull request" : node.stage)
    let entry = line?.text("id").map { " #\($0)" } ?? ""
    let note = line?.text("note").map { " (\($0))" } ?? ""
    let when = look.both(node.at).map { "   \($0)" } ?? ""
    return [
      Cell("\(kind.prefix(1).uppercased())\(kind.dropFirst())\(entry)  \(place(node))   "),
      node.state, Cell(note), Cell(when, .quiet),
    ]
  }

  private func place(_ node: NodeText) -> String {
    guard let line, let service = line.text("service") else { return node.id }
    return line.text("environment").map { "\(service) → \($0)" } ?? service
  }

  // MARK: rows

  private var chain: [Row] {
    item.list("chain").filter { $0.text("node") != item.text("node") }.map { item in
      let node = NodeText(item)
      let parts: [String?] = [
        "\(node.symbol.text) \(node.id)", node.what, node.who, look.both(node.at),
        node.entry.map { "#\($0)" },
      ]
      return (node.stage, parts.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "  "))
    }
  }

  private var around: [Row] {
    var rows: [Row] = []
    if let line {
      let what = [
        line.text("commit").map { "commit \($0.prefix(7))" }, line.text("digest"),
        HistorySheet.revision(line), line.person("actor").map { "by \($0)" },
        line.number("took_seconds").map { "took \(When.duration($0))" },
      ].compactMap(\.self)
      if !what.isEmpty { rows.append(("what", what.joined(separator: "  "))) }
      if let conflict = line.text("conflict") { rows.append(("conflict", "! \(conflict)")) }
    }
    if let gate = item.value("gate") {
      let entry = gate.text("entry").map { "  #\($0)" } ?? ""
      rows.append(
        ("gate", "\(gate.text("result") ?? "?"): \(gate.text("summary") ?? "")\(entry)"))
    }
    if let previous = item.value("previous") { rows.append(("previous", short(previous))) }
    if let next = item.value("superseded_by") { rows.append(("outcome", superseded(by: next))) }
    return rows
  }

  private func short(_ line: JSON) -> String {
    [
      line.text("id").map { "#\($0)" }, HistorySheet.outcome(line).text,
      Short.commit(line.text("commit")), line.text("revision"), look.both(line.text("at")),
    ].compactMap(\.self).joined(separator: "  ")
  }

  private func superseded(by next: JSON) -> String {
    let start = Instant(json: line?["finished_at"]) ?? Instant(json: line?["at"])
    let end = Instant(json: next["at"])
    let span = start.flatMap { start in
      end.map { " after \(When.duration(Int64(max(0, $0.seconds(since: start)))))" }
    }
    let kind = next.text("outcome") == "rolled-back" ? "rollback" : next.text("kind") ?? "line"
    return "superseded by \(kind) #\(next.text("id") ?? "?")\(span ?? "")"
  }

  private var evidence: [Row] {
    var rows: [Row] = item.list("entries").map { entry in
      (
        "source",
        ["#\(entry.text("index") ?? "?")", entry.text("kind"), entry.text("source")]
          .compactMap(\.self).joined(separator: "  ")
          + (Instant(json: entry["received"]).map { "  received \(look.plain($0))" } ?? "")
      )
    }
    if let integrity = item.value("integrity") {
      let size = integrity.text("size").map { ", of \($0) entries" } ?? ""
      rows.append(
        (
          "integrity",
          "entry #\(integrity.text("index") ?? "?")  leaf \(integrity.text("leaf") ?? "?")\(size)"
        ))
    }
    return rows
  }
}
