import HTTPTypes
import Hummingbird
import Ledger
import Webhooks

/// `POST /v1/builds` and its like: one report, one entry. `POST /v1/entries` takes many.
public struct RecordsAPI: Sendable {
  public static let kinds: [(path: String, kind: Kind)] = [
    ("/v1/builds", .buildRecorded), ("/v1/images", .imageRecorded),
    ("/v1/task-definitions", .taskDefinitionRecorded),
    ("/v1/deployments", .deploymentRecorded), ("/v1/scans", .scanRecorded),
    ("/v1/test-results", .testResultsRecorded), ("/v1/rollouts", .rolloutObserved),
    ("/v1/resources", .resourceRecorded), ("/v1/notes", .noteRecorded),
    ("/v1/attestations", .attestationRecorded),
  ]

  /// Bytes. An entry has 65,535 at most; escapes make a body longer.
  private static let maximumBody = 512 << 10

  private let service: ServiceDependencies
  private let intake: ReportIntake
  private let appending: Appending
  private let bodies: RequestBodies
  private let batches: RequestBodies

  init(_ service: ServiceDependencies) {
    self.service = service
    intake = ReportIntake(service)
    appending = Appending(service)
    let deadline = service.settings.deliveries.deadline
    bodies = RequestBodies(
      BodyLimits(one: RecordsAPI.maximumBody, together: 64 << 20, deadline: deadline), hint: nil)
    batches = RequestBodies(
      BodyLimits(one: RecordBatch.maximumBytes, together: 128 << 20, deadline: deadline),
      hint: "Send several batches.")
  }

  var routes: [Route] {
    let single = RecordsAPI.kinds.map { path, kind in
      Route(method: .post, path: path, access: .token(.record)) { request, context in
        try await record(kind, request, context)
      }
    }
    let batch = Route(
      method: .post, path: "/v1/entries", access: .token(.record), handler: recordAll)
    return single + [batch]
  }

  private func record(
    _ kind: Kind, _ request: Request, _ context: LedgerRequestContext
  ) async throws -> Response {
    try request.noParameters()
    let head = try ReportHead(request, context, contentType: "application/json")
    let fields = try await bodies.members(request, context)
    let submission = try await submission(kind, fields, head)
    try await intake.check([submission], head)
    return try await appending.append(submission.naming(head.caller.people))
  }

  private func submission(
    _ kind: Kind, _ fields: [String: JSON], _ head: ReportHead
  ) async throws -> Submission {
    do {
      let (read, finding) = try await intake.attestations.read(fields, kind: kind)
      let isJudged = finding.map { $0.verification != "vouched" } ?? false
      let claimed = try head.caller.claimed(read, kind: kind, isJudged: isJudged)
      var context = try await intake.context(head, line: nil)
      context.finding = finding
      return try Record.submission(kind: kind, body: .object(claimed), context: context)
    } catch let refusal as RecordRefusal { throw Problem.fields(refusal.problems) }
  }

  @Sendable private func recordAll(
    _ request: Request, _ context: LedgerRequestContext
  ) async throws -> Response {
    try request.noParameters()
    let head = try ReportHead(request, context, contentType: "application/x-ndjson")
    guard head.caller.mayBatch else {
      throw Problem(
        .forbidden, "workflow", "An identity token records one thing.",
        hint: "Send one report for each token, or the batch with an API token.")
    }
    let batch = try RecordBatch(try await batches.read(request, context))
    let environments = try await intake.environments()
    let submissions = try await batch.submissions(intake.attestations) { line in
      intake.context(head, line: line, environments)
    }
    try await intake.check(submissions, head)
    return try await appending.append(all: submissions)
  }
}

extension Submission {
  /// Names go into the directory and are in no entry.
  fileprivate func naming(_ people: [Person]) -> Submission {
    Submission(entry: entry, evidence: evidence, people: self.people + people)
  }
}
