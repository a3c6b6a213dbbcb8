import Gates
import Ledger

extension GitHubClient: BaseHost {
  /// `GET compare/{base}...{head}` (`repos/compare-commits-with-basehead`).
  public func distance(
    of sha: String, behind branch: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> BaseDistance {
    let path = try Path(repository, "compare", "\(branch)...\(sha)")
    let call = Call(url: url(path, ["per_page": "1"]), party: .repository(repository))
    let answer = try await exchange(call)
    let selection = Selection("behind_by", "base_commit.sha")
    guard case .success(let json) = Result(catching: { try answer.json(selection) }),
      let behind = json["behind_by"]?.int, let tip = json.at("base_commit", "sha")?.string
    else { throw .unavailable(after: nil, reason: "the answer is not a comparison") }
    return BaseDistance(baseSHA: tip, behindBy: behind)
  }
}
