/// What a gate may have to look at again after an entry.
public enum Subject: Hashable, Sendable {
  case commit(repository: Int64, sha: String)
  /// What triggered the checks of this suite became known.
  case suite(repository: Int64, id: Int64)
  case pull(repository: Int64, number: Int64)
  /// GitHub confirmed what it shows under a context of ours.
  case status(repository: Int64, sha: String, context: String)
  /// Something was pushed to a branch, by its short name.
  case branch(repository: Int64, name: ByteText)
  /// Somebody asked the deploy gate, in the entry of this index.
  case deploy(ask: Int64)
  /// A cluster asked the admission gate, in the entry of this index.
  case admission(ask: Int64)
  /// Something came to run, or may have: a line of the history.
  case landed(Node)
  /// Something was told that bears on what a repository deploys.
  case repository(Int64)
  /// Something was pushed to a branch, or became known about what was.
  case landing(repository: Int64, sha: String)
  /// GitHub's own protection of a repository's branches changed.
  case protections(repository: Int64)
  /// What GitHub itself demands of a branch became known.
  case enforcement(repository: Int64, name: ByteText)
  /// The policy changed: all open pull requests.
  case everything
  /// All that was ever merged. Only `verify` asks.
  case log
}
