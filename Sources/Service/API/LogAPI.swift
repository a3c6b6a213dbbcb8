import Hummingbird
import Ledger
import Merkle
import Reports

/// The log as C2SP's tlog-tiles publishes it, and what else its verifiers need.
struct LogAPI: Sendable {
  private let service: ServiceDependencies

  init(_ service: ServiceDependencies) { self.service = service }

  /// `GET /checkpoint`
  @Sendable func checkpoint(
    _ request: Request, _ context: LedgerRequestContext
  ) async throws -> Response {
    let wanted = try request.parameters(allowed: ["cosigned"]).one("cosigned")
    guard [nil, "0", "1"].contains(wanted) else {
      throw Problem.invalid("cosigned", "must be 0 or 1")
    }
    let note = try await wanted == "1" ? cosigned() : newest()
    let tag = EntityTag(Hash.sha256(note.utf8).hex.prefix(32))
    var response =
      tag.isKnown(to: request.headers) ? Response(status: .notModified) : .text(note)
    response.headers[.cacheControl] = "no-cache"
    response.headers[.eTag] = tag.text
    return response
  }

  private func newest() async throws -> String {
    guard let checkpoint = try await service.store.read({ try $0.checkpoint() }) else {
      throw Problem(.notFound, "unsigned", "The log is not signed: it has no key.")
    }
    return checkpoint.note
  }

  private func cosigned() async throws -> String {
    guard let note = try await service.store.read({ try $0.cosignedCheckpoint() }) else {
      throw Problem(.notFound, "not_cosigned", "No head has the quorum of its witnesses.")
    }
    return note.description
  }

  /// `GET /v1/log`
  @Sendable func show(
    _ request: Request, _ context: LedgerRequestContext
  ) async throws -> Response {
    try request.noParameters()
    return .json(try await service.store.read { try LogReport(reading: $0) }.json)
  }
}
