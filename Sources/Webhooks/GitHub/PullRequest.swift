import Ledger

/// A proposal and its end. `merge_commit_sha` is optional: GitHub's API version 2026-03-10 drops it.
enum PullRequestEvent: GitHubEvent {
  static let names = ["pull_request"]
  static let kind = Kind.pullRequest
  static let selection = Selection(
    "pull_request.{id,number,state,draft,updated_at,merged,merged_at,merge_commit_sha}",
    "pull_request.head.sha", "pull_request.head.repo.id", "pull_request.base.{sha,ref}",
    "pull_request.{user,merged_by}.{id,login}", "pull_request.auto_merge.merge_method",
    "changes.base.ref.from")

  static func facts(of payload: JSON) -> Facts? {
    guard let pull = payload["pull_request"], let number = pull["number"]?.int,
      let head = commitID(pull.at("head", "sha")), let base = pull.at("base", "ref")?.string,
      let state = pull["state"]?.string
    else { return nil }
    let merged = pull["merged"]?.bool == true || Instant(json: pull["merged_at"]) != nil
    return Facts(
      at: Instant(json: pull["updated_at"]),
      data: [
        "id": .int(of: pull["id"]), "number": .int(number), "head_sha": .string(head),
        "head_repository_id": .int(of: pull.at("head", "repo", "id")), "base_ref": .string(base),
        "base_sha": .string(of: pull.at("base", "sha")), "state": .string(state),
        "draft": .bool(of: pull["draft"]), "author": pull["user"]?.id ?? .null,
        "updated_at": .instant(pull["updated_at"]),
        "merged_at": merged ? .instant(pull["merged_at"]) : .null,
        "merged_by": pull["merged_by"]?.id ?? .null,
        "auto_merge": .optional(pull["auto_merge"].map { !$0.isNull }),
        "old_base_ref": .string(of: payload.at("changes", "base", "ref", "from")),
        "merge_sha": merged ? .optional(commitID(pull["merge_commit_sha"])) : .null,
      ],
      people: [pull["user"], pull["merged_by"]])
  }
}
