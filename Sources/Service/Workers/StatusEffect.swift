import Gates
import Ledger

extension Effects {
  /// - Parameter isUncertain: an earlier attempt may have reached GitHub; posting again without
  ///   looking would show the same status twice.
  /// - Parameter chosen: when the tables last said that it is due.
  func post(
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
        try tables.postedStatus(due.repository.id, due.sha, due.context),
        try self.details(of: due, tables)
      )
    }
    guard isWanted else { return nil }
    let status = CommitStatus(
      context: due.context, text: due.text, targetURL: link(to: due), details: details)
    let id = known?.form == Posted.Form.checkRun.rawValue ? known?.id : nil
    do {
      return try await host.post(status, replacing: id, to: due.sha, in: due.repository)
    } catch CodeHostError.refused(404, _) where id != nil {
      // GitHub drops the oldest of many check runs.
      return try await host.post(status, replacing: nil, to: due.sha, in: due.repository)
    }
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
