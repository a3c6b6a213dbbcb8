import Hummingbird
import Ledger
import Reports

/// `GET /v1/NAME?…`: one of the questions that `Questions.all` lists.
struct QuestionsAPI: Sendable {
  private let service: ServiceDependencies
  private let name: String

  init(_ service: ServiceDependencies, _ name: String) {
    self.service = service
    self.name = name
  }

  @Sendable func answer(
    _ request: Request, _ context: LedgerRequestContext
  ) async throws -> Response {
    let (name, values, now) = (name, request.pairs, service.now())
    let answer = try await service.store.read {
      try Questions.answer(name, values, reading: $0, now: now)
    }
    return .json(name == DoctorQuestion.name ? await examined(answer) : answer)
  }

  /// What the workers could not do stands in no log.
  private func examined(_ answer: JSON) async -> JSON {
    let outside = await OutsideState(service: service).checks
    let checks = [await service.reconciler?.state.check].compactMap(\.self) + outside
    guard !checks.isEmpty, var members = answer.object else { return answer }
    members["checks"] = .array((answer["checks"]?.array ?? []) + checks)
    return .object(members)
  }
}
