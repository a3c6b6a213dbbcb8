import HTTPTypes
import Hummingbird
import Ledger
import Merkle
import NIOCore

/// `GET /tile/{level}/{tile}` and `GET /tile/entries/{tile}`: the log as C2SP's tlog-tiles publishes
/// it, as far as it was signed. What was there once never changes: it may be kept.
struct TilesAPI: Sendable {
  private static let prefix = "/tile/"
  private let service: ServiceDependencies

  init(_ service: ServiceDependencies) { self.service = service }

  @Sendable func show(
    _ request: Request, _ context: LedgerRequestContext
  ) async throws -> Response {
    try request.noParameters()
    guard let tile = Tile(path: request.uri.path.dropFirst(TilesAPI.prefix.count)),
      let bytes = try await service.store.read({ try $0.bytes(of: tile) })
    else {
      throw Problem(.notFound, "not_found", "There is no such tile, or not yet.")
    }
    return Response(
      status: .ok,
      headers: [
        .contentType: "application/octet-stream",
        .cacheControl: "\(audience(of: tile)), max-age=31536000, immutable",
      ], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// With `public` a shared cache would keep what was asked for with a token, and give it to those
  /// who have none (RFC 9111, 3.5).
  private func audience(of tile: Tile) -> String {
    tile.content == .entries && !service.settings.logIsPublic ? "private" : "public"
  }
}

extension LedgerReader {
  /// `nil` while the tree that was signed last has not all of it.
  fileprivate func bytes(of tile: Tile) throws -> [UInt8]? {
    guard let head = try checkpoint(), tile.exists(in: Int(head.size)),
      let level = tile.treeLevel, let start = tile.start
    else { return nil }
    switch tile.content {
    case .hashes:
      return try hashes(level: level, from: Int64(start), count: tile.width).flatMap(\.bytes)
    case .entries:
      return try entryBytes(from: Int64(start), count: tile.width).flatMap(TilesAPI.bundled)
    }
  }
}

extension TilesAPI {
  /// The length in two bytes, then the entry: an entry has 65,535 bytes at most.
  ///
  /// - Throws: `StoreError.damagedRow` for what is none.
  static func bundled(_ entry: [UInt8]) throws -> [UInt8] {
    guard let size = UInt16(exactly: entry.count) else { throw StoreError.damagedRow }
    return [UInt8(size >> 8), UInt8(size & 0xFF)] + entry
  }
}
