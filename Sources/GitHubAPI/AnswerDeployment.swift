import Gates
import Ledger

extension GitHubClient {
  /// `POST actions/runs/{run_id}/deployment_protection_rule`
  /// (`actions/review-custom-gates-for-run`). The webhook names an address for this, which is not
  /// used: whoever sends a body must not choose where the token goes.
  public func answer(
    _ answer: DeploymentAnswer, in repository: RepositoryRow
  ) async throws(CodeHostError) {
    let path = try Path(
      repository, "actions", "runs", String(answer.run), "deployment_protection_rule")
    var body: [String: JSON] = [
      "environment_name": .string(answer.environment), "comment": .string(answer.comment),
    ]
    if let state = answer.state { body["state"] = .string(state.rawValue) }
    _ = try await exchange(post(.object(body), to: path, as: .repository(repository)))
  }
}
