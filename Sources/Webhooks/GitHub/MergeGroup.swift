import Ledger

/// A commit that the merge queue made, which lands when its checks pass. Checks are reported on its
/// `head_sha`, not on the pull request's.
enum MergeGroupEvent: GitHubEvent {
  static let names = ["merge_group"]
  static let kind = Kind.mergeGroup
  static let selection = Selection(
    "reason", "merge_group.{head_sha,head_ref,base_sha,base_ref}",
    "merge_group.head_commit.timestamp")

  static func facts(of payload: JSON) -> Facts? {
    guard let group = payload["merge_group"], let head = commitID(group["head_sha"]),
      let base = group["base_ref"]?.string.map(branchName), !base.isEmpty
    else { return nil }
    var data: [String: JSON] = [
      "head_sha": .string(head), "head_ref": .string(of: group["head_ref"]),
      "base_ref": .string(base), "base_sha": .optional(commitID(group["base_sha"])),
      "reason": .string(of: payload["reason"]),
      "pull": .optional(group["head_ref"]?.string.flatMap { pull(named: $0, base: base) }),
    ]
    // Older entries lack it, and mean all spellings of the letters of their base.
    if base.hasTwins { data["branch_is"] = "exact" }
    return Facts(at: Instant(json: group.at("head_commit", "timestamp")), data: data)
  }

  /// `gh-readonly-queue/{base}/pr-N-{sha}` names one pull request of the group.
  private static func pull(named ref: String, base: String) -> Int64? {
    let start = "gh-readonly-queue/\(base)/pr-"
    guard let name = rest(of: branchName(ref), after: start) else { return nil }
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, commitID(.string(String(parts[1]))) != nil else { return nil }
    return plainID(parts[0])
  }
}
