import Gates
import Ledger

extension GitHubClient {
  /// `POST statuses/{sha}` (`repos/create-commit-status`). GitHub refuses with 422 a state it does
  /// not know, a description over 140 characters, and the 1,001st status of one commit and context.
  ///
  /// A 2xx without a readable id is `ambiguous`: the status stands, but what it is called is unknown.
  public func post(
    _ status: CommitStatus, to sha: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Int64 {
    let path = try Path(repository, "statuses", sha)
    let call = Call(url: "\(address)\(path.text)", body: status.body.canonicalBytes)
    let answer = try await exchange(call)
    guard case .success(let json) = Result(catching: { try answer.json(Selection("id")) }),
      let id = json["id"]?.int
    else { throw .ambiguous(reason: "GitHub answered \(answer.status) to a POST, without an id") }
    return id
  }
}

extension CommitStatus {
  fileprivate var body: JSON {
    var members: [String: JSON] = [
      "state": .string(text.state), "description": .string(text.description),
      "context": .string(context),
    ]
    if let targetURL { members["target_url"] = .string(targetURL) }
    return .object(members)
  }
}
