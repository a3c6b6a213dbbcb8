import Ledger

/// Reads the shapes of a configuration file and gathers everything that is wrong with it, so that
/// it can be said at once. An unknown key is an error, because a misspelt rule would silently guard
/// nothing.
public struct ConfigReader: Sendable {
  typealias Members = [String: ConfigNode]
  private(set) var problems: [PolicyProblem] = []

  /// To check the names of time zones; `nil` where they were checked before.
  let zones: (any TimeZones)?

  public init(zones: (any TimeZones)? = nil) { self.zones = zones }

  /// In the order of the file; those of one line as they were found.
  public var problemsInOrder: [PolicyProblem] {
    problems.enumerated()
      .sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }.map(\.element)
  }

  mutating func members(
    _ node: ConfigNode, _ path: String, allowed: [String]
  ) -> Members? {
    guard case .map(let pairs) = node.content else {
      report(node, path.isEmpty ? "policy" : path, "must be a map")
      return nil
    }
    var members: Members = [:]
    for (key, value) in pairs {
      let name = path.isEmpty ? key : "\(path).\(key)"
      if !allowed.contains(key) {
        report(value, name, "is unknown; known are \(allowed.joined(separator: ", "))")
      } else if members.updateValue(value, forKey: key) != nil {
        report(value, name, "is there twice")
      }
    }
    return members
  }

  mutating func list(
    _ node: ConfigNode?, in parent: ConfigNode, _ path: String
  ) -> [ConfigNode] {
    guard let node else {
      report(parent, path, "is missing")
      return []
    }
    guard case .list(let elements) = node.content, !elements.isEmpty else {
      report(node, path, "must be a list with at least one element")
      return []
    }
    return elements
  }

  mutating func text(
    _ node: ConfigNode, _ path: String, _ length: ClosedRange<Int>
  ) -> String? {
    guard case .scalar(.string(let text)) = node.content, length.contains(text.utf8.count) else {
      report(node, path, "must be text of \(length.lowerBound) to \(length.upperBound) bytes")
      return nil
    }
    return text
  }

  /// An optional list of texts; absent is empty, but an empty list is a problem: whoever writes one
  /// may mean "none" or "any".
  mutating func texts(
    _ node: ConfigNode?, _ path: String, _ length: ClosedRange<Int> = 1...255
  ) -> [String] {
    guard let node else { return [] }
    return list(node, in: node, path).enumerated().compactMap {
      text($0.element, "\(path)[\($0.offset)]", length)
    }
  }

  /// A numeric id of GitHub's: positive.
  mutating func id(_ node: ConfigNode?, in parent: ConfigNode, _ path: String) -> Int64? {
    if case .scalar(.int(let id))? = node?.content, id > 0 { return id }
    report(node ?? parent, path, node == nil ? "is missing" : "must be a numeric id")
    return nil
  }

  mutating func flag(_ node: ConfigNode, _ path: String) -> Bool {
    if case .scalar(.bool(let value)) = node.content { return value }
    report(node, path, "must be true or false")
    return false
  }

  mutating func number(
    _ node: ConfigNode?, in parent: ConfigNode, _ path: String, _ range: ClosedRange<Int64>
  ) -> Int64? {
    if case .scalar(.int(let number))? = node?.content, range.contains(number) { return number }
    let reason = "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
    report(node ?? parent, path, node == nil ? "is missing" : reason)
    return nil
  }

  mutating func report(_ node: ConfigNode, _ path: String, _ reason: String) {
    problems.append(PolicyProblem(line: node.line, path: path, reason: reason))
  }
}
