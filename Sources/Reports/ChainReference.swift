import Ledger

/// Whether the entries of a chain's proof are about what it says that it is about. The reference is
/// no entry and nobody signed it: whoever passes the file on could have written another one.
public enum ChainReference: Hashable, Sendable {
  /// This entry is about it.
  case told(by: Int64)
  /// No entry is, and one would be: the trace of it cites one.
  case untold
  /// Entries alone do not say: which workloads a service has, the catalog says when it is asked, and
  /// a repository may have another name by now.
  case undecided
}

extension ChainProof {
  /// - Parameter entries: those of the file, once they are proved: no file without any is.
  public func reference(in entries: [Stored]) -> ChainReference {
    let known: Reference
    // Only references to a service have a time in them.
    guard let now = entries.first?.entry.received else { return .undecided }
    do { known = try Reference(reference, now: now) } catch { return .undecided }
    switch known {
    case .entry(let index): return entries.about { $0.index == index }
    case .commit(let prefix): return entries.about { $0.tells(.commit, from: prefix) }
    case .digest(let prefix): return entries.about { $0.tells(.image, from: prefix) }
    case .taskDefinition(let name): return entries.about { $0.tells(.taskDefinition(name)) }
    case .node(let node): return entries.about { $0.tells(node) }
    case .pull(let name, let number): return entries.about(pull: number, of: name)
    case .service: return .undecided
    }
  }
}

extension [Stored] {
  fileprivate func about(_ isTold: (Stored) -> Bool) -> ChainReference {
    first(where: isTold).map { .told(by: $0.index) } ?? .untold
  }

  /// - Parameter name: of the repository, in any case.
  fileprivate func about(pull number: Int64, of name: String?) -> ChainReference {
    let ends = "/\(number)"
    let telling = filter { $0.pulls.contains { $0.hasSuffix(ends) } }
    guard let first = telling.first else { return .untold }
    guard let name = name?.lowercased() else { return .told(by: first.index) }
    let named = telling.first { stored in
      stored.entry.data["repository"]?.string?.lowercased().isExactly(name) == true
    }
    return named.map { .told(by: $0.index) } ?? .undecided
  }
}

extension Stored {
  /// What this entry alone tells something about: both ends of its links, and its history's lines.
  private var nodes: [Node] {
    let lines = Projections.changes(of: self).compactMap { change -> Node? in
      guard change.table == Tables.history, case .text(let kind) = change.key[0],
        case .text(let subject) = change.key[1]
      else { return nil }
      return Node.Stage(rawValue: kind == "merge" ? "pull" : kind).map { Node($0, subject) }
    }
    return links.flatMap { [$0.source, $0.target] } + lines
  }

  fileprivate func tells(_ stage: Node.Stage, from prefix: String) -> Bool {
    nodes.contains { $0.stage == stage && $0.subject.utf8.starts(with: prefix.utf8) }
  }

  fileprivate func tells(_ node: Node) -> Bool { nodes.contains { $0.text.isExactly(node.text) } }

  /// `1296269/41`. Of one that nothing has come of yet, the gate's conclusions tell alone.
  fileprivate var pulls: [String] {
    let concluded = Projections.changes(of: self).compactMap { change -> String? in
      guard [Tables.pulls, Tables.verdicts, Tables.audits].contains(change.table),
        case .int(let repository) = change.key[0], case .int(let number) = change.key[1]
      else { return nil }
      return Node.pull(repository, number).subject
    }
    return nodes.filter { $0.stage == .pull }.map(\.subject) + concluded
  }
}
