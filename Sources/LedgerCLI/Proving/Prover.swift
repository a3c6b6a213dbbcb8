import Ledger
import Merkle
import Reports

/// Asks for proofs and believes none of them: each is checked before it is handed on.
struct Prover {
  struct Proved {
    let file: ProofFile
    let entry: [UInt8]
  }

  let ledger: any LedgerSource
  let verifiers: [NoteVerifier]

  init(_ ledger: any LedgerSource) async throws {
    self.ledger = ledger
    verifiers = try await ledger.log().list("keys").compactMap { $0.text("vkey") }
      .map { vkey in try NoteVerifier(vkey) }
    guard !verifiers.isEmpty else { throw Failure.unsigned }
  }

  /// - Parameter size: of a checkpoint; `nil` for the newest.
  func proof(of index: Int64, size: Int? = nil) async throws -> Proved {
    var parameters = [("entry", String(index))]
    if let size { parameters.append(("size", String(size))) }
    let answer = try await ledger.ask(InclusionQuestion.name, parameters)
    guard let note = answer.text("checkpoint"), let hashes = [Hash](base64: answer["hashes"]),
      let entry = try await ledger.entry(index)
    else { throw Failure("the proof of entry \(index) is not whole", code: Exit.integrity) }
    let bytes = Prover.bytes(of: entry)
    let file = ProofFile(index: Int(index), hashes: hashes, note: try SignedNote(note))
    do { _ = try file.checkpoint(for: bytes, signedBy: verifiers) } catch {
      throw Failure(
        "the ledger's own proof of entry \(index) does not hold: \(error)",
        hint: "ledger verify --db FILE says what is wrong.", code: Exit.integrity)
    }
    return Proved(file: file, entry: bytes)
  }

  /// Without what `Stored.json` adds, an entry is its canonical bytes again.
  private static func bytes(of entry: JSON) -> [UInt8] {
    JSON.object((entry.object ?? [:]).filter { $0.key != "index" && $0.key != "leaf" })
      .canonicalBytes
  }

  /// Every entry that a trace cites, against one checkpoint.
  func chain(of reference: String) async throws -> ChainProof {
    let trace = try await ledger.ask(TraceQuestion.name, [("ref", reference)])
    let log = try await ledger.log()
    guard let text = log.text("checkpoint"), let vkey = verifiers.last?.vkey else {
      throw Failure.unsigned
    }
    let note = try SignedNote(text)
    let size = try Checkpoint(note, signedBy: verifiers).size
    var parts: [ChainProof.Part] = []
    for index in Prover.cited(trace).sorted() {
      let proved = try await proof(of: index, size: size)
      parts.append(.init(index: index, bytes: proved.entry, hashes: proved.file.hashes))
    }
    return ChainProof(
      reference: reference, vkey: vkey, note: note, parts: parts,
      links: trace.list("links").compactMap(Link.init(json:)),
      missing: trace.list("missing").compactMap { $0.text("reason") })
  }

  private static func cited(_ trace: JSON) -> Set<Int64> {
    let items = trace.list("items").flatMap { item in
      item.list("line.entries").compactMap(\.string)
        + [item.text("gate.entry"), item.text("instance.entry"), item.text("line.id")]
        .compactMap(\.self)
    }
    let links = trace.list("links").compactMap { $0.text("entry") }
    return Set((items + links).compactMap { Int64($0) })
  }
}
