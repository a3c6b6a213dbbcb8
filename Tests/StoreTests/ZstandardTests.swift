import Testing

@testable import SQLiteStore

@Suite struct ZstandardTests {
  private let text = Array(String(repeating: "{\"action\":\"completed\"}", count: 500).utf8)

  @Test func whatIsCompressedComesBack() throws {
    for count in [60, 1_000, text.count] {
      let bytes = Array(text.prefix(count))
      let compressed = try #require(Zstandard.compress(bytes))
      #expect(compressed.count < bytes.count)
      #expect(try Zstandard.decompress(compressed, size: bytes.count) == bytes)
    }
  }

  @Test func whatWouldGrowIsLeft() {
    #expect(Zstandard.compress([]) == nil)
    #expect(Zstandard.compress([1, 2, 3]) == nil)
    var random = SystemRandomNumberGenerator()
    let noise = (0..<4_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    #expect(Zstandard.compress(noise) == nil)
  }

  @Test func damageIsAnError() throws {
    let compressed = try #require(Zstandard.compress(text))
    let size = text.count
    for damaged in [[], [UInt8](compressed.dropLast()), [UInt8](compressed.dropFirst()), text] {
      #expect(throws: Zstandard.Failure.self) {
        try Zstandard.decompress(damaged, size: size)
      }
    }
    for wrong in [size - 1, size + 1] {
      #expect(throws: Zstandard.Failure.self) {
        try Zstandard.decompress(compressed, size: wrong)
      }
    }
  }
}
