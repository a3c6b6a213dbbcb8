import Gates
import Hummingbird
import Ledger
import Reports

/// `/v1/gates/overrides`: lets pass what a gate does not, lists that, and takes it back.
struct OverridesAPI: Sendable {
  private let service: ServiceDependencies
  private let bodies: RequestBodies

  init(_ service: ServiceDependencies) {
    self.service = service
    bodies = RequestBodies(
      BodyLimits(one: 8_192, together: 1 << 20, deadline: service.settings.deliveries.deadline),
      hint: nil)
  }

  @Sendable func create(_ request: Request, _ context: LedgerRequestContext) async throws
    -> Response
  {
    try request.noParameters()
    let wanted = try OverrideBody(try await bodies.members(request, context)).request
    let caller = try context.caller
    let entry = try await entry(wanted, caller)
    if let refusal = caller.refusal(toReportAbout: entry.data["repository_id"]?.int) {
      throw Problem(.forbidden, "repository", refusal)
    }
    let receipts = try await service.store.append([Submission(entry: entry)])
    service.announce()
    guard let index = receipts.first?.index else { throw StoreError.failed("no receipt") }
    return .json(try await item(index), status: .created)
  }

  private func entry(_ wanted: OverrideRequest, _ caller: Caller) async throws -> Entry {
    let (now, source) = (service.now(), caller.source(identity: nil))
    do {
      return try await service.store.read {
        try wanted.entry(reading: $0, by: caller.name, source: source, now: now)
      }
    } catch let refusal as OverrideRefusal { throw Problem(refusal) }
  }

  @Sendable func list(_ request: Request, _ context: LedgerRequestContext) async throws -> Response
  {
    try request.noParameters()
    let now = service.now().wholeSecond
    return .json(try await service.store.read { try OverrideList(reading: $0, asOf: now).json })
  }

  /// One that ended before stays as it is, and nothing is added.
  @Sendable func revoke(_ request: Request, _ context: LedgerRequestContext) async throws
    -> Response
  {
    try request.noParameters()
    let index = try context.integer("entry")
    guard let row = try await service.store.read({ try $0.override(index) }) else {
      throw Problem(
        .notFound, "not_found", "Entry \(index) is no override.",
        hint: "GET /v1/gates/overrides lists them.")
    }
    let caller = try context.caller
    if let refusal = caller.refusal(toReportAbout: row.repository) {
      throw Problem(.forbidden, "repository", refusal)
    }
    if row.end == nil {
      let entry = try OverrideEnd.revoked.entry(
        of: row, source: caller.source(identity: nil), now: service.now())
      _ = try await service.store.append([Submission(entry: entry)])
      service.announce()
    }
    return .json(try await item(index))
  }

  private func item(_ index: Int64) async throws -> JSON {
    let now = service.now().wholeSecond
    return try await service.store.read { try OverrideList.item(index, reading: $0, asOf: now) }
      ?? .null
  }
}

extension OverrideRow {
  fileprivate var repository: Int64? {
    if case .merge(let repository, _, _, _) = target { repository } else { nil }
  }
}

extension Caller {
  /// Under which name it stands in the log.
  fileprivate var name: String {
    switch kind {
    case .token(let token): token.name
    case .workflow(let run): run.workflowRef
    }
  }
}

extension Problem {
  fileprivate init(_ refusal: OverrideRefusal) {
    let (status, code): (HTTPResponse.Status, String) =
      switch refusal {
      case .invalid: (.unprocessableContent, "fields")
      case .unknown: (.notFound, "not_found")
      case .conflict: (.conflict, "conflict")
      }
    self.init(status, code, "Nothing was overridden: \(refusal.sentence).")
  }
}

/// The body of `POST /v1/gates/overrides`.
private struct OverrideBody {
  private static let known: Set = ["decision", "pull", "reason", "expires_in"]
  let request: OverrideRequest

  init(_ members: [String: JSON]) throws {
    if let unknown = members.keys.filter({ !OverrideBody.known.contains($0) }).min() {
      throw OverrideBody.wrong("\(unknown) is unknown")
    }
    guard let reason = members["reason"]?.string else {
      throw OverrideBody.wrong("reason is missing")
    }
    let seconds = members["expires_in"]
    guard let seconds = seconds == nil ? OverrideRequest.usualSeconds : seconds?.int else {
      throw OverrideBody.wrong("expires_in must be a number of seconds")
    }
    do {
      request = try OverrideRequest(
        reference: try OverrideBody.reference(members), reason: reason, seconds: seconds)
    } catch let refusal as OverrideRefusal { throw Problem(refusal) }
  }

  private static func reference(
    _ members: [String: JSON]
  ) throws -> OverrideRequest.Reference {
    switch (members["decision"], members["pull"]) {
    case (let decision?, nil):
      if let index = decision.int ?? decision.string.flatMap({ Int64($0) }), index >= 0 {
        return .decision(index)
      }
      throw wrong("decision must be the place of an entry")
    case (nil, .string(let text)?):
      guard let reference = OverrideRequest.Reference(pull: text) else {
        throw wrong("pull must be OWNER/REPO#N")
      }
      return reference
    default: throw wrong("either decision or pull must be there")
    }
  }

  private static func wrong(_ sentence: String) -> Problem {
    Problem(.unprocessableContent, "fields", "Nothing was overridden: \(sentence).")
  }
}
