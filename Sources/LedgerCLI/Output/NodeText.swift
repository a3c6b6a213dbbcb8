import Ledger

/// One thing of a chain in words: what it is, how it went, who, when, and the entry that says so.
struct NodeText {
  let item: JSON
  let stage: String
  private let subject: String

  init(_ item: JSON) {
    self.item = item
    let node = item.text("node") ?? ""
    stage = item.text("stage") ?? String(node.prefix { $0 != ":" })
    subject = String(node.drop { $0 != ":" }.dropFirst())
  }

  private var line: JSON? { item.value("line") }
  private var parts: [Substring] { subject.split(separator: "/") }

  var id: String {
    switch stage {
    case "pull": pullName
    case "commit": Short.commit(subject) ?? subject
    case "image": Short.digest(subject) ?? subject
    case "build": parts.dropFirst().joined(separator: "/")
    case "test", "scan": parts.count > 1 ? String(parts[1]) : subject
    case "deploy": place ?? parts.last.map(String.init) ?? subject
    case "rollout", "task":
      Text.shortened(parts.last.map(String.init) ?? subject, to: 20)
    default: subject
    }
  }

  private var pullName: String {
    let number = item.text("pull.number") ?? parts.last.map(String.init) ?? "?"
    let name = item.text("pull.repository.name") ?? item.text("pull.repository") ?? ""
    return "\(name)#\(number)"
  }

  /// `api@prod`, which is a reference too.
  private var place: String? {
    guard let service = line?.text("service"), let environment = line?.text("environment") else {
      return nil
    }
    return "\(service)@\(environment)"
  }

  // MARK: how it went

  var state: Cell {
    switch stage {
    case "pull": pullState
    case "task": taskState
    default:
      line.map { HistorySheet.outcome($0) } ?? Cell("•", .quiet)
    }
  }

  var symbol: Cell { Cell(String(state.text.prefix(1)), state.tone) }

  /// The gate says more about a merge than that it happened.
  private var pullState: Cell {
    let (state, gate) = (item.text("pull.state"), item.text("gate.result"))
    if state == "open" { return Outcome.cell(gate == "deny" ? "deny" : "open") }
    if state == "closed" { return Cell("⊘ closed", .quiet) }
    return Outcome.cell(gate, kind: "merge")
  }

  private var taskState: Cell {
    guard let status = item.text("instance.status") else { return Outcome.cell("unknown") }
    switch status {
    case "RUNNING": return Cell("✓ running", .good)
    case "STOPPED", "DEPROVISIONING", "STOPPING": return Cell("⊘ \(status.lowercased())", .quiet)
    default: return Cell("● \(status.lowercased())", .waiting)
    }
  }

  // MARK: the rest

  var what: String {
    let parts: [String?] =
      switch stage {
      case "pull": [pullWords]
      case "task":
        [state.text.words, item.text("instance.revision"), item.text("instance.note")]
      case "commit": []
      default: lineWords
      }
    return parts.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " · ")
  }

  private var lineWords: [String?] {
    guard let line else { return ["nobody told of it"] }
    return [
      state.text.words, line.number("took_seconds").map { "took \(When.duration($0))" },
      stage == "deploy" || stage == "rollout" ? HistorySheet.revision(line) : nil,
      line.text("note"), line.text("conflict").map { "! \($0)" },
    ]
  }

  private var pullWords: String {
    let state = item.text("pull.state") ?? "unknown"
    let merged = item.text("pull.base").map { "\(state) into \($0)" } ?? state
    guard let gate = item.text("gate.result") else { return "\(merged), no verdict" }
    return "\(merged), \(gate): \(item.text("gate.summary") ?? "")"
  }

  var who: String? { line?.person("actor") ?? item.person("pull.merged_by") }

  var at: String? {
    line?.text("at") ?? item.text("pull.merged_at") ?? item.text("instance.started_at")
  }

  var entry: String? {
    line?.text("id") ?? item.text("gate.entry") ?? item.text("instance.entry")
  }
}

extension String {
  /// Behind the symbol.
  fileprivate var words: String { String(drop { $0 != " " }.dropFirst()) }
}
