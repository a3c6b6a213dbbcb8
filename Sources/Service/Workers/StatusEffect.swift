import Gates
import Ledger

/// A status is refused for what it is about, not for who posts it: that is gone, cannot be written
/// to, has as many as GitHub takes, or has no name of its own any more.
struct StatusRefused: Error {
  let reason: String
}

extension Effects {
  /// - Parameter isUncertain: an earlier attempt may have reached GitHub; posting again without
  ///   looking would show the same status twice.
  /// - Parameter chosen: when the tables last said that it is due.
  /// - Throws: `StatusRefused` instead of a refusal that has nothing to do with credentials.
  func post(
    _ due: DueStatus, isUncertain: Bool, chosen: ContinuousClock.Instant
  ) async throws -> Outcome {
    do { return try await bring(due, isUncertain: isUncertain, chosen: chosen) } catch {
      guard case CodeHostError.refused(let status, let reason) = error,
        try await isForGood(status, due)
      else { throw error }
      throw StatusRefused(reason: "\(status) \(reason)")
    }
  }

  /// A 403 says that a permission is missing, or that the repository is archived: the log knows. It
  /// knows of one that was deleted, too.
  private func isForGood(_ status: Int, _ due: DueStatus) async throws -> Bool {
    let id = due.repository.id
    switch status {
    case 403: return try await store.read { try $0.isArchived(id) }
    case 404:
      if try await isGone(due.repository) { return true }
      return try await isSeen(due.sha, in: due.repository, context: due.context)
    default: return [410, 422].contains(status)
    }
  }

  func isGone(_ repository: RepositoryRow) async throws -> Bool {
    try await store.read { try GoneRepositories($0).ids.contains(repository.id) }
  }

  /// Whether GitHub shows us anything of the repository: a 404 may as well mean that we have no part
  /// in it. A commit that it does not know is a 422.
  func isSeen(
    _ sha: String, in repository: RepositoryRow, context: String
  ) async throws(CodeHostError) -> Bool {
    do throws(CodeHostError) {
      _ = try await host.shown(of: sha, in: repository, context: context)
      return true
    } catch {
      switch error {
      case .refused(let status, _): return status == 422
      case .unavailable, .ambiguous: throw error
      }
    }
  }

  private func bring(
    _ due: DueStatus, isUncertain: Bool, chosen: ContinuousClock.Instant
  ) async throws -> Outcome {
    if isUncertain, let shown = try await ours(due) {
      try await confirm(due, shown)
      return .done
    }
    // A success that was taken back would let somebody merge.
    let isOld = isUncertain || ContinuousClock.now - chosen > Effects.freshness
    guard let posted = try await post(due, looksAgain: isOld || due.text.state == "success")
    else { return .overtaken }
    try await confirm(due, posted)
    return .done
  }

  /// So long a choice counts without looking again.
  private static let freshness = Duration.milliseconds(200)

  /// What GitHub shows, if it is what is due and a post of ours. Anybody else could have written
  /// the same; of check runs the host shows those of our own App alone.
  private func ours(_ due: DueStatus) async throws -> Posted? {
    let shown = try await host.shown(of: due.sha, in: due.repository, context: due.context)
    guard let shown, shown.text == due.text, let reporter = shown.reporter else { return nil }
    let form = host.form
    let (isOwn, isNobodyKnown) = try await store.read { tables in
      let last = try tables.newest(.statusPosted)
      return (
        try form == .checkRun || tables.isOwnReporter(form.rawValue, reporter),
        last?.entry.data["reporter"]?.int == nil
      )
    }
    guard isOwn || isNobodyKnown else { return nil }
    // Who posted it becomes ours by an answer to a post alone.
    return Posted(id: shown.id, form: form, reporter: isOwn ? reporter : nil)
  }

  /// - Returns: `nil` when something else is wanted by now.
  private func post(_ due: DueStatus, looksAgain: Bool) async throws -> Posted? {
    guard host.form == .checkRun else {
      if looksAgain {
        let isWanted = try await store.read { try due.isWanted(by: $0) }
        guard isWanted else { return nil }
      }
      let status = CommitStatus(context: due.context, text: due.text, targetURL: link(to: due))
      return try await host.post(status, replacing: nil, to: due.sha, in: due.repository)
    }
    let (isWanted, known, details) = try await store.read { tables in
      (
        try due.isWanted(by: tables),
        try tables.checkRunToChange(due),
        try self.details(of: due, tables)
      )
    }
    guard isWanted else { return nil }
    let status = CommitStatus(
      context: due.context, text: due.text, targetURL: link(to: due), details: details)
    do throws(CodeHostError) {
      return try await host.post(status, replacing: known, to: due.sha, in: due.repository)
    } catch {
      // GitHub drops the oldest of many check runs, and lets nobody change those of another App.
      guard known != nil, case .refused(let code, _) = error, [403, 404].contains(code)
      else { throw error }
    }
    return try await host.post(status, replacing: nil, to: due.sha, in: due.repository)
  }

  private func details(of due: DueStatus, _ tables: any LedgerReader) throws -> CheckOutput? {
    guard let verdict = try tables.entry(at: due.verdict) else { return nil }
    let summary = CheckSummary(
      verdict: verdict.entry.data, repository: host.page(of: due.repository), page: link(to: due))
    return CheckOutput(title: due.text.description, summary: summary.text)
  }

  private func link(to due: DueStatus) -> String? {
    // A merge group has no page of its own.
    guard due.pull > 0 else { return nil }
    return publicURL.map { "\($0)/ledger/\(due.repository.name)/pull/\(due.pull)" }
  }

  private func confirm(_ due: DueStatus, _ posted: Posted) async throws {
    let data: [String: JSON] = [
      "repository_id": .int(due.repository.id), "head_sha": .string(due.sha),
      "context": .string(due.context), "state": .string(due.text.state),
      "description": .string(due.text.description), "verdict": .int(due.verdict),
      "status_id": .int(posted.id), "form": .string(posted.form.rawValue),
      "reporter": .optional(posted.reporter),
    ]
    let entry = try Entry(
      kind: .statusPosted, at: nil, received: now(), source: .githubAPI,
      data: .object(data))
    try await append(Submission(entry: entry))
  }
}

extension DueStatus {
  fileprivate func isWanted(by tables: any LedgerReader) throws -> Bool {
    try tables.wantedStatus(repository.id, sha, context) == text
  }
}

extension LedgerReader {
  /// The id of the check run that stands for `due` already, if it is ours to change. We are who
  /// posted last: where that was another App than the one of this check run, it was replaced.
  fileprivate func checkRunToChange(_ due: DueStatus) throws -> Int64? {
    let form = Posted.Form.checkRun.rawValue
    guard let known = try postedStatus(due.repository.id, due.sha, due.context),
      known.form == form
    else { return nil }
    guard let last = try newest(.statusPosted)?.entry.data, last["form"]?.string == form,
      let own = last["reporter"]?.int, let reporter = known.reporter
    else { return known.id }
    return own == reporter ? known.id : nil
  }

  /// As GitHub told last.
  fileprivate func isArchived(_ repository: Int64) throws -> Bool {
    let words = try entries(from: 0, limit: 0, kind: .repository)
      .filter { $0.entry.data["repository_id"]?.int == repository }
      .compactMap { $0.entry.data["action"]?.string }
    return words.last { ["archived", "unarchived"].contains($0) } == "archived"
  }
}
