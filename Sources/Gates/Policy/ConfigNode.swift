import Ledger

/// A value of the policy file and the line it stands on, whatever the file's format.
public struct ConfigNode: Sendable {
  public enum Content: Sendable {
    case scalar(JSON)
    case list([ConfigNode])
    case map([(key: String, value: ConfigNode)])
  }

  public let content: Content
  /// 1-based; 0 when there is no file.
  public let line: Int

  public init(_ content: Content, line: Int) {
    self.content = content
    self.line = line
  }

  /// A policy as an entry holds it.
  public init(_ json: JSON) {
    switch json {
    case .array(let elements): content = .list(elements.map(ConfigNode.init))
    case .object(let members):
      content = .map(members.sorted { $0.key < $1.key }.map { ($0.key, ConfigNode($0.value)) })
    default: content = .scalar(json)
    }
    line = 0
  }
}

extension ConfigNode {
  /// What it says, without its lines. Of a key that is there twice the last one counts.
  public var json: JSON {
    switch content {
    case .scalar(let value): value
    case .list(let elements): .array(elements.map(\.json))
    case .map(let pairs): .object(Dictionary(pairs.map { ($0.key, $0.value.json) }) { $1 })
    }
  }
}

/// One thing that is wrong with a policy file.
public struct PolicyProblem: Error, Hashable, Sendable, CustomStringConvertible {
  public let line: Int
  /// `gates.merge.checks[0].app`
  public let path: String
  public let reason: String

  public init(line: Int, path: String, reason: String) {
    self.line = line
    self.path = path
    self.reason = reason
  }

  public var description: String { "line \(line): \(path): \(reason)" }
}

/// Everything that is wrong with it, in the order of the file.
public struct PolicyProblems: Error, Hashable, Sendable {
  public let all: [PolicyProblem]

  public init(_ all: [PolicyProblem]) { self.all = all }
}
