/// Something in the chain from a change to what runs. Its text is what links are made of, and, where
/// a line of the history is about it, the kind and subject of that line.
public struct Node: Hashable, Sendable, Comparable {
  /// In the order of the chain.
  public enum Stage: String, Sendable, CaseIterable {
    case pull, commit, build, test, image, scan, taskdef, deploy, rollout, task

    public var place: Int { Stage.allCases.firstIndex(of: self) ?? 0 }
  }

  public let stage: Stage
  /// Unique within the stage.
  public let subject: String

  public init(_ stage: Stage, _ subject: String) {
    self.stage = stage
    self.subject = subject
  }

  /// The kind of the history's line about it: of a pull request, its merge.
  public var lineKind: String { stage == .pull ? "merge" : stage.rawValue }

  public var text: String { "\(stage.rawValue):\(subject)" }

  public init?(text: String) {
    guard let colon = text.firstIndex(of: ":"), let stage = Stage(rawValue: String(text[..<colon]))
    else { return nil }
    self.init(stage, String(text[text.index(after: colon)...]))
  }

  public static func < (left: Node, right: Node) -> Bool {
    (left.stage.place, left.subject) < (right.stage.place, right.subject)
  }
}

extension Node {
  public static func pull(_ repository: Int64, _ number: Int64) -> Node {
    Node(.pull, "\(repository)/\(number)")
  }
  public static func commit(_ sha: String) -> Node { Node(.commit, sha) }
  public static func image(_ digest: String) -> Node { Node(.image, digest) }
  public static func taskDefinition(_ revision: String) -> Node { Node(.taskdef, revision) }
  public static func rollout(_ id: String) -> Node { Node(.rollout, id) }
  public static func task(_ id: String) -> Node { Node(.task, id) }
  /// - Parameter id: of Actions, `RUN/ATTEMPT`.
  public static func build(_ repository: Int64?, _ id: String) -> Node {
    Node(.build, "\(repository ?? 0)/\(id)")
  }
  /// By GitHub's id.
  public static func deploy(_ repository: Int64, github id: Int64) -> Node {
    Node(.deploy, "\(repository)/\(id)")
  }
  /// By the reporter's id. Ids of one repository say nothing about those of another.
  public static func deploy(_ repository: Int64?, reported id: String) -> Node {
    Node(.deploy, "\(repository ?? 0)/id/\(id)")
  }
}
