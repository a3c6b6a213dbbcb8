import Ledger

/// What an entry says, in one line: enough to tell two entries of a kind apart.
enum EntrySummary {
  private static let names = [
    "repository", "service", "environment", "number", "pull", "name", "action", "state", "status",
    "conclusion", "outcome", "phase", "reason", "summary", "digest", "commit", "head_sha", "sha",
    "merge_sha", "verification",
  ]

  static func text(_ data: JSON) -> String {
    names.compactMap { name in
      data.text(name).map { "\(name) \(Text.shortened(Text.safe($0), to: 80))" }
    }.joined(separator: ", ")
  }
}
