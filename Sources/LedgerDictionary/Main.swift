import CZstd
import Foundation
import LedgerTesting

/// `ledger-dictionary FILE`: makes the dictionary that bodies are compressed with. The same sources
/// and the same libzstd make the same bytes.
@main
enum Main {
  private static let maximumSize = 64 << 10
  private static let seeds: ClosedRange<UInt64> = 1...40
  /// Of a dictionary that is nobody else's: the range that zstd leaves to everybody.
  private static let identity: UInt32 = 40_001

  static func main() throws {
    guard CommandLine.arguments.count == 2 else {
      throw CocoaError(.fileNoSuchFile, userInfo: [NSLocalizedDescriptionKey: "which file?"])
    }
    let content = Content.joined(try TrainingBodies.skeletons(), limit: maximumSize - 1_024)
    let samples = try seeds.flatMap { try TrainingBodies.bodies(seed: $0) }
    let dictionary = try finalized(content, samples)
    try Data(dictionary).write(to: URL(filePath: CommandLine.arguments[1]))
    try FileHandle.standardError.write(
      contentsOf: Data("\(dictionary.count) bytes from \(samples.count) bodies\n".utf8))
  }

  /// Adds the tables of frequencies that the samples have when they are compressed with `content`.
  private static func finalized(_ content: [UInt8], _ samples: [[UInt8]]) throws -> [UInt8] {
    let sizes = samples.map(\.count)
    let joined = Array(samples.joined())
    let parameters = ZDICT_params_t(compressionLevel: 3, notificationLevel: 1, dictID: identity)
    var code = 0
    let result = [UInt8](unsafeUninitializedCapacity: maximumSize) { buffer, count in
      code = ZDICT_finalizeDictionary(
        buffer.baseAddress, maximumSize, content, content.count, joined, sizes,
        UInt32(sizes.count), parameters)
      count = ZDICT_isError(code) == 0 ? code : 0
    }
    guard ZDICT_isError(code) == 0 else {
      throw CocoaError(
        .coderInvalidValue,
        userInfo: [NSLocalizedDescriptionKey: String(cString: ZDICT_getErrorName(code))])
    }
    return result
  }
}
