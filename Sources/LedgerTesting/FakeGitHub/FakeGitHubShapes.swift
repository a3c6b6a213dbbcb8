import Ledger

/// Members in the order written, each value already JSON: a dictionary would be sorted once more for
/// every answer of a load test.
private func object(_ members: KeyValuePairs<String, String>) -> String {
  "{" + members.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
}

private func quoted(_ text: String?) -> String { JSON.optional(text).canonicalString }

/// GitHub writes whole seconds.
private func quoted(_ instant: Instant?) -> String {
  JSON.optional(instant.map { Instant(seconds: $0.microseconds / 1_000_000) }).canonicalString
}

extension FakeGitHub.Status {
  /// Schema `Status`. `base` is the address of the API.
  func text(_ base: String) -> String {
    object([
      "url": quoted("\(base)/repos/\(repository)/statuses/\(sha)"), "avatar_url": "null",
      "id": String(id), "node_id": quoted("SC_\(id)"), "state": quoted(state),
      "description": quoted(description), "target_url": quoted(targetURL),
      "context": quoted(context), "created_at": quoted(createdAt), "updated_at": quoted(createdAt),
      "creator": userText(creatorID, base),
    ])
  }
}

extension FakeGitHub.CheckRun {
  /// Schema `CheckRun`.
  func text(_ sha: String, _ repository: String, _ base: String) -> String {
    let url = "\(base)/repos/\(repository)/check-runs/\(id)"
    return object([
      "id": String(id), "head_sha": quoted(sha), "node_id": quoted("CR_\(id)"),
      "external_id": quoted(externalID), "url": quoted(url), "html_url": "null",
      "details_url": quoted(detailsURL),
      "status": quoted(status), "conclusion": quoted(conclusion), "started_at": quoted(startedAt),
      "completed_at": quoted(completedAt), "output": output(url), "name": quoted(name),
      "check_suite": "{\"id\":\(suiteID)}", "app": appText(appID, appSlug, base),
      "pull_requests": "[]",
    ])
  }

  private func output(_ url: String) -> String {
    object([
      "title": quoted(title), "summary": quoted(summary), "text": "null", "annotations_count": "0",
      "annotations_url": quoted("\(url)/annotations"),
    ])
  }
}

/// Schema `Integration`.
func appText(_ id: Int64, _ slug: String, _ base: String) -> String {
  let date = "\"2018-07-30T09:30:17Z\""
  return object([
    "id": String(id), "slug": quoted(slug), "node_id": quoted("A_\(id)"),
    "owner": userText(9919, base), "name": quoted(slug), "description": "null",
    "external_url": quoted("https://example.com"), "html_url": quoted("https://example.com"),
    "created_at": date, "updated_at": date, "permissions": "{}", "events": "[]",
  ])
}

extension FakeGitHub.WorkflowRun {
  /// Of schema `WorkflowRun` the members that the ledger reads, and those that name it.
  func text(_ repository: String, _ base: String) -> String {
    object([
      "id": String(id), "name": quoted(name), "node_id": quoted("WFR_\(id)"),
      "check_suite_id": String(suiteID), "head_branch": quoted("topic"),
      "head_sha": quoted(headSHA), "path": quoted(path), "run_number": "1",
      "run_attempt": String(attempt), "event": quoted(event), "status": quoted(status),
      "conclusion": quoted(conclusion), "workflow_id": "9",
      "url": quoted("\(base)/repos/\(repository)/actions/runs/\(id)"), "pull_requests": "[]",
      "created_at": quoted(startedAt), "updated_at": quoted(updatedAt),
      "run_started_at": quoted(startedAt), "actor": userText(583_231, base),
      "triggering_actor": userText(actorID, base), "display_title": quoted("a change"),
    ])
  }
}

extension FakeGitHub.Pull {
  /// Of schemas `PullRequest` and `PullRequestSimple` the members that the ledger reads, and those
  /// that name it.
  func text(_ repository: String, _ base: String, isListed: Bool) -> String {
    let date = "\"2026-10-01T08:00:00Z\""
    let author = userText(authorID, base)
    let members = object([
      "url": quoted("\(base)/repos/\(repository)/pulls/\(number)"), "id": String(number),
      "node_id": quoted("PR_\(number)"), "number": String(number), "state": quoted(state),
      "locked": "false", "title": quoted("Pull request \(number)"), "user": author,
      "body": "null", "labels": "[]", "milestone": "null", "created_at": date,
      "updated_at": quoted(updatedAt), "closed_at": state == "closed" ? quoted(updatedAt) : "null",
      "merged_at": isMerged ? quoted(updatedAt) : "null",
      "head": branch(headRef, headSHA, repository, base),
      "base": branch(baseRef, String(repeating: "0", count: 40), repository, base),
      "draft": String(isDraft),
    ])
    return isListed ? members : members.dropLast() + "," + single(base).dropFirst()
  }

  /// What a list leaves out.
  private func single(_ base: String) -> String {
    object([
      "merged": String(isMerged), "mergeable": "null", "mergeable_state": quoted("unknown"),
      "merged_by": isMerged ? userText(583_231, base) : "null",
    ])
  }

  private func branch(
    _ ref: String, _ sha: String, _ repository: String, _ base: String
  ) -> String {
    let repo = repositoryID.map {
      object(["id": String($0), "full_name": quoted(repository)])
    }
    return object([
      "label": quoted("octocat:\(ref)"), "ref": quoted(ref), "sha": quoted(sha),
      "repo": repo ?? "null", "user": userText(583_231, base),
    ])
  }
}

/// Schema `SimpleUser`.
func userText(_ id: Int64, _ base: String) -> String {
  let url = "\(base)/user/\(id)"
  let links = userLinks.map { "\"\($0)\":\"\(url)\"" }.joined(separator: ",")
  return "{\"login\":\"user-\(id)\",\"id\":\(id),\"node_id\":\"U_\(id)\",\"gravatar_id\":null,"
    + "\"type\":\"User\",\"site_admin\":false,\(links)}"
}

private let userLinks = [
  "avatar_url", "url", "html_url", "followers_url", "following_url", "gists_url", "starred_url",
  "subscriptions_url", "organizations_url", "repos_url", "events_url", "received_events_url",
]
