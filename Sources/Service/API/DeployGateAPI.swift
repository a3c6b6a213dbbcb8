import Gates
import Hummingbird
import Ledger
import Reports
import Webhooks

/// `POST /v1/gates/deploy` asks; `GET /v1/gates/deploy/{decision}` shows what was answered. Trouble
/// of the ledger's own is a no, never an error that a pipeline might take for a yes.
struct DeployGateAPI: Sendable {
  /// Whoever asks wants to know within five.
  private static let deadline = Duration.milliseconds(4_000)

  private let service: ServiceDependencies
  private let desk: DeployDesk
  private let bodies: RequestBodies

  init(_ service: ServiceDependencies) {
    self.service = service
    desk = DeployDesk(
      store: service.store, policies: service.policies, zones: service.zones, now: service.now)
    bodies = RequestBodies(
      BodyLimits(
        one: 16 << 10, together: 4 << 20, deadline: service.settings.deliveries.deadline))
  }

  @Sendable func ask(_ request: Request, _ context: LedgerRequestContext) async throws -> Response {
    try request.noParameters()
    let head = try ReportHead(request, context, contentType: "application/json")
    let fields = try await bodies.members(request, context)
    let asked: [String: JSON]
    do {
      asked = try DeployAskForm.members(
        fields,
        context: RecordContext(received: service.now(), source: head.caller.source(identity: nil)))
    } catch { throw Problem.fields(error.problems) }
    return try await answer(asked, head)
  }

  /// In time, or no.
  private func answer(_ asked: [String: JSON], _ head: ReportHead) async throws -> Response {
    let first = await InTime.first(before: .now + Self.deadline) {
      await outcome(asked, head)
    } otherwise: { missed in
      .success(refusing(missed == .late ? "it took too long" : "it was interrupted", asked))
    }
    return try first.get()
  }

  private func outcome(
    _ asked: [String: JSON], _ head: ReportHead
  ) async -> Result<Response, Problem> {
    do { return .success(try await decide(asked, head)) } catch let problem as Problem {
      return .failure(problem)
    } catch let replayed as DeployDesk.Replayed {
      return .failure(Problem(replayed, by: head.caller))
    } catch StoreError.contradiction(let earlier) {
      return .failure(
        Problem(
          .conflict, "contradiction",
          "This key was used before for something else, which is entry \(earlier)."))
    } catch { return .success(refusing("it cannot be read or written now", asked)) }
  }

  private func refusing(_ reason: String, _ asked: [String: JSON]) -> Response {
    .json(desk.unanswered(reason, asked).json)
  }

  private func decide(_ fields: [String: JSON], _ head: ReportHead) async throws -> Response {
    let caller = head.caller
    if fields["rollback"]?.bool == true, caller.scope < .admin {
      throw Problem(.forbidden, "scope", "A rollback takes a token with the scope admin.")
    }
    let claims = try await service.store.read { try DeployClaims(fields, caller, $0) }
    let report = try await desk.answer(
      claims.asked, source: caller.source(requestKey: head.key), people: caller.people,
      isDry: fields["dry_run"]?.bool == true)
    service.announce()
    guard let refusal = claims.refusal else { return .json(try await completed(report).json) }
    throw Problem(
      .forbidden, "claims", "\(refusal).",
      hint: report.decision.map { "The attempt is recorded as entry \($0)." })
  }

  @Sendable func show(_ request: Request, _ context: LedgerRequestContext) async throws -> Response
  {
    try request.noParameters()
    let index = try context.integer("decision")
    let stored = try await service.store.read { try $0.entry(at: index) }
    guard let report = stored.flatMap(DeployReport.init) else {
      throw Problem(.notFound, "not_found", "Entry \(index) is no decision of the deploy gate.")
    }
    return .json(try await completed(report).json)
  }

  private func completed(_ report: DeployReport) async throws -> DeployReport {
    let now = service.now()
    return try await service.store.read { try report.completed(reading: $0, asOf: now) }
  }
}

extension Problem {
  /// No earlier answer is given: an allow that does not hold any more would be taken for one.
  fileprivate init(_ replayed: DeployDesk.Replayed, by caller: Caller) {
    switch caller.kind {
    case .workflow:
      self.init(
        .unauthorized, "replayed", "This identity token was used before.",
        hint: "Ask GitHub for a new token for each question.")
    case .token:
      self.init(
        .conflict, "answered",
        "This key asked the same before, in entry \(replayed.ask), and the answer has changed since.",
        hint: "Use a new Idempotency-Key for each question.")
    }
  }
}

/// What is asked, with what the caller may ask and what their token says.
private struct DeployClaims: Sendable {
  /// The members of `gate.deploy_asked.v1`.
  var asked: [String: JSON]
  /// Why this caller may not ask this.
  let refusal: String?

  init(_ fields: [String: JSON], _ caller: Caller, _ tables: any LedgerReader) throws {
    var asked = fields
    asked["dry_run"] = nil
    asked["ask"] = "api"
    asked["request"] = .null
    if let name = fields["repository"]?.string {
      guard let id = try tables.repository(named: name)?.id else {
        throw Problem.fields([FieldProblem(path: "repository", reason: "is not known: \(name)")])
      }
      guard fields["repository_id"]?.int.map({ $0 == id }) ?? true else {
        throw Problem.fields([FieldProblem(path: "repository", reason: "is not repository_id")])
      }
      asked["repository_id"] = .int(id)
    }
    asked["repository"] = nil
    refusal = try DeployClaims.refusal(asked, caller, tables)
    asked["refusal"] = .optional(refusal)
    self.asked = asked
  }

  private static func refusal(
    _ asked: [String: JSON], _ caller: Caller, _ tables: any LedgerReader
  ) throws -> String? {
    if let bound = caller.repositories {
      if let repository = asked["repository_id"]?.int, !bound.contains(repository) {
        return "this bearer may not ask about the repository \(repository)"
      }
      let owners = try ServiceOwners(tables).owners[asked["service"]?.string ?? ""]
      if let owners, owners.isDisjoint(with: bound) {
        return "the service belongs to other repositories than those of this bearer"
      }
    }
    guard case .workflow(let run) = caller.kind else { return nil }
    return try refusal(asked, run, tables.catalog())
  }

  private static func refusal(
    _ asked: [String: JSON], _ run: WorkflowIdentity, _ catalog: Catalog
  ) -> String? {
    let environment = asked["environment"]?.string ?? ""
    guard let claimed = run.environment else {
      return "the job names no environment, so its token does not say that it is \(environment)"
    }
    guard catalog.canonical(claimed) == catalog.canonical(environment) else {
      return "the environment of the job's token is not \(environment)"
    }
    guard let commit = asked["commit"]?.string, commit != run.sha else { return nil }
    return "the commit of the job's token is not \(commit)"
  }
}
