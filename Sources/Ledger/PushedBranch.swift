/// The branch that a push was to.
struct PushedBranch {
  /// Tells it in the entry where its name `hasTwins`. Read by characters, a mark that the
  /// name begins with makes one character with the slash before it, and `refs/heads/` is not found.
  /// Entries that were made before there was one are read so all the same: what was concluded from
  /// them must be concluded again.
  private static let member = "branch"
  private static let heads = "refs/heads/"
  private static let queue = "gh-readonly-queue/"

  let name: String
  /// Made by a merge queue.
  let isOfQueue: Bool

  /// - Parameter data: of a `github.push.v1`.
  init?(_ data: JSON) {
    if let exact = data[PushedBranch.member]?.string {
      (name, isOfQueue) = (exact, exact.utf8.starts(with: PushedBranch.queue.utf8))
      return
    }
    guard let ref = data["ref"]?.string, ref.hasPrefix(PushedBranch.heads) else { return nil }
    name = String(ref.dropFirst(PushedBranch.heads.count))
    isOfQueue = ref.hasPrefix(PushedBranch.heads + PushedBranch.queue)
  }
}
