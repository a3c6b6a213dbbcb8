import Hummingbird
import Ledger

extension FakeGitHub {
  struct Comparison {
    let baseSHA: String
    let behindBy: Int64
  }

  /// How far `sha` is behind the tip of `branch`, as `GET compare/{base}...{head}` says.
  public func set(
    behindBy count: Int64, of sha: String, on branch: String, tip: String, in repository: String
  ) {
    state.withLock {
      $0.comparisons[Place(repository, "\(branch)...\(sha)")] =
        Comparison(baseSHA: tip, behindBy: count)
    }
  }

  /// Of schema `CommitComparison` what the ledger reads, and what names the rest.
  func compare(_ call: Incoming) -> Response {
    let place = Place(call.target.repository, call.target.name)
    guard let found = state.withLock({ $0.comparisons[place] }) else {
      return error(404, "Not Found")
    }
    let json: JSON = [
      "status": found.behindBy == 0 ? "ahead" : "diverged", "ahead_by": 1,
      "behind_by": .int(found.behindBy), "total_commits": 1,
      "base_commit": ["sha": .string(found.baseSHA)],
      "merge_base_commit": ["sha": .string(found.baseSHA)], "commits": [], "files": [],
    ]
    return response(200, text: json.canonicalString)
  }
}
