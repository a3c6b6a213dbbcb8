import Merkle
import Testing

@Suite struct ProofFileTests {
  static let text = """
    c2sp.org/tlog-proof@v1
    index 5
    NLk1LqX7HuF8FJlzlIwmNpbPAblifpOHfpqIOelRVDA=
    r5iPIImgqNbmcf/ehQpUuSYIXj5TDl8aZwKhQGz+H1g=
    FHaTD7iMi5N33Tp6iKDZdg3V4FMWeqFTvKSKCkHJjXk=

    \(NoteTests.note)
    """

  private var log: NoteVerifier { get throws { try NoteVerifier(NoteTests.log) } }

  @Test func theVectorIsAcceptedAndWrittenAlike() throws {
    let proof = try ProofFile(Self.text)
    #expect(proof.text == Self.text)
    let checkpoint = try proof.checkpoint(for: Array("release-5".utf8), signedBy: [log])
    #expect(checkpoint.size == 7)
  }

  @Test(arguments: ["release-4", "release-5\n", ""])
  func anotherEntryIsNotProven(entry: String) throws {
    let proof = try ProofFile(Self.text)
    #expect(throws: NoteError.self) {
      try proof.checkpoint(for: Array(entry.utf8), signedBy: [log])
    }
  }

  @Test func aWrongIndexAHashMoreOrLessIsNotProven() throws {
    let proof = try ProofFile(Self.text)
    for index in [0, 4, 6, 7] {
      let other = ProofFile(index: index, hashes: proof.hashes, note: proof.note)
      #expect(throws: NoteError.self) {
        try other.checkpoint(for: Array("release-5".utf8), signedBy: [log])
      }
    }
    for hashes in [Array(proof.hashes.dropLast()), proof.hashes + [proof.hashes[2]]] {
      let other = ProofFile(index: 5, hashes: hashes, note: proof.note)
      #expect(throws: NoteError.self) {
        try other.checkpoint(for: Array("release-5".utf8), signedBy: [log])
      }
    }
  }

  @Test func extraDataTravelsAlong() throws {
    let proof = try ProofFile(Self.text)
    let more = ProofFile(
      index: 5, hashes: proof.hashes, note: proof.note, extra: Array("more".utf8))
    #expect(more.text.contains("\nextra bW9yZQ==\nindex 5\n"))
    #expect(try ProofFile(more.text) == more)
  }

  @Test func theOnlyEntryNeedsNoHashes() throws {
    let signer = try NoteSigner(name: "a", seed: Array(0..<32))
    let note = try Checkpoint(origin: "a", size: 1, root: .leaf([1])).signed(by: [signer])
    let proof = try ProofFile(ProofFile(index: 0, hashes: [], note: note).text)
    #expect(try proof.checkpoint(for: [1], signedBy: [signer.verifier]).size == 1)
  }

  @Test(arguments: [
    ("@v1", "@v2"), ("index 5", "index 05"), ("index 5", "index -5"), ("index 5\n", ""),
    ("NLk1", "NL"), ("index 5", "extra !\nindex 5"), ("\n\nledger", "\nledger"),
  ])
  func whatIsNoProofIsRefused(part: String, other: String) {
    #expect(throws: NoteError.self) { try ProofFile(Self.text.replacing(part, with: other)) }
  }
}

@Suite struct TileTests {
  @Test(arguments: [
    ("0/005", Tile(.hashes(level: 0), index: 5)),
    ("0/273.p/112", Tile(.hashes(level: 0), index: 273, width: 112)),
    ("2/000.p/1", Tile(.hashes(level: 2), index: 0, width: 1)),
    ("63/x001/x234/067", Tile(.hashes(level: 63), index: 1_234_067)),
    ("entries/x001/000", Tile(.entries, index: 1_000)),
    ("entries/273.p/255", Tile(.entries, index: 273, width: 255)),
  ])
  func pathsAreReadAndWritten(path: String, tile: Tile) {
    #expect(Tile(path: path) == tile)
    #expect(tile.path == path)
  }

  @Test(arguments: [
    "", "0", "0/5", "0/0005", "0/x005", "0/000/005", "0/x000/005", "64/000", "00/000", "-1/000",
    "0/000.p/0", "0/000.p/256", "0/000.p/01", "0/000.p", "0/000/", "/0/000", "0/+05", "0/x001.p/5",
    "entries/5", "entry/005", "0/x00a/000", "0/000.p/1/",
    "0/x999/x999/x999/x999/x999/x999/x999/999",
  ])
  func anythingElseIsNoPath(path: String) {
    #expect(Tile(path: path) == nil)
  }

  /// 277 tiles and 274 bundles of 70,000 entries: the example of tlog-tiles, counted.
  @Test(arguments: [(1, 1), (255, 1), (256, 2), (257, 3), (70_000, 277)])
  func aTreeHasJustThese(size: Int, count: Int) {
    var found = 0
    for level in 0...8 {
      let width = size >> min(62, 8 * level)
      for index in 0...(width / 256) {
        let partial = width - index * 256
        guard partial > 0 else { continue }
        let tile = Tile(.hashes(level: level), index: index, width: min(256, partial))
        #expect(tile.exists(in: size))
        #expect(partial >= 256 || !Tile(.hashes(level: level), index: index).exists(in: size))
        found += 1
      }
    }
    #expect(found == count)
  }

  @Test func whatNoTreeReachesDoesNotExist() {
    #expect(!Tile(.hashes(level: 8), index: 0, width: 1).exists(in: .max))
    #expect(!Tile(.hashes(level: 0), index: .max, width: 1).exists(in: .max))
    #expect(!Tile(.entries, index: 0, width: 1).exists(in: 0))
  }
}
