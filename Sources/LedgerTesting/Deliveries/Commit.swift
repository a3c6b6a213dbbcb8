import Ledger

extension Deliveries {
  public struct Commit: Hashable, Sendable {
    public var sha: String
    public var message: String
    public var author: Account
    public var at: Instant

    public init(sha: String, message: String, author: Account, at: Instant) {
      self.sha = sha
      self.message = message
      self.author = author
      self.at = at
    }
  }
}

extension Deliveries.Commit {
  /// As check suites and workflow runs carry it.
  var headJSON: JSON {
    let person = author.signatureJSON.removing("username")
    return [
      "id": .string(sha), "tree_id": .string(Derived.tree(sha)), "message": .string(message),
      "timestamp": .time(at), "author": person, "committer": person,
    ]
  }

  /// As `push` lists it.
  func pushJSON(in repository: Deliveries.Repository) -> JSON {
    headJSON.adding([
      "author": author.signatureJSON, "committer": author.signatureJSON, "distinct": true,
      "url": .string("\(repository.web)/commit/\(sha)"),
      "added": ["Sources/Retry.swift"], "removed": [],
      "modified": ["Sources/Server.swift", "Tests/ServerTests.swift"],
    ])
  }
}
