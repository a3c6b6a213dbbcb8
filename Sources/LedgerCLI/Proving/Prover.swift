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
  /// Of the head that everything is proved against; `nil` for the newest one at that time.
  private let size: Int?

  /// - Parameter cosigned: against the newest head that has the quorum of its witnesses.
  init(_ ledger: any LedgerSource, cosigned: Bool = false) async throws {
    self.ledger = ledger
    let log = try await ledger.log()
    verifiers = try log.list("keys").compactMap { $0.text("vkey") }
      .map { vkey in try NoteVerifier(vkey) }
    guard log.text("checkpoint") != nil else { throw Failure.unsigned(log) }
    size = try cosigned ? Prover.head(try CheckpointCommand.cosigned(log), verifiers).size : nil
  }

  /// - Parameter verifiers: keys that are known by another way than from the log.
  init(_ ledger: any LedgerSource, trusting verifiers: [NoteVerifier]) {
    (self.ledger, self.verifiers, size) = (ledger, verifiers, nil)
  }

  private static func head(_ text: String, _ verifiers: [NoteVerifier]) throws -> Checkpoint {
    do { return try Checkpoint(SignedNote(text), signedBy: verifiers) } catch {
      throw Failure(
        "the head of the log does not hold: \(error)",
        hint: "ledger verify --db FILE says what is wrong.", code: Exit.integrity)
    }
  }

  func proof(of index: Int64) async throws -> Proved { try await proof(of: index, in: size) }

  private func proof(of index: Int64, in size: Int?) async throws -> Proved {
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
      throw Failure.unsigned(log)
    }
    let size = try size ?? Prover.head(text, verifiers).size
    var note = try SignedNote(text)
    var parts: [ChainProof.Part] = []
    for index in Prover.cited(trace).sorted() {
      let proved = try await proof(of: index, in: size)
      // The same head, with the lines that its witnesses put below it since.
      note = proved.file.note
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
