import Ledger
import Reports

/// What an export proves, for people.
struct ExportText {
  let summary: ExportSummary

  var lines: [String] {
    let since = summary.made.since.map(\.description) ?? "the beginning"
    let until = summary.made.until ?? summary.madeAt
    return [
      summary.trustsItself
        ? "? nothing is missing or was changed, if the key in the file is the log's"
        : "✓ nothing is missing, and nothing was changed",
      "  origin      \(Text.safe(summary.origin))",
      "  checkpoint  \(summary.size) entries, root \(summary.root)",
      "  made        \(summary.madeAt) by entry \(summary.index)",
      "  period      \(since) to \(until)",
      "  entries     \(summary.entries)",
    ] + summary.signers.map { "  signed by   \(Text.safe($0.vkey))" }
      + summary.streams.map(stream) + cuts + summary.coverage.flatMap(coverage)
  }

  /// Whoever reads of a period would take all for told that any clock says was in it.
  private var cuts: [String] {
    guard summary.streams.contains(where: \.isCut) else { return [] }
    return [
      "  The order of the log decides where a stream is cut: where its clock was set back, what",
      "  stands outside of the entries named may have a time within the period, and is not in here.",
    ]
  }

  private func stream(_ stream: ExportSummary.Stream) -> String {
    let count = stream.entries == 1 ? "1 entry" : "\(stream.entries) entries"
    let numbers =
      stream.entries == 0 ? "" : ", numbers \(stream.span.first) to \(stream.span.through)"
    let after = summary.made.since.flatMap { since in
      stream.after.map { ", complete behind entry \($0), which was received before \(since)" }
    }
    let old = stream.numberedFrom.map {
      ", numbered since entry \($0): nothing is proven about what is older"
    }
    return "  \(Text.safe(stream.name)): \(count)\(numbers)"
      + [after, end(of: stream), old].compactMap(\.self).joined()
  }

  private func end(of stream: ExportSummary.Stream) -> String? {
    guard let until = summary.made.until, let before = stream.before else { return nil }
    let first = "the first one received at or after \(until) (entry \(before))"
    return stream.last.map { ", complete up to entry \($0), the last before \(first)" }
      ?? ", complete up to \(first)"
  }

  private func coverage(_ one: ExportCoverage) -> [String] {
    let name = "  GitHub's deliveries of repository \(one.repository)"
    switch one.state {
    case .unknown: return ["\(name): unknown, \(Text.safe(one.reason ?? ""))"]
    case .complete, .gaps:
      let from = one.from.map(\.description) ?? "?"
      let to = one.to.map(\.description) ?? "?"
      let word = one.state == .complete ? "complete" : "gaps"
      return ["\(name): \(word), compared from \(from) to \(to)"]
        + one.gaps.map { gap in
          let start = gap.from.map(\.description) ?? "?"
          return "    \(start) to \(gap.to.map(\.description) ?? "?"): \(Text.safe(gap.reason))"
        }
    }
  }

  /// Said on standard error, whatever the form of the answer.
  var warning: String? {
    guard summary.trustsItself else { return nil }
    return """
      ! NOT CHECKED: whose log this is.
      ! THE KEY IS TAKEN FROM THE FILE ITSELF: whoever made the file could have made the key.
      ! Get the log's key from elsewhere (ledger key show) and give it with --vkey.
      """
  }
}

extension ExportSummary.Stream {
  fileprivate var isCut: Bool { after != nil || before != nil }
}
