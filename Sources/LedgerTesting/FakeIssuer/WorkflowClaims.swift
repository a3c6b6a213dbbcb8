import Ledger

/// What GitHub's tokens claim about a run.
public enum WorkflowClaims {
  /// A deployment to production from `main`, by a push, with all claims that GitHub documents for
  /// it. Everything but the times is a string.
  public static func deployment(
    issuer: String, audience: String, at now: Instant, jti: String = "5ea1-0001"
  ) -> [String: JSON] {
    let workflow = "acme/api/.github/workflows/deploy.yml@refs/heads/main"
    let sha = String(repeating: "a1", count: 20)
    return times(at: now).merging([
      "iss": .string(issuer), "aud": .string(audience), "jti": .string(jti),
      "sub": "repo:acme/api:environment:production", "repository": "acme/api",
      "repository_id": "640", "repository_owner": "acme", "repository_owner_id": "45",
      "repository_visibility": "private", "actor": "noor", "actor_id": "9001", "base_ref": "",
      "head_ref": "", "ref": "refs/heads/main", "ref_type": "branch", "ref_protected": "true",
      "sha": .string(sha), "event_name": "push", "environment": "production",
      "workflow": "deploy", "workflow_ref": .string(workflow), "workflow_sha": .string(sha),
      "job_workflow_ref": .string(workflow), "job_workflow_sha": .string(sha),
      "run_id": "12000000001", "run_number": "88", "run_attempt": "1",
      "runner_environment": "github-hosted", "check_run_id": "51000000001",
    ]) { $1 }
  }

  /// As GitHub sets them: valid for five minutes, and for the ten before.
  private static func times(at now: Instant) -> [String: JSON] {
    let second = now.wholeSecond.microseconds / 1_000_000
    return ["iat": .int(second), "nbf": .int(second - 600), "exp": .int(second + 300)]
  }
}
