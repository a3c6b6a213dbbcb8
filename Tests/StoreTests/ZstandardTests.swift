import Testing

@testable import SQLiteStore

@Suite struct ZstandardTests {
  private let text = Array(String(repeating: "{\"action\":\"completed\"}", count: 500).utf8)

  @Test func whatIsCompressedComesBack() throws {
    for count in [60, 1_000, text.count] {
      let bytes = Array(text.prefix(count))
      let compressed = try #require(Zstandard.compress(bytes))
      #expect(compressed.bytes.count < bytes.count && compressed.codec == 2)
      #expect(
        try Zstandard.decompress(compressed.bytes, codec: compressed.codec, size: bytes.count)
          == bytes)
    }
  }

  @Test func whatWouldGrowIsLeft() {
    #expect(Zstandard.compress([])?.bytes == nil)
    #expect(Zstandard.compress([1, 2, 3])?.bytes == nil)
    var random = SystemRandomNumberGenerator()
    let noise = (0..<4_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    #expect(Zstandard.compress(noise)?.bytes == nil)
  }

  @Test func damageIsAnError() throws {
    let compressed = try #require(Zstandard.compress(text)).bytes
    let size = text.count
    for damaged in [[], [UInt8](compressed.dropLast()), [UInt8](compressed.dropFirst()), text] {
      #expect(throws: Zstandard.Failure.damaged) {
        try Zstandard.decompress(damaged, codec: 2, size: size)
      }
    }
    for wrong in [size - 1, size + 1] {
      #expect(throws: Zstandard.Failure.damaged) {
        try Zstandard.decompress(compressed, codec: 2, size: wrong)
      }
    }
  }
}
