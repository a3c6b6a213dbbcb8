import CZstd

/// Evidence is compressed because GitHub's payloads repeat themselves: what enters the write-ahead
/// log decides the pace of the ingest.
enum Zstandard {
  struct Failure: Error {}

  /// Bytes. No body that was received is larger.
  private static let maximumSize = 64 << 20

  /// `nil` when compressing would not make it smaller.
  static func compress(_ bytes: [UInt8]) -> [UInt8]? {
    let bound = ZSTD_compressBound(bytes.count)
    var failed = false
    let result = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      let size = ZSTD_compress(buffer.baseAddress, bound, bytes, bytes.count, 1)
      failed = ZSTD_isError(size) != 0
      count = failed ? 0 : size
    }
    return failed || result.count >= bytes.count ? nil : result
  }

  /// - Parameter size: as it was stored; a damaged file may hold any number.
  static func decompress(_ bytes: [UInt8], size: Int) throws -> [UInt8] {
    guard (0...maximumSize).contains(size) else { throw Failure() }
    var failed = false
    let result = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      let written = ZSTD_decompress(buffer.baseAddress, size, bytes, bytes.count)
      failed = ZSTD_isError(written) != 0 || written != size
      count = failed ? 0 : size
    }
    guard !failed else { throw Failure() }
    return result
  }
}
