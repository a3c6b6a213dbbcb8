import Ledger

/// One line of what a reconciliation does.
public struct ReconcileStep: Hashable, Sendable {
  public enum Name: String, Sendable {
    /// Which hooks lead here.
    case hooks
    /// GitHub's list of one hook.
    case list
    case ask
    case wait
    /// Pull requests as GitHub shows them.
    case pulls
    /// Checks of one commit.
    case checks
    /// Something that could not be done.
    case problem
    case end
  }

  public enum Result: String, Sendable {
    case complete
    /// Something could not be determined: a rate limit, a permission.
    case undetermined
    case failed
  }

  public var name: Name
  public var hook: String?
  public var repository: String?
  public var listed: Int?
  public var missing: Int?
  public var asked: Int?
  public var arrived: Int?
  public var reads: Int?
  public var message: String?
  /// At the end alone.
  public var result: Result?

  init(_ name: Name, message: String? = nil) {
    self.name = name
    self.message = message
  }

  public var json: JSON {
    func count(_ value: Int?) -> JSON { .optional(value.map(Int64.init)) }
    return [
      "step": .string(name.rawValue), "hook": .optional(hook),
      "repository": .optional(repository), "listed": count(listed), "missing": count(missing),
      "asked": count(asked), "arrived": count(arrived), "reads": count(reads),
      "message": .optional(message), "done": .bool(result != nil),
      "result": .optional(result?.rawValue),
    ]
  }
}
