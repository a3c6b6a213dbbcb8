import Gates
import Ledger

extension GitHubClient {
  public var form: Posted.Form {
    switch authority.credentials {
    case .token: .status
    case .app: .checkRun
    }
  }

  public func page(of repository: RepositoryRow) -> String { "\(address.web)/\(repository.name)" }

  public func post(
    _ status: CommitStatus, replacing id: Int64?, to sha: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Posted {
    switch authority.credentials {
    case .token: try await postStatus(status, to: sha, in: repository)
    case .app: try await postCheckRun(status, replacing: id, to: sha, in: repository)
    }
  }

  /// `POST statuses/{sha}` (`repos/create-commit-status`). GitHub refuses with 422 a state it does
  /// not know, a description over 140 characters, and the 1,001st status of one commit and context.
  private func postStatus(
    _ status: CommitStatus, to sha: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Posted {
    let path = try Path(repository, "statuses", sha)
    let answer = try await exchange(post(status.body, to: path, as: .repository(repository)))
    return try posted(.status, answer) { $0.at("creator", "id")?.int }
  }

  /// A 2xx without a readable id is `ambiguous`: the post stands, but what it is called is unknown.
  func posted(
    _ form: Posted.Form, _ answer: Answer, reporter: (JSON) -> Int64?
  ) throws(CodeHostError) -> Posted {
    let selection = Selection("id", "creator.id", "app.id")
    guard case .success(let json) = Result(catching: { try answer.json(selection) }),
      let id = json["id"]?.int
    else { throw .ambiguous(reason: "GitHub answered \(answer.status) to a post, without an id") }
    return Posted(id: id, form: form, reporter: reporter(json))
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
