import Merkle
import Testing

/// Vectors of C2SP's signed-note, tlog-checkpoint, tlog-cosignature and tlog-proof, and an
/// eight-entry log whose notes were made by another implementation.
@Suite struct NoteTests {
  static let log = "ledger.example/log1+7d41893d+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
  static let witness = "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
  static let note = """
    ledger.example/log1
    7
    7LtRAWPFYLiFC7WH4wQbKlEl4I4068uedFadelvsqkg=

    \u{2014} ledger.example/log1 fUGJPY8QesaPDLDvfCqDNQaO43liE3dcTK2ouaqw+Oq8bzutwcLTblAAYp1PLZcsmXqHju1It4rTY6pnIebNw1XG6wo=
    \u{2014} witness.example/w1 IDJKvgAAAABqsTuAoCFKknHf+Xmc6J+HNctQCfyaK4w/FbFyznpeEZrU0Q45cNW4spAPIJkoCBXAvuvw8944t3K5fmPj2CVc9iHMAw==

    """

  private static func signer() throws -> NoteSigner {
    try NoteSigner(name: "ledger.example/log1", seed: Array(0x00...0x1F))
  }

  private static func cosigner() throws -> NoteSigner {
    try NoteSigner(name: "witness.example/w1", seed: Array(0x20...0x3F), algorithm: .cosignature)
  }

  @Test func aSignedCheckpointComesOutByteForByte() throws {
    let root = try #require(Hash(hex: FrontierTests.roots[7]))
    let checkpoint = Checkpoint(origin: "ledger.example/log1", size: 7, root: root)
    var note = try checkpoint.signed(by: [Self.signer()])
    note.signatures.append(try Self.cosigner().cosign(note.text, at: 1_790_000_000))
    #expect(note.description == Self.note)
  }

  @Test func keysAreWrittenAndReadAlike() throws {
    #expect(try Self.signer().verifier.vkey == Self.log)
    #expect(try Self.cosigner().verifier.vkey == Self.witness)
    for text in [Self.log, Self.witness] { #expect(try NoteVerifier(text).vkey == text) }
    let signer = try Self.signer()
    #expect(try NoteSigner(signer.text).text == signer.text)
    #expect(!"\(signer)".contains("PRIVATE"))
  }

  @Test func anotherImplementationsNoteIsAccepted() throws {
    let note = try SignedNote(
      """
      This is an example message.

      \u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

      """)
    let key = try NoteVerifier(
      "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    #expect(note.text == "This is an example message.\n")
    #expect(try note.signatures(by: [key]).map(\.name) == ["example.com/foo"])
  }

  @Test func bothSignaturesFitAndTellTheTime() throws {
    let keys = try [NoteVerifier(Self.log), NoteVerifier(Self.witness)]
    let signatures = try SignedNote(Self.note).signatures(by: keys)
    #expect(signatures.map(\.time) == [nil, 1_790_000_000])
    #expect(try Checkpoint(SignedNote(Self.note), signedBy: keys).size == 7)
  }

  @Test func anUnknownKeyIsIgnoredAndAloneIsNotEnough() throws {
    let note = try SignedNote(Self.note)
    #expect(try note.signatures(by: [NoteVerifier(Self.witness)]).count == 1)
    let stranger = try NoteSigner(name: "ledger.example/log1", seed: Array(0x40...0x5F)).verifier
    #expect(throws: NoteError.unsigned) { try note.signatures(by: [stranger]) }
  }

  /// A known key that signed something else spoils the note, whoever else signed it.
  @Test func aBadSignatureOfAKnownKeySpoilsTheNote() throws {
    var note = try SignedNote(Self.note)
    note.signatures[1] = NoteSignature(
      name: note.signatures[1].name, id: note.signatures[1].id,
      bytes: note.signatures[1].bytes.dropLast() + [0])
    let keys = try [NoteVerifier(Self.log), NoteVerifier(Self.witness)]
    #expect(throws: NoteError.badSignature(name: "witness.example/w1")) {
      try note.signatures(by: keys)
    }
    #expect(try note.signatures(by: [keys[0]]).count == 1)
  }

  @Test(arguments: ["8", "6", "07"])
  func aChangedSizeIsNotSigned(size: String) throws {
    let changed = Self.note.replacing("\n7\n", with: "\n\(size)\n")
    let note = try SignedNote(changed)
    #expect(throws: NoteError.badSignature(name: "ledger.example/log1")) {
      try Checkpoint(note, signedBy: [NoteVerifier(Self.log)])
    }
  }

  @Test(arguments: [
    "", "\n", "text\n", "text\n\n", "text", "text\n\n\u{2014} a", "text\n\n- a Uw2QOkn8\n",
    "text\n\n\u{2014} a b Uw2QOkn8\n", "text\n\n\u{2014} a Uw2QOg==\n", "text\n\n\u{2014} a !!!!\n",
    "text\n\n\u{2014} a+b Uw2QOkn8\n", "te\txt\n\n\u{2014} a Uw2QOkn8\n",
    "te\rxt\n\n\u{2014} a Uw2QOkn8\n", "text\n\n\u{2014} a Uw2QOkn8\n\n",
  ])
  func whatIsNoNoteIsRefused(text: String) {
    #expect(throws: NoteError.self) { try SignedNote(text) }
  }

  @Test func theLastEmptyLineParts() throws {
    let note = try SignedNote("a\n\nb\n\n\u{2014} a Uw2QOkn8\n")
    #expect(note.text == "a\n\nb\n")
    #expect(note.description == "a\n\nb\n\n\u{2014} a Uw2QOkn8\n")
  }

  @Test(arguments: [
    "a\n1\n\n", "a\n1\nAAAA\n", "a\n-1\n\(rootText)\n", "a\n+1\n\(rootText)\n",
    "a\n01\n\(rootText)\n", "\n1\n\(rootText)\n", "a\n1\n\(rootText)", "a\n1\n\(rootText)\n\n",
    "a\n99999999999999999999\n\(rootText)\n",
  ])
  func whatIsNoCheckpointIsRefused(text: String) {
    #expect(throws: NoteError.self) { try Checkpoint(text: text) }
  }

  static let rootText = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

  @Test func aCheckpointOfNothingHasTheEmptyRoot() throws {
    let checkpoint = try Checkpoint(text: "a\n0\n\(Self.rootText)\n")
    #expect(checkpoint == Checkpoint(origin: "a", size: 0, root: .emptyRoot))
    #expect(try Checkpoint(text: "a\n0\n\(Self.rootText)\nmore\n").text == checkpoint.text)
  }

  @Test(arguments: [
    "a+00000000+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", "a", "a+b", "a+b+c", "",
    "a b+7d41893d+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
    "ledger.example/log1+7d41893d+AgOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
  ])
  func whatIsNoKeyIsRefused(text: String) {
    #expect(throws: NoteError.self) { try NoteVerifier(text) }
  }
}

@Suite struct Base64Tests {
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func vectorsOfTheRFC(bytes: String, text: String) {
    #expect(Base64.encoded(Array(bytes.utf8)) == text)
    #expect(Base64.decoded(text) == Array(bytes.utf8))
  }

  @Test(arguments: ["Z", "Zg", "Zg=", "Zh==", "Zm9=", "====", "Zg==Zg==", "Zm 9", "Zm9v\n", "Zm_v"])
  func whatIsNotTheOneFormIsRefused(text: String) {
    #expect(Base64.decoded(text) == nil)
  }

  @Test func everyByteSurvives() {
    let bytes = (0...255).map { UInt8($0) } + (0...255).reversed().map { UInt8($0) }
    for count in 0...bytes.count {
      let some = Array(bytes.prefix(count))
      #expect(Base64.decoded(Base64.encoded(some)) == some)
    }
  }
}
