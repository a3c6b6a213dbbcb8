import Gates
import Ledger

extension Effects {
  /// - Parameter isUncertain: an earlier attempt may have reached GitHub; posting again without
  ///   looking would show the same status twice.
  func post(_ due: DueStatus, isUncertain: Bool) async throws -> Outcome {
    if isUncertain {
      let shown = try await host.shown(of: due.sha, in: due.repository, context: due.context)
      if let shown, shown.text == due.text {
        // Whoever else could have written the same: it is nobody's until a post of ours says so.
        try await confirm(due, ["status_id": .int(shown.id)])
        return .done
      }
    }
    let posted = try await post(due)
    try await confirm(
      due,
      [
        "status_id": .int(posted.id), "form": .string(posted.form.rawValue),
        "reporter": .optional(posted.reporter),
      ])
    return .done
  }

  private func post(_ due: DueStatus) async throws -> Posted {
    guard host.form == .checkRun else {
      let status = CommitStatus(context: due.context, text: due.text, targetURL: link(to: due))
      return try await host.post(status, replacing: nil, to: due.sha, in: due.repository)
    }
    let (known, details) = try await store.read { tables in
      (
        try tables.postedStatus(due.repository.id, due.sha, due.context),
        try self.details(of: due, tables)
      )
    }
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

  private func confirm(_ due: DueStatus, _ posted: [String: JSON]) async throws {
    let data: [String: JSON] = [
      "repository_id": .int(due.repository.id), "head_sha": .string(due.sha),
      "context": .string(due.context), "state": .string(due.text.state),
      "description": .string(due.text.description), "verdict": .int(due.verdict),
    ]
    let entry = try Entry(
      kind: .statusPosted, at: nil, received: now(), source: .githubAPI,
      data: .object(data.merging(posted) { $1 }))
    try await append(Submission(entry: entry))
  }
}
