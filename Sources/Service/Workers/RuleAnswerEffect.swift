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

  /// Of a repository by whose name GitHub cannot be told: it ends when nothing waits for it any more.
  func leave(_ due: DueRuleAnswer) async throws -> Outcome {
    guard try await isOver(due) else { return .refused(reason: Effects.anothersName) }
    guard try await stands(due) else { return .done }
    try await confirm(due, note: Effects.anothersName)
    return .done
  }

  /// Time may have changed the answer since it was wanted. The gate of the store decides; this one
  /// knows the same time zones, so that it asks for nothing that would not change there.
  private func stands(_ due: DueRuleAnswer) async throws -> Bool {
    let (gate, now) = (DeployGate(policies, zones: zones), now())
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
    do throws(CodeHostError) {
      try await tell(due, errands)
      return nil
    } catch {
      guard case .refused(404, let reason) = error else { return try Effects.end(error) }
      if try await isOver(due) { return "404 \(reason)" }
      // So GitHub says as well that the App is not installed there, before anything was answered.
      guard try await isSeen(due.sha, in: due.repository, context: due.environment) else {
        throw error
      }
    }
    do throws(CodeHostError) {
      try await tell(due, errands)
      return nil
    } catch { return try Effects.end(error) }
  }

  private func tell(
    _ due: DueRuleAnswer, _ errands: any ErrandHost
  ) async throws(CodeHostError) {
    let answer = DeploymentAnswer(
      run: due.run, environment: due.environment,
      state: due.state.flatMap(DeploymentAnswer.State.init(rawValue:)), comment: due.comment)
    try await errands.answer(answer, in: due.repository)
  }

  /// Why nothing waits any more: the run is gone or over, or was answered. Any other refusal is
  /// about who asks and where, and may be mended while the job waits.
  private static func end(_ error: CodeHostError) throws(CodeHostError) -> String {
    guard case .refused(let status, let reason) = error, [404, 409, 410, 422].contains(status)
    else { throw error }
    return "\(status) \(reason)"
  }

  /// GitHub lets nothing wait longer, and of what is gone nothing waits.
  private func isOver(_ due: DueRuleAnswer) async throws -> Bool {
    let asked = try await store.read { try $0.entry(at: due.request)?.entry.received }
    let age = asked.map { now().seconds(since: $0) } ?? 0
    if age > RuleWatch.longestWait { return true }
    return try await isGone(due.repository)
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
