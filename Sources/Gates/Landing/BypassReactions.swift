import Ledger

/// What shall be written on GitHub when somebody went past a gate.
public struct BypassReactions: Hashable, Sendable {
  /// On the pull request, where there is one.
  public var comments: Bool
  /// In the repository.
  public var opensIssue: Bool

  public init(comments: Bool = false, opensIssue: Bool = false) {
    self.comments = comments
    self.opensIssue = opensIssue
  }

  public var isNothing: Bool { !comments && !opensIssue }

  var json: JSON { ["comment": .bool(comments), "issue": .bool(opensIssue)] }

  /// What a conclusion asks for: once for a bypass, however often its wording changes, and once more
  /// when it turns out to have been in order.
  ///
  /// - Parameters:
  ///   - last: the conclusion that this one replaces.
  ///   - hasPull: whether there is a pull request to write on.
  func errands(
    after kind: Kind, replacing last: Int64?, hasPull: Bool, _ tables: any LedgerReader
  ) throws -> [String] {
    guard !isNothing else { return [] }
    let earlier = try BypassReactions.bypasses(before: last, tables)
    if kind == .verified {
      return earlier.contains { $0.entry.data["errands"] != nil } ? ["follow-up"] : []
    }
    guard kind == .bypass, earlier.isEmpty else { return [] }
    return (comments && hasPull ? ["comment"] : []) + (opensIssue ? ["issue"] : [])
  }

  /// The chain of bypasses that this one is the last of, newest first.
  private static func bypasses(
    before last: Int64?, _ tables: any LedgerReader
  ) throws -> [Stored] {
    var (chain, next): ([Stored], Int64?) = ([], last)
    while let index = next, let stored = try tables.entry(at: index),
      stored.entry.kind == .bypass
    {
      chain.append(stored)
      next = stored.entry.data["replaces"]?.int
    }
    return chain
  }
}

extension JSON {
  /// A member that is left out when there is nothing to do, as in all older entries.
  func with(errands: [String]) -> JSON {
    guard !errands.isEmpty, case .object(var members) = self else { return self }
    members["errands"] = .array(errands.map(JSON.string))
    return .object(members)
  }
}

extension ConfigReader {
  /// `on-bypass: {comment: true, issue: true}`
  mutating func reactions(_ node: ConfigNode?, _ path: String) -> BypassReactions {
    guard let node, let members = members(node, path, allowed: ["comment", "issue"]) else {
      return BypassReactions()
    }
    return BypassReactions(
      comments: members["comment"].map { flag($0, "\(path).comment") } ?? false,
      opensIssue: members["issue"].map { flag($0, "\(path).issue") } ?? false)
  }
}
