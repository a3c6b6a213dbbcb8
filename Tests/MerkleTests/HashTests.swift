import Merkle
import Testing

@Suite struct HashTests {
  @Test func emptyRootIsSHA256OfNothing() {
    #expect(
      Hash.emptyRoot.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(Hash.sha256([]) == .emptyRoot)
  }

  @Test(arguments: [
    ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ("L123456", "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"),
    ("release-0", "5afa38f8e5adae424e294e0eded5dd9ab0f07001ab527462f92ec785cbb4ea9a"),
  ])
  func leafVector(entry: String, hex: String) {
    #expect(Hash.leaf(entry.utf8).hex == hex)
    #expect(Hash.leaf(Array(entry.utf8)).hex == hex)
  }

  /// The published vector hashes `N123` and `N456`, which are not 32 bytes long; here it is built
  /// from the same prefix, and `node` is held to the prefix with two real hashes.
  @Test func nodeIsPrefixedByOne() {
    #expect(
      Hash.sha256([0x01] + Array("N123N456".utf8)).hex
        == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb")
    let (left, right) = (Hash.leaf("release-0".utf8), Hash.leaf("release-1".utf8))
    #expect(Hash.node(left, right) == Hash.sha256([0x01] + left.bytes + right.bytes))
    #expect(Hash.node(left, right) != Hash.node(right, left))
    #expect(
      Hash.node(left, right).hex
        == "78027e0415af38286e4d085a8e3d4956e8f40dcc8996af372f607197c7d85373")
  }

  /// Without the prefixes an interior node could be passed off as an entry.
  @Test func aLeafIsNoNode() {
    let (left, right) = (Hash.leaf("a".utf8), Hash.leaf("b".utf8))
    #expect(Hash.leaf(left.bytes + right.bytes) != Hash.node(left, right))
  }

  @Test func hexRoundTrip() throws {
    for seed in 0..<64 {
      let hash = Hash.sha256([UInt8(seed)])
      #expect(hash.hex.utf8.count == 64)
      #expect(try #require(Hash(hex: hash.hex)) == hash)
      #expect(Hash(hash.bytes) == hash)
      #expect(hash.description == hash.hex)
    }
    let counting = Hash((0..<32).map { UInt8($0 * 8) })
    #expect(counting.hex.hasPrefix("0008101820") && counting.hex.hasSuffix("e0e8f0f8"))
  }

  @Test(arguments: [
    "", "00", String(repeating: "0", count: 63), String(repeating: "0", count: 65),
    String(repeating: "A", count: 64), String(repeating: "g", count: 64),
    String(repeating: "0", count: 63) + " ", "0x" + String(repeating: "0", count: 62),
    String(repeating: "é", count: 32), String(repeating: "/", count: 64),
    String(repeating: ":", count: 64), String(repeating: "`", count: 64),
  ])
  func badHexIsRefused(text: String) {
    #expect(Hash(hex: text) == nil)
  }
}
