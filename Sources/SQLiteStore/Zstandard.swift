import CZstd
import EvidenceDictionaries
import Synchronization

/// Evidence is compressed because GitHub's payloads repeat themselves: what enters the write-ahead
/// log decides the pace of the ingest.
///
/// The codec of a body: 0 as it came, 1 zstd alone, from 2 on zstd with the dictionary of one number
/// less (docs/decisions/0014-evidence.md).
enum Zstandard {
  enum Failure: Error, Equatable, CustomStringConvertible {
    case damaged
    case unknownCodec(Int)

    var description: String {
      switch self {
      case .damaged: "it cannot be decompressed"
      case .unknownCodec(let codec) where codec > 1:
        "it is compressed with dictionary \(codec - 1), which this version does not have"
      case .unknownCodec(let codec): "its codec, \(codec), is unknown"
      }
    }
  }

  struct Compressed: Sendable {
    let codec: Int
    let bytes: [UInt8]
  }

  /// Bytes. No body that was received is larger.
  private static let maximumSize = 64 << 20

  /// With the newest dictionary; `nil` when compressing would not make it smaller.
  static func compress(_ bytes: [UInt8]) -> Compressed? {
    guard let dictionary = PreparedDictionary.newest else { return nil }
    let bound = ZSTD_compressBound(bytes.count)
    var failed = false
    let result = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      let size = Contexts.compressing(with: dictionary) { context in
        ZSTD_compress2(context, buffer.baseAddress, bound, bytes, bytes.count)
      }
      failed = ZSTD_isError(size) != 0
      count = failed ? 0 : size
    }
    guard !failed, result.count < bytes.count else { return nil }
    return Compressed(codec: dictionary.number + 1, bytes: result)
  }

  /// - Parameter codec: as it was stored, as `size`: a damaged file may hold any numbers.
  static func decompress(_ bytes: [UInt8], codec: Int, size: Int) throws(Failure) -> [UInt8] {
    if codec == 0 { return bytes }
    let dictionary = PreparedDictionary.all[codec &- 1]
    guard codec == 1 || dictionary != nil else { throw .unknownCodec(codec) }
    guard (0...maximumSize).contains(size) else { throw .damaged }
    var failed = false
    let result = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      let written = Contexts.decompressing { context in
        ZSTD_decompress_usingDDict(
          context, buffer.baseAddress, size, bytes, bytes.count, dictionary?.decompressing)
      }
      failed = ZSTD_isError(written) != 0 || written != size
      count = failed ? 0 : size
    }
    guard !failed else { throw .damaged }
    return result
  }
}

/// A dictionary as zstd uses it, made once. Both forms are only read, from any thread.
private struct PreparedDictionary: @unchecked Sendable {
  /// Where size falls little and time rises much (docs/decisions/0014-evidence.md).
  private static let level: Int32 = 3

  let number: Int
  let compressing: OpaquePointer
  let decompressing: OpaquePointer

  static let all: [Int: PreparedDictionary] = Dictionary(
    uniqueKeysWithValues: EvidenceDictionaries.all.compactMap { dictionary in
      PreparedDictionary(dictionary).map { (dictionary.number, $0) }
    })
  static let newest = all.values.max { $0.number < $1.number }

  private init?(_ dictionary: EvidenceDictionaries.Dictionary) {
    let bytes = dictionary.bytes
    guard let compressing = ZSTD_createCDict(bytes, bytes.count, PreparedDictionary.level),
      let decompressing = ZSTD_createDDict(bytes, bytes.count)
    else { return nil }
    number = dictionary.number
    (self.compressing, self.decompressing) = (compressing, decompressing)
  }
}

/// zstd's working memory, which is not made anew for each body: as many as there are threads at it.
private enum Contexts {
  private struct Context: @unchecked Sendable { let pointer: OpaquePointer? }

  private static let compressors = Mutex<[Context]>([])
  private static let decompressors = Mutex<[Context]>([])

  /// All of them are for the newest dictionary. Frames do not name it: the codec does.
  static func compressing(
    with dictionary: PreparedDictionary, _ work: (OpaquePointer?) -> Int
  ) -> Int {
    let context = compressors.withLock { $0.popLast() } ?? compressor(dictionary)
    defer { compressors.withLock { $0.append(context) } }
    return work(context.pointer)
  }

  private static func compressor(_ dictionary: PreparedDictionary) -> Context {
    let context = ZSTD_createCCtx()
    ZSTD_CCtx_setParameter(context, ZSTD_c_dictIDFlag, 0)
    ZSTD_CCtx_refCDict(context, dictionary.compressing)
    return Context(pointer: context)
  }

  static func decompressing(_ work: (OpaquePointer?) -> Int) -> Int {
    let context = decompressors.withLock { $0.popLast() } ?? Context(pointer: ZSTD_createDCtx())
    defer { decompressors.withLock { $0.append(context) } }
    return work(context.pointer)
  }
}
