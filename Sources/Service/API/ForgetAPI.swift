import Hummingbird
import Ledger

/// `POST /v1/people/forget`: erases a person's name and the bodies that name this person.
struct ForgetAPI: Sendable {
  private static let known: Set = ["person", "reason", "dry_run"]

  private let service: ServiceDependencies
  private let bodies: RequestBodies

  init(_ service: ServiceDependencies) {
    self.service = service
    bodies = RequestBodies(
      BodyLimits(
        one: 4_096, together: 1 << 20, deadline: service.settings.deliveries.deadline), hint: nil)
  }

  @Sendable func forget(_ request: Request, _ context: LedgerRequestContext) async throws
    -> Response
  {
    try request.noParameters()
    let wanted = try ForgetAPI.wanted(try await bodies.members(request, context))
    do {
      let answer = try await ForgetDesk(service.store).forget(
        wanted.person, reason: wanted.reason, isDryRun: wanted.isDryRun,
        source: try context.caller.source(identity: nil), now: service.now)
      if !wanted.isDryRun { service.announce() }
      return .json(answer)
    } catch let refusal as ForgetRefusal { throw ForgetAPI.problem(refusal) }
  }

  private static func problem(_ refusal: ForgetRefusal) -> Problem {
    let sentence = "Nothing was erased: \(refusal.sentence)."
    switch refusal {
    case .unknown: return Problem(.notFound, "nothing", sentence, hint: ForgetDesk.hint)
    case .ambiguous(_, let candidates):
      var problem = Problem(.conflict, "ambiguous", sentence)
      problem.candidates = candidates
      return problem
    case .reason: return Problem(.unprocessableContent, "reason", sentence)
    }
  }

  private typealias Wanted = (person: String, reason: String?, isDryRun: Bool)

  private static func wanted(_ members: [String: JSON]) throws -> Wanted {
    let person = members["person"]?.string ?? members["person"]?.int.map(String.init)
    var wrong = members.keys.filter { !known.contains($0) }.sorted().map { "\($0) is unknown" }
    if person?.isEmpty != false { wrong.append("person must be a login or a numeric id") }
    let isReason = members["reason"].map { $0.isNull || $0.string != nil } ?? true
    if !isReason { wrong.append("reason must be a text") }
    let isDryRun = members["dry_run"].map(\.bool) ?? .some(false)
    if isDryRun == nil { wrong.append("dry_run must be true or false") }
    guard wrong.isEmpty, let person, let isDryRun else {
      throw Problem(.unprocessableContent, "fields", wrong.joined(separator: "; ") + ".")
    }
    return (person, members["reason"]?.string, isDryRun)
  }
}

/// Forgets somebody, the same by a server and in a file.
public struct ForgetDesk: Sendable {
  public static let hint = "Give the numeric id: a name that is not kept any more finds nobody."

  private let forgetting: Forgetting

  public init(_ store: any LedgerStore) { forgetting = Forgetting(store) }

  /// - Returns: what was found and, unless it is a dry run, erased.
  /// - Throws: `ForgetRefusal`.
  public func forget(
    _ person: String, reason: String?, isDryRun: Bool, source: Source,
    now: @Sendable () -> Instant
  ) async throws -> JSON {
    let found = try await forgetting.find(person)
    if let reason { try Forgetting.check(reason, found) }
    let entries =
      isDryRun
      ? [] : try await forgetting.forget(found, reason: reason, source: source, now: now())
    return ForgetDesk.json(found, isDryRun, entries)
  }

  private static func json(_ found: Remembered, _ isDryRun: Bool, _ entries: [Int64]) -> JSON {
    [
      "schema": "ledger.forget/1", "person": .int(found.id),
      "names": .array(found.logins.map(JSON.string)), "had_name": .bool(found.hasName),
      "bodies": .int(Int64(found.bodies.count)), "bytes": .int(found.bytes),
      "searched": .int(Int64(found.searched)), "dry_run": .bool(isDryRun),
      "entries": .array(entries.map(JSON.int)),
    ]
  }
}
