import Gates
import Hummingbird
import Ledger
import Reports

/// `POST /v1/policies/simulate`: what another policy would have said. It changes nothing.
struct SimulationAPI: Sendable {
  /// How many pull requests one read looks at: a long one would hold up the checkpoint.
  private static let batch = 200
  private let service: ServiceDependencies
  private let bodies: RequestBodies

  init(_ service: ServiceDependencies) {
    self.service = service
    bodies = RequestBodies(
      BodyLimits(
        one: 1 << 20, together: 8 << 20, deadline: service.settings.deliveries.deadline), hint: nil)
  }

  @Sendable func run(_ request: Request, _ context: LedgerRequestContext) async throws -> Response {
    try request.noParameters()
    let members = try await bodies.members(request, context)
    let now = service.now()
    let wanted = try WantedSimulation(members, now: now)
    let simulation = try await simulate(wanted, now)
    return .json(
      try await service.store.read { tables in
        try Envelope(schema: Simulation.schema, asOf: now.wholeSecond, reading: tables)
          .json(simulation.members(try tables.repositoryNames()))
      })
  }

  private func simulate(_ wanted: WantedSimulation, _ now: Instant) async throws -> Simulation {
    let pulls = try await service.store.read {
      try Simulation.pulls(since: wanted.since, until: now, reading: $0)
    }
    var simulation = Simulation(policy: wanted.policy, since: wanted.since)
    for start in stride(from: 0, to: pulls.count, by: SimulationAPI.batch) {
      let batch = pulls[start..<min(pulls.count, start + SimulationAPI.batch)]
      simulation = try await service.store.read { [simulation] tables in
        var next = simulation
        try next.add(batch, reading: tables)
        return next
      }
    }
    return simulation
  }
}

/// The body of `POST /v1/policies/simulate`.
private struct WantedSimulation: Sendable {
  let policy: Policy
  let since: Instant

  init(_ members: [String: JSON], now: Instant) throws {
    guard let policy = members["policy"] else {
      throw Problem(.badRequest, "body", "The body must have a policy.")
    }
    if let unknown = members.keys.filter({ !["policy", "since"].contains($0) }).min() {
      throw Problem(.unprocessableContent, "fields", "\(unknown) is unknown.")
    }
    let text = members["since"] == nil ? "90d" : members["since"]?.string
    guard let since = text.flatMap(TimeExpression.init) else {
      throw Problem(.unprocessableContent, "fields", "since must be a time such as 90d.")
    }
    do { self.policy = try LedgerFile(ConfigNode(policy), confirmation: .webhooks).policy } catch {
      let reasons = error.all.map { "\($0.path) \($0.reason)" }.joined(separator: "; ")
      throw Problem(.unprocessableContent, "policy", "The policy is not valid: \(reasons).")
    }
    self.since = since.instant(now: now).wholeSecond
  }
}
