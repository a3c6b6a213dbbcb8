import Hummingbird
import Ledger
import Reports

/// `GET /v1/NAME?…`: one of the questions that `Questions.all` lists.
struct QuestionsAPI: Sendable {
  private let service: ServiceDependencies
  private let name: String
  /// Of a question that reads most of the log, so that not many are held in memory at once.
  private let seats: Seats?

  init(_ service: ServiceDependencies, _ name: String, seats: Seats? = nil) {
    self.service = service
    self.name = name
    self.seats = seats
  }

  @Sendable func answer(
    _ request: Request, _ context: LedgerRequestContext
  ) async throws -> Response {
    let (name, values, now) = (name, request.pairs, service.now())
    let seat = seats?.take()
    defer { seat?.leave() }
    guard seats == nil || seat != nil else {
      throw Problem(
        .serviceUnavailable, "busy", "This is being answered for others.",
        hint: "It reads most of the log: ask again in a moment.")
    }
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
