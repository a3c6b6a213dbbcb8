import HTTPTypes
import Hummingbird
import Ledger
import Merkle

/// `GET /ledger/entries/{index}`: one entry, which the browser itself finds in the log.
struct EntryPage: Sendable {
  private let service: ServiceDependencies

  init(_ service: ServiceDependencies) { self.service = service }

  @Sendable func show(_ request: Request, _ context: LedgerRequestContext) async throws -> Response
  {
    let parameters = try request.parameters(allowed: ["seen", "key"])
    let known = EntryPageModel.Known(
      size: try parameters.integer("seen", in: 0...Int64.max), vkey: try parameters.one("key"))
    let index = try context.integer("index")
    let model = try await service.store.read {
      try EntryPageModel(index, to: known, reading: $0)
    }
    guard let model else {
      throw Problem(.notFound, "not_found", "There is no entry \(index).")
    }
    return EntryPage.page(EntryPageTemplate.page.render(model.values), status: .ok)
  }

  /// `GET /ledger/verify.js`
  @Sendable func script(
    _ request: Request, _ context: LedgerRequestContext
  ) async throws -> Response {
    try request.noParameters()
    return Response(
      status: .ok,
      headers: [
        .contentType: "text/javascript; charset=utf-8", .cacheControl: "no-cache",
        .xContentTypeOptions: "nosniff",
      ], body: .init(byteBuffer: .init(string: EntryPageScript.source)))
  }

  /// For a browser that has no token yet: a person can give it one, which a problem document cannot.
  @Sendable static func locked(_ problem: Problem) -> Response {
    var page = page(
      EntryPageTemplate.locked.render(["reason": problem.detail]), status: problem.status)
    // RFC 9110, 15.5.2: a 401 says how to be let in.
    page.headers[.wwwAuthenticate] = "Bearer"
    return page
  }

  private static func page(_ html: String, status: HTTPResponse.Status) -> Response {
    Response(
      status: status,
      headers: [
        .contentType: "text/html; charset=utf-8", .cacheControl: "no-store", .vary: "Accept",
        .contentSecurityPolicy: """
        default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; \
        base-uri 'none'; form-action 'none'; frame-ancestors 'none'
        """,
        .xContentTypeOptions: "nosniff",
      ], body: .init(byteBuffer: .init(string: html)))
  }
}

/// What the template shows, and what the script checks: everything about one state of the log.
struct EntryPageModel {
  /// What the reader believes already.
  struct Known {
    /// Of the tree that was seen last.
    let size: Int64?
    /// One that is none of the log's leads to nothing, as the page then says.
    let vkey: String?
  }

  let values: [String: String]

  /// - Returns: `nil` when there is no such entry.
  init?(_ index: Int64, to known: Known, reading tables: any LedgerReader) throws {
    guard let stored = try tables.entry(at: index) else { return nil }
    values = EntryPageModel.members(of: stored).merging(
      try EntryPageModel.proof(of: index, known, tables)
    ) { $1 }
  }

  private static func members(of stored: Stored) -> [String: String] {
    let entry = stored.json
    let absent = "–"
    return [
      "index": String(stored.index), "kind": stored.entry.kind.name, "leaf": stored.leaf.hex,
      "at": stored.entry.at?.description ?? absent,
      "received": stored.entry.received.description,
      "source": entry["source"]?.canonicalString ?? absent,
      "evidence": stored.entry.evidence == nil
        ? absent : entry["evidence"]?.canonicalString ?? absent,
      "data": stored.entry.data.indented, "bytes": Base64.encoded(stored.entry.bytes),
    ]
  }

  private static func proof(
    of index: Int64, _ known: Known, _ tables: any LedgerReader
  ) throws -> [String: String] {
    var values: [String: String] = [:]
    if index > 0 { values["previous"] = String(index - 1) }
    let keys = try tables.logKeys()
    guard let head = try tables.checkpoint(), index < head.size, let key = keys.last else {
      values["unsigned"] = "The log is not signed: there is nothing to check this entry against"
      return values
    }
    if index + 1 < head.size { values["next"] = String(index + 1) }
    let path = try tables.inclusionProof(of: index, in: head.size)
    let seen = known.size.flatMap { (1..<head.size).contains($0) ? $0 : nil }
    let consistency = try tables.consistencyProof(from: seen ?? 0, to: head.size)
    let rotations = try keys.drop(through: known.vkey).compactMap {
      try rotation(to: $0, head, tables)
    }
    return values.merging([
      "size": String(head.size), "note": head.note, "vkey": key.verifier.vkey,
      "hashes": list(path), "consistency": list(consistency),
      "rotations": JSON.array(rotations).canonicalString,
    ]) { $1 }
  }

  /// The entry that names a key, in the first head that covers it: the key before signed that, too,
  /// and it is kept for good.
  private static func rotation(
    to key: LogKey, _ head: StoredCheckpoint, _ tables: any LedgerReader
  ) throws -> JSON? {
    guard let stored = try tables.entry(at: key.entry),
      let first = try tables.checkpoints(from: key.entry + 1, limit: 1).first
    else { return nil }
    let path = try tables.inclusionProof(of: key.entry, in: first.size)
    let consistency = try tables.consistencyProof(from: first.size, to: head.size)
    return [
      "index": .int(key.entry), "bytes": .string(Base64.encoded(stored.entry.bytes)),
      "note": .string(first.note), "hashes": .string(list(path)),
      "consistency": .string(list(consistency)),
    ]
  }

  private static func list(_ hashes: [Hash]) -> String {
    hashes.map { Base64.encoded($0.bytes) }.joined(separator: " ")
  }
}

extension [LogKey] {
  /// Those that came after this one; none when it is not among them.
  fileprivate func drop(through vkey: String?) -> ArraySlice<LogKey> {
    guard let place = lastIndex(where: { $0.verifier.vkey == vkey }) else { return [] }
    return self[(place + 1)...]
  }
}

extension JSON {
  /// For people, a member a line.
  fileprivate var indented: String { indented("") }

  private func indented(_ margin: String) -> String {
    let inner = margin + "  "
    switch self {
    case .object(let members) where !members.isEmpty:
      let lines = members.sorted { $0.key < $1.key }.map {
        "\(inner)\(JSON.string($0.key).canonicalString): \($0.value.indented(inner))"
      }
      return "{\n\(lines.joined(separator: ",\n"))\n\(margin)}"
    case .array(let elements) where !elements.isEmpty:
      let lines = elements.map { inner + $0.indented(inner) }
      return "[\n\(lines.joined(separator: ",\n"))\n\(margin)]"
    default: return canonicalString
    }
  }
}
