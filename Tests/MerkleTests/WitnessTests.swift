import Merkle
import Testing

/// What a witness decides, and what a log makes of its answers (C2SP tlog-witness). The log and the
/// cosignature are those that another implementation computed.
@Suite struct WitnessTests {
  private static let origin = "ledger.example/log1"

  private static func log(_ first: UInt8 = 0, name: String = origin) throws -> NoteSigner {
    try NoteSigner(name: name, seed: (0..<32).map { first + $0 })
  }

  private static func witness() throws -> NoteSigner {
    try NoteSigner(name: "witness.example/w1", seed: Array(0x20...0x3F), algorithm: .cosignature)
  }

  private static func leaves(_ count: Int, _ word: String = "release") -> [Hash] {
    (0..<count).map { Hash.leaf("\(word)-\($0)".utf8) }
  }

  private static func root(_ leaves: [Hash]) -> Hash {
    var frontier = Frontier()
    for leaf in leaves { _ = frontier.append(leaf) }
    return frontier.root
  }

  private static func proof(_ old: Int, _ new: Int) throws -> [Hash] {
    var (frontier, nodes) = (Frontier(), [NodePosition: Hash]())
    for (index, leaf) in leaves(new).enumerated() {
      nodes[NodePosition(level: 0, index: index)] = leaf
      for node in frontier.append(leaf) { nodes[node.position] = node.hash }
    }
    return try Proof.consistency(from: old, to: new) { try #require(nodes[$0]) }
  }

  private static func note(
    _ size: Int, word: String = "release", by signers: [NoteSigner]? = nil, name: String = origin
  ) throws -> SignedNote {
    try Checkpoint(origin: name, size: size, root: root(leaves(size, word)))
      .signed(by: signers ?? [log()])
  }

  private static func desk(_ note: SignedNote? = nil) throws -> WitnessDesk {
    let notes = note.map { [origin: $0.description] } ?? [:]
    return try WitnessDesk(
      Witness(signer: witness(), logs: [log().verifier, log(0x60).verifier]), notes: notes)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What the witness saw before; 0 for nothing.
    var seen = 3
    var old = 3
    var new = 7
    /// Of the log that is sent.
    var word = "release"
    /// Instead of that of its entries.
    var root: Hash?
    var change: @Sendable ([Hash]) -> [Hash] = { $0 }
    var signers: @Sendable () throws -> [NoteSigner] = { [try log()] }
    var name = origin
    let status: Int
    var body: String?
  }

  static let cases = [
    Case(testDescription: "the first head", seen: 0, old: 0, status: 200),
    Case(testDescription: "a head that adds", status: 200),
    Case(testDescription: "the same head", seen: 7, old: 7, status: 200),
    Case(testDescription: "an empty head", seen: 0, old: 0, new: 0, status: 200),
    Case(
      testDescription: "an empty head with a root", seen: 0, old: 0, new: 0,
      root: .leaf("x".utf8), status: 422),
    Case(testDescription: "by the other key", signers: { [try log(0x60)] }, status: 200),
    Case(
      testDescription: "by a known and an unknown key", signers: { [try log(0x40), try log()] },
      status: 200),
    Case(testDescription: "by an unknown key", signers: { [try log(0x40)] }, status: 403),
    Case(testDescription: "an unknown log", name: "other.example", status: 404),
    Case(testDescription: "old behind new", old: 9, status: 400),
    Case(testDescription: "old is not what was seen", old: 4, status: 409, body: "3\n"),
    Case(testDescription: "nothing was seen", seen: 0, old: 3, status: 409, body: "0\n"),
    Case(testDescription: "a smaller head", seen: 7, old: 3, new: 5, status: 409, body: "7\n"),
    Case(testDescription: "another log of the same size", seen: 7, old: 7, word: "x", status: 422),
    Case(testDescription: "another log that is longer", word: "x", status: 422),
    Case(testDescription: "no proof", change: { _ in [] }, status: 422),
    Case(testDescription: "a hash less", change: { $0.dropLast() }, status: 422),
    Case(testDescription: "a hash more", change: { $0 + [.emptyRoot] }, status: 422),
    Case(testDescription: "the other way round", change: { $0.reversed() }, status: 422),
    Case(
      testDescription: "a proof from nothing", seen: 0, old: 0, change: { _ in [.emptyRoot] },
      status: 422),
    Case(
      testDescription: "a proof of the same", seen: 7, old: 7, change: { _ in [.emptyRoot] },
      status: 422),
  ]

  @Test(arguments: cases)
  func decides(_ test: Case) async throws {
    let desk = try Self.desk(test.seen == 0 ? nil : Self.note(test.seen))
    let signers = try test.signers().map {
      test.name == Self.origin ? $0 : try Self.log(name: test.name)
    }
    let root = test.root ?? Self.root(Self.leaves(test.new, test.word))
    let note = try Checkpoint(origin: test.name, size: test.new, root: root).signed(by: signers)
    let proof = test.old > test.new ? [] : try Self.proof(test.old, test.new)
    let request = WitnessRequest(old: test.old, proof: test.change(proof), note: note)
    let answer = try await desk.add(Array(request.text.utf8), at: 1_790_000_000)
    #expect(answer.status == test.status, "\(answer.body)")
    if let body = test.body {
      #expect(answer.body == body && answer.contentType == "text/x.tlog.size")
    }
    #expect(await desk.size(of: Self.origin) == (test.status == 200 ? test.new : test.seen))
    if test.status == 200 {
      var cosigned = note
      cosigned.signatures.append(try NoteSignature(line: answer.body.dropLast()))
      #expect(try cosigned.signatures(by: [Self.witness().verifier]).map(\.time) == [1_790_000_000])
    }
  }

  @Test func theCosignatureIsThatOfTheOtherImplementation() async throws {
    let request = try WitnessRequest(old: 0, proof: [], note: Self.note(7))
    let answer = try await Self.desk().add(Array(request.text.utf8), at: 1_790_000_000)
    #expect(request.note.description + answer.body == NoteTests.note)
  }

  @Test func whatCannotBeKeptIsNotCosigned() async throws {
    struct DiskFull: Error {}
    let desk = try WitnessDesk(Witness(signer: Self.witness(), logs: [Self.log().verifier])) { _ in
      throw DiskFull()
    }
    let request = try WitnessRequest(old: 0, proof: [], note: Self.note(7))
    await #expect(throws: DiskFull.self) { try await desk.add(Array(request.text.utf8), at: 1) }
    #expect(await desk.size(of: Self.origin) == 0)
  }

  @Test func itShowsWhatItSawLast() async throws {
    let desk = try Self.desk(Self.note(7))
    let path = "/\(Hash.sha256(Self.origin.utf8).hex)/checkpoint"
    #expect(try await desk.shown(at: path) == Self.note(7).description)
    #expect(await desk.shown(at: "/checkpoint") == nil)
  }

  @Test func requestsAreWrittenAndReadAlike() throws {
    let request = try WitnessRequest(old: 3, proof: Self.proof(3, 7), note: Self.note(7))
    #expect(try WitnessRequest(request.text) == request)
    #expect(request.text.hasPrefix("old 3\nUr/sDkLnGLbMjheAQOBv4O4Dpus6rMF3hRhWhuQnOCA=\nc8NVG9BH"))
    #expect(request.text.contains("=\n\n\(Self.origin)\n7\n"))
  }

  @Test(arguments: [
    "", "old\n\n\(NoteTests.note)", "old 07\n\n\(NoteTests.note)", "old -1\n\n\(NoteTests.note)",
    "old 0\n\(NoteTests.note)", "old 0\nAAAA\n\n\(NoteTests.note)", "old 0\n\n", "0\n\n\n",
    "old 0\n" + String(repeating: "\(NoteTests.rootText)\n", count: 64) + "\n\(NoteTests.note)",
  ])
  func whatIsNoRequestIsRefused(_ text: String) async throws {
    #expect(throws: NoteError.self) { try WitnessRequest(text) }
    #expect(try await Self.desk().add(Array(text.utf8), at: 1).status == 400)
  }

  // MARK: the log's side

  private static func line(_ change: (inout [UInt8]) -> Void = { _ in }, name: String? = nil)
    throws -> String
  {
    let made = try witness().cosign(note(7).text, at: 1_790_000_000)
    var bytes = made.bytes
    change(&bytes)
    return NoteSignature(name: name ?? made.name, id: made.id, bytes: bytes).line + "\n"
  }

  static let replies: [(Int, String, String)] = {
    do {
      let good = try line()
      // Another key of the same witness, that we do not know: kept. Another witness's: not.
      let unknown = NoteSignature(name: "witness.example/w1", id: 7, bytes: [1, 2, 3]).line + "\n"
      let stranger = try line(name: "witness.example/w2")
      let bad = try line { $0[20] ^= 1 }
      return [
        (200, good, "cosigned 1"), (200, good + unknown, "cosigned 2"),
        (200, stranger + good, "cosigned 1"), (200, stranger, "refused"), (200, bad, "refused"),
        (200, good + bad, "refused"), (200, unknown, "refused"), (200, "", "failed"),
        (200, "hello\n", "failed"), (200, String(good.dropLast()), "failed"),
        (200, String(repeating: unknown, count: 16) + good, "failed"),
        (409, "5\n", "from 5"), (409, "0\n", "from 0"), (409, "9\n", "from 9"),
        (409, "10\n", "contradicted 10"), (409, "3\n", "failed"), (409, "x\n", "failed"),
        (409, "5", "failed"), (409, "", "failed"), (422, "no\n", "contradicted 3"),
        (400, "", "refused"),
        (403, "who\n", "refused"), (404, "", "refused"), (301, "", "refused"),
        (500, "", "failed"), (503, "", "failed"), (429, "", "failed"),
      ]
    } catch { return [] }
  }()

  @Test func thereAreReplies() { #expect(Self.replies.count == 27) }

  @Test(arguments: replies)
  func understands(_ status: Int, _ body: String, _ meaning: String) throws {
    let request = try WitnessRequest(old: 3, proof: Self.proof(3, 7), note: Self.note(7))
    let reply = WitnessReply(
      status: status, body: body, to: request, witness: try Self.witness().verifier, head: 9)
    #expect(Self.word(reply) == meaning)
  }

  private static func word(_ reply: WitnessReply) -> String {
    switch reply {
    case .cosigned(let lines): "cosigned \(lines.count)"
    case .from(let size): "from \(size)"
    case .contradicted(let size): "contradicted \(size.map { String($0) } ?? "")"
    case .refused: "refused"
    case .failed: "failed"
    }
  }

  /// To a head of the very size that the witness has: what names no other one says that the roots
  /// differ.
  @Test(
    arguments: [
      ("", "contradicted 7"), ("7\n", "contradicted 7"), ("\n", "contradicted 7"),
      ("roots do not match\n", "contradicted 7"), ("5\n", "from 5"), ("9\n", "from 9"),
      ("10\n", "contradicted 10"), ("5", "failed"), ("05\n", "failed"), ("5 6\n", "failed"),
    ])
  func aConflictAboutTheSameSizeIsOneOfTheRoots(_ body: String, _ meaning: String) throws {
    let request = try WitnessRequest(old: 7, proof: [], note: Self.note(7))
    let reply = WitnessReply(
      status: 409, body: body, to: request, witness: try Self.witness().verifier, head: 9)
    #expect(Self.word(reply) == meaning)
  }

  @Test func ofNoEntriesNothingWasConfirmed() throws {
    let request = try WitnessRequest(old: 0, proof: [], note: Self.note(0))
    for body in ["", "0\n", "roots do not match\n"] {
      let reply = WitnessReply(
        status: 409, body: body, to: request, witness: try Self.witness().verifier, head: 9)
      #expect(Self.word(reply) == "failed")
    }
  }

  @Test func aWitnesssSentenceCannotColourTheTerminal() throws {
    let request = try WitnessRequest(old: 3, proof: [], note: Self.note(7))
    let reply = WitnessReply(
      status: 403, body: "a\u{1B}[31m\rb" + String(repeating: "x", count: 900), to: request,
      witness: try Self.witness().verifier, head: 7)
    guard case .refused(let reason) = reply else { throw NoteError.unsigned }
    #expect(reason.hasPrefix("403: a[31m"))
    #expect(reason.utf8.count < 300 && !reason.contains("\u{1B}"))
  }
}
