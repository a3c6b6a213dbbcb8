/// What a gate may have to look at again after an entry.
public enum Subject: Hashable, Sendable {
  case commit(repository: Int64, sha: String)
  case pull(repository: Int64, number: Int64)
  /// The policy changed: all open pull requests.
  case everything
}
