import HTTPTypes
import Hummingbird
import Ledger
import Merkle
import Reports

/// `GET /v1/evidence/{sha256}`: a raw body as it was received. It holds names, so that only an
/// administrator may have it.
struct EvidenceAPI: Sendable {
  private let service: ServiceDependencies

  init(_ service: ServiceDependencies) { self.service = service }

  @Sendable func show(_ request: Request, _ context: LedgerRequestContext) async throws -> Response
  {
    try request.noParameters()
    let reference = context.parameters.get("sha256") ?? ""
    let (hash, body): (Hash, [UInt8])
    do {
      (hash, body) = try await service.store.read {
        try EvidenceFinder(reference, reading: $0).body
      }
    } catch let damage as BodyDamage {
      throw Problem(
        .internalServerError, "integrity", "The stored bytes are not what was received: \(damage).",
        hint: "ledger verify --db FILE says what else is wrong.")
    }
    var headers: HTTPFields = [.contentType: "application/octet-stream", .cacheControl: "no-store"]
    headers[.eTag] = "\"\(hash.hex)\""
    return Response(status: .ok, headers: headers, body: .init(byteBuffer: .init(bytes: body)))
  }

  @Sendable func totals(_ request: Request, _ context: LedgerRequestContext) async throws
    -> Response
  {
    try request.noParameters()
    let (retention, now) = (service.retention.current, service.now())
    let totals = try await service.store.read {
      try $0.bodyTotals(receivedBefore: retention?.limit(now))
    }
    return .json(totals.json(keep: retention?.text, asOf: now.wholeSecond))
  }
}

/// A body by the beginning of its hash.
public struct EvidenceFinder: Sendable {
  public static let minimumDigits = 6

  public let body: (Hash, [UInt8])

  /// - Parameter reference: hexadecimal digits of its SHA-256, 6 or more, with or without `sha256:`.
  /// - Throws: `BadQuestion`, `BodyDamage`.
  public init(_ reference: String, reading tables: any LedgerReader) throws {
    let digits = reference.hasPrefix("sha256:") ? String(reference.dropFirst(7)) : reference
    guard (EvidenceFinder.minimumDigits...64).contains(digits.utf8.count),
      digits.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      digits == digits.lowercased()
    else {
      throw BadQuestion.parameter("sha256", "must be 6 to 64 lower-case hexadecimal digits")
    }
    let hashes = try tables.bodyHashes(prefix: digits, limit: 20)
    guard let hash = hashes.first else { throw BadQuestion.nothing("there is no body \(digits)") }
    guard hashes.count == 1 else {
      throw BadQuestion.ambiguous(digits, candidates: hashes.map { "sha256:\($0.hex)" })
    }
    try self.init(hash, reading: tables)
  }

  public init(_ hash: Hash, reading tables: any LedgerReader) throws {
    guard let body = try tables.checkedEvidence(hash) else {
      throw BadQuestion.nothing(EvidenceFinder.absence(try tables.removal(of: hash), hash))
    }
    self.body = (hash, body)
  }

  private static func absence(_ removal: RemovalRow?, _ hash: Hash) -> String {
    guard let removal else { return "the body \(hash) is missing" }
    let why = removal.reason == Removal.Reason.forgotten.rawValue ? "for a person" : "by policy"
    return "the body \(hash) was deleted \(why), entry \(removal.entry)"
  }
}

extension BodyTotals {
  /// As `ledger evidence stats` shows it.
  public func json(keep: String?, asOf: Instant) -> JSON {
    [
      "schema": "ledger.evidence/1", "as_of": .optional(asOf), "bodies": .int(count),
      "bytes": .int(size), "stored_bytes": .int(stored), "oldest": .optional(oldest),
      "keep": .optional(keep), "due": .int(dueCount), "due_bytes": .int(dueSize),
      "pruned": .int(pruned), "erased": .int(erased),
    ]
  }
}
