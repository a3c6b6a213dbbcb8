import Gates
import Ledger

extension Effects {
  /// Tells GitHub whether a job may go on. The same answer may be given twice: it decides once, and
  /// after that GitHub refuses it, which is as good.
  func answer(_ due: DueRuleAnswer) async throws -> Outcome {
    guard let errands else { return .refused(reason: "there are no credentials of an App") }
    guard try await stands(due) else { return .done }
    let note = try await told(due, errands)
    try await confirm(due, note: note)
    return .done
  }

  /// Time may have changed the answer since it was wanted. The gate of the store decides: where this
  /// one, which knows no time zones, sees nothing new, there is nothing new.
  private func stands(_ due: DueRuleAnswer) async throws -> Bool {
    let (gate, now) = (DeployGate(policies), now())
    let changed = try await store.read { tables in
      try tables.openRuleRequests(due.repository.id).filter { open in
        try open.request == due.request
          && !gate.reactions(to: [.deploy(ask: open.ask)], reading: tables, now: now).isEmpty
      }
    }
    for open in changed { try await open.askAgain(store, now: now) }
    if !changed.isEmpty { announce() }
    return try await store.read { try $0.dueRuleAnswers(limit: .max).contains(due) }
  }

  /// Why GitHub did not take it any more; `nil` when it did.
  private func told(_ due: DueRuleAnswer, _ errands: any ErrandHost) async throws -> String? {
    let answer = DeploymentAnswer(
      run: due.run, environment: due.environment,
      state: due.state.flatMap(DeploymentAnswer.State.init(rawValue:)), comment: due.comment)
    do throws(CodeHostError) {
      try await errands.answer(answer, in: due.repository)
    } catch {
      // The run is over, or was answered: nothing waits any more.
      if case .refused(let status, let reason) = error, ![401, 403].contains(status) {
        return "\(status) \(reason)"
      }
      throw error
    }
    return nil
  }

  private func confirm(_ due: DueRuleAnswer, note: String?) async throws {
    let entry = try Entry(
      kind: .ruleAnswered, at: nil, received: now(), source: .githubAPI,
      data: [
        "repository_id": .int(due.repository.id), "run_id": .int(due.run),
        "environment": .string(due.environment), "sha": .string(due.sha),
        "state": .optional(due.state), "comment": .string(due.comment),
        "request": .int(due.request), "verdict": .int(due.verdict),
        "note": .optional(note.map { String($0.prefix(200)) }),
      ])
    try await append(Submission(entry: entry))
  }
}
