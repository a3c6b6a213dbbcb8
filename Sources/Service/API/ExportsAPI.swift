import Hummingbird
import Ledger
import NIOCore
import Reports

/// `POST /v1/exports`: everything about some services and repositories, with proofs, one line each.
struct ExportsAPI: Sendable {
  /// Each looks through the whole log.
  static let maximumAtOnce = 2

  private let service: ServiceDependencies
  private let bodies: RequestBodies
  private let maker: ExportMaker
  private let seats = Seats(count: maximumAtOnce)

  init(_ service: ServiceDependencies) {
    self.service = service
    bodies = RequestBodies(
      BodyLimits(one: 65_536, together: 1 << 20, deadline: service.settings.deliveries.deadline),
      hint: nil)
    maker = ExportMaker(store: service.store, now: service.now)
  }

  @Sendable func create(_ request: Request, _ context: LedgerRequestContext) async throws
    -> Response
  {
    try request.noParameters()
    let wanted = try ExportRequest(try await bodies.members(request, context))
    let caller = try context.caller
    guard caller.mayBatch else {
      throw Problem(
        .forbidden, "caller",
        "An identity token of a workflow records one thing; nothing was made.",
        hint: "Use an API token with the scope record.")
    }
    guard let seat = seats.take() else {
      throw Problem(
        .serviceUnavailable, "busy", "\(ExportsAPI.maximumAtOnce) exports are being made.")
    }
    let file: ExportFile
    do { file = try await make(wanted, caller) } catch {
      seat.leave()
      throw error
    }
    service.announce()
    return Response(
      status: .ok, headers: [.contentType: "application/x-ndjson", .cacheControl: "no-store"],
      body: ResponseBody { [maker] writer in
        defer { seat.leave() }
        try await maker.write(file) { try await writer.write(ByteBuffer(bytes: $0)) }
        try await writer.finish(nil)
      })
  }

  private func make(_ wanted: ExportRequest, _ caller: Caller) async throws -> ExportFile {
    do {
      return try await maker.make(wanted, by: caller.source(identity: nil))
    } catch is ExportMaker.Unsigned {
      throw Problem(
        .conflict, "unsigned", "Nothing was made: \(ExportMaker.Unsigned.sentence).",
        hint: ExportMaker.Unsigned.hint)
    } catch is ExportMaker.TooMuch {
      throw Problem(
        .unprocessableContent, "too_much", "Nothing was made: \(ExportMaker.TooMuch.sentence).",
        hint: ExportMaker.TooMuch.hint)
    } catch let unknown as UnknownRepositories {
      throw Problem(
        .unprocessableContent, "repositories", "Nothing was made: \(unknown.sentence).",
        hint: UnknownRepositories.hint)
    }
  }
}

extension ExportRequest {
  private static let known: Set = ["services", "repositories", "since", "until"]

  fileprivate init(_ members: [String: JSON]) throws {
    var wrong = members.keys.filter { !ExportRequest.known.contains($0) }.sorted()
      .map { "\($0) is unknown" }
    let since = ExportRequest.time(members["since"])
    let until = ExportRequest.time(members["until"])
    for (name, time) in [("since", since), ("until", until)] where time == nil {
      wrong.append("\(name) must be a time as RFC 3339 writes it, or null")
    }
    let services = ExportRequest.texts(members["services"])
    let repositories = ExportRequest.texts(members["repositories"])
    if services == nil { wrong.append("services must be a list of names") }
    if repositories == nil {
      wrong.append("repositories must be names, owner/name, or numeric ids")
    }
    guard wrong.isEmpty, let services, let repositories, let since, let until else {
      throw Problem(.unprocessableContent, "fields", wrong.joined(separator: "; ") + ".")
    }
    self.init(
      services: services, repositories: repositories, since: since, until: until)
  }

  /// A text alone: senders' seconds since 1970 are none of this API's times. The outer `nil` for
  /// what is no time, the inner one for none.
  private static func time(_ json: JSON?) -> Instant?? {
    guard let json, !json.isNull else { return .some(nil) }
    return json.string.flatMap { Instant($0) }.map(Optional.some)
  }

  /// `nil` for what is no list of texts and numbers.
  private static func texts(_ json: JSON?) -> [String]? {
    guard let json, !json.isNull else { return [] }
    guard let elements = json.array else { return nil }
    let texts = elements.map { $0.string ?? $0.int.map(String.init) }
    return texts.contains(nil) ? nil : texts.compactMap(\.self)
  }
}
