import HTTPTypes
import Hummingbird
import Ledger
import Reports
import Webhooks

/// `POST /v1/resource-snapshots` and `POST /v1/teardown-reports`: one request that makes several
/// entries, or one with its body beside it.
public struct SnapshotsAPI: Sendable {
  public static let kinds: [(path: String, kind: Kind)] = [
    ("/v1/resource-snapshots", .resourceSnapshot), ("/v1/teardown-reports", .teardownReported),
  ]
  /// Bytes: 50,000 resources, or a report about as many.
  static let maximumBody = 48 << 20
  /// JSON values: each of 50,000 resources may have thirty, with its tags. At worst they take
  /// 400 MiB for as long as they are read.
  static let maximumValues = 1_500_000
  /// Bytes. Of larger bodies, and of those with more values, one is read at a time, or a few of them
  /// would fill the memory.
  private static let small = 4 << 20
  /// JSON values: they take less than 30 MiB.
  static let few = 100_000

  private let service: ServiceDependencies
  private let intake: ReportIntake
  private let appending: Appending
  private let bodies: RequestBodies
  let seats = Seats(count: 1)

  init(_ service: ServiceDependencies) {
    self.service = service
    intake = ReportIntake(service)
    appending = Appending(service)
    bodies = RequestBodies(
      BodyLimits(
        one: SnapshotsAPI.maximumBody, together: 128 << 20,
        deadline: service.settings.deliveries.deadline, values: SnapshotsAPI.maximumValues),
      hint: nil)
  }

  var routes: [Route] {
    let shown = Route(
      method: .get, path: "/v1/teardown-reports/{index}", access: .token(.read), handler: show)
    return SnapshotsAPI.kinds.map { path, kind in
      Route(method: .post, path: path, access: .token(.record)) { request, context in
        try await record(kind, request, context)
      }
    } + [shown]
  }

  /// The report as it was recorded.
  @Sendable private func show(
    _ request: Request, _ context: LedgerRequestContext
  ) async throws -> Response {
    try request.noParameters()
    let index = try context.integer("index")
    let body = try await service.store.read { tables in
      try RecordedReport.body(of: index, reading: tables)
    }
    return Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: .init(bytes: body)))
  }

  private func record(
    _ kind: Kind, _ request: Request, _ context: LedgerRequestContext
  ) async throws -> Response {
    try request.noParameters()
    let head = try ReportHead(request, context, contentType: "application/json")
    let body = try await bodies.read(request, context)
    let (fields, seat) = try members(of: body)
    defer { seat?.leave() }
    let claimed = try head.caller.claimed(fields, kind: kind)
    let submissions = try await submissions(kind, claimed, head)
    try await intake.checkRepository(of: Array(submissions.prefix(1)), head)
    return try await appending.append(all: submissions)
  }

  /// With the seat that it needs: few bytes may be many values.
  func members(of body: [UInt8]) throws -> (fields: [String: JSON], seat: Seats.Seat?) {
    if body.count <= SnapshotsAPI.small,
      let fields = try bodies.members(of: body, atMost: SnapshotsAPI.few)
    {
      return (fields, nil)
    }
    guard let seat = seats.take() else {
      throw Problem(
        .serviceUnavailable, "busy", "Another large list is being read.",
        hint: "Nothing was stored; send it again in a moment.")
    }
    return (try bodies.members(of: body), seat)
  }

  private func submissions(
    _ kind: Kind, _ fields: [String: JSON], _ head: ReportHead
  ) async throws -> [Submission] {
    let context = try await intake.context(head, line: nil)
    do {
      guard kind == .resourceSnapshot else {
        return [try TeardownRecord.submission(.object(fields), context: context)]
      }
      let submissions = try ResourceSnapshot.submissions(.object(fields), context: context)
      let problem = try await service.store.read { tables in
        try SnapshotCheck(submissions)?.problem(tables)
      }
      if let problem { throw RecordRefusal([problem]) }
      return submissions
    } catch let refusal as RecordRefusal { throw Problem.fields(refusal.problems) }
  }
}

/// A report about a teardown, by its entry.
public enum RecordedReport {
  /// - Throws: `BadQuestion`, `BodyDamage`.
  public static func body(of index: Int64, reading tables: any LedgerReader) throws -> [UInt8] {
    guard let entry = try tables.entry(at: index)?.entry, entry.kind == .teardownReported,
      let hash = entry.evidence?.hash
    else { throw BadQuestion.nothing("entry \(index) is no teardown report") }
    return try EvidenceFinder(hash, reading: tables).body.1
  }
}
