import Gates
import Ledger

/// What the merge gate asks beside pull requests and checks.
extension MemoryLedger {
  func mergeGroup(_ repository: Int64, head sha: String) throws -> MergeGroupRow? {
    try groups { $0.repository == repository && $0.headSHA == sha }.first
  }

  func mergeGroups(_ repository: Int64, pull: Int64) throws -> [MergeGroupRow] {
    try groups { $0.repository == repository && $0.pull == pull }
  }

  func mergeGroups(_ repository: Int64, on sha: String) throws -> [MergeGroupRow] {
    try groups { $0.repository == repository && $0.baseSHA == sha }
  }

  func openMergeGroups() throws -> [MergeGroupRow] { try groups(\.isOpen) }

  private func groups(_ isMeant: (MergeGroupRow) -> Bool) throws -> [MergeGroupRow] {
    all(Tables.mergeGroups).map { row in
      let pull = row["pull"]?.int ?? 0
      return MergeGroupRow(
        repository: row["repository_id"]?.int ?? 0, headSHA: row["head_sha"]?.text ?? "",
        headRef: row["head_ref"]?.text ?? "", baseRef: row["base_ref"]?.text ?? "",
        baseSHA: row["base_sha"]?.text ?? "", pull: pull == 0 ? nil : pull,
        entry: row["entry"]?.int ?? -1, endReason: row["end_reason"]?.text)
    }.filter(isMeant).sorted { $0.entry < $1.entry }
  }

  func openPulls(_ repository: Int64, into branch: String) throws -> [PullRow] {
    try openPulls().filter { $0.repository == repository && $0.baseRef == branch }
  }

  func lastRead(_ repository: Int64, of sha: String) throws -> Int64? {
    row(Tables.reads, .int(repository), .text(sha))?["since"]?.int
  }

  func lastPush(_ repository: Int64, to branch: String) throws -> Int64? {
    row(Tables.branches, .int(repository), .text(branch))?["told_entry"]?.int
  }

  func base(_ repository: Int64, of sha: String, _ branch: String) throws -> BaseRow? {
    row(Tables.bases, .int(repository), .text(sha), .text(branch)).map {
      BaseRow(
        baseSHA: $0["base_sha"]?.text, behindBy: $0["behind_by"]?.int ?? -1,
        since: $0["since"]?.int ?? -1, entry: $0["entry"]?.int ?? -1)
    }
  }

  func postedStatus(_ repository: Int64, _ sha: String, _ context: String) throws -> PostedRow? {
    guard let row = row(Tables.outbox, .int(repository), .text(sha), .text(context)),
      row["posted_entry"]?.int != nil
    else { return nil }
    return PostedRow(
      text: row["posted_state"]?.text.map {
        StatusText(state: $0, description: row["posted_text"]?.text ?? "")
      }, id: row["posted_id"]?.int, form: row["posted_form"]?.text,
      reporter: row["posted_reporter"]?.int)
  }

  func isOwnReporter(_ form: String, _ reporter: Int64) throws -> Bool {
    row(Tables.reporters, .text(form), .int(reporter)) != nil
  }

  func hasAlarm(_ repository: Int64, _ source: Observation.Source, run: Int64) throws -> Bool {
    row(Tables.alarms, .int(repository), .text(source.rawValue), .int(run)) != nil
  }
}
