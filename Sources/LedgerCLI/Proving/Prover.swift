import Ledger
import Merkle
import Reports

/// Asks for proofs and believes none of them: each is checked before it is handed on.
struct Prover {
  struct Proved {
    let file: ProofFile
    let entry: [UInt8]
  }

  /// What is proved against, as the log showed it.
  private struct Head {
    var note: SignedNote
    let checkpoint: Checkpoint

    init(_ text: String, signedBy verifiers: [NoteVerifier]) throws {
      do {
        note = try SignedNote(text)
        checkpoint = try Checkpoint(note, signedBy: verifiers)
      } catch {
        throw Failure(
          "the head of the log does not hold: \(error)",
          hint: "ledger verify --db FILE says what is wrong.", code: Exit.integrity)
      }
    }
  }

  let ledger: any LedgerSource
  let verifiers: [NoteVerifier]
  /// The one that everything is proved against; `nil` for the newest one at that time.
  private let head: Head?

  /// - Parameter cosigned: against the newest head that has the quorum of its witnesses.
  init(_ ledger: any LedgerSource, cosigned: Bool = false) async throws {
    self.ledger = ledger
    let log = try await ledger.log()
    verifiers = try log.list("keys").compactMap { $0.text("vkey") }
      .map { vkey in try NoteVerifier(vkey) }
    guard log.text("checkpoint") != nil else { throw Failure.unsigned(log) }
    head = try cosigned ? Head(try CheckpointCommand.cosigned(log), signedBy: verifiers) : nil
  }

  /// - Parameter verifiers: keys that are known by another way than from the log.
  init(_ ledger: any LedgerSource, trusting verifiers: [NoteVerifier]) {
    (self.ledger, self.verifiers, head) = (ledger, verifiers, nil)
  }

  func proof(of index: Int64) async throws -> Proved {
    try await proof(of: index, against: head)
  }

  private func proof(of index: Int64, against head: Head?) async throws -> Proved {
    var parameters = [("entry", String(index))]
    if let head { parameters.append(("size", String(head.checkpoint.size))) }
    let answer = try await ledger.ask(InclusionQuestion.name, parameters)
    guard let note = try Prover.note(answer, against: head),
      let hashes = [Hash](base64: answer["hashes"]), let entry = try await ledger.entry(index)
    else { throw Failure("the proof of entry \(index) is not whole", code: Exit.integrity) }
    let bytes = Prover.bytes(of: entry)
    let file = ProofFile(index: Int(index), hashes: hashes, note: note)
    do { _ = try file.checkpoint(for: bytes, signedBy: verifiers) } catch {
      throw Failure(
        "the ledger's own proof of entry \(index) does not hold: \(error)",
        hint: "ledger verify --db FILE says what is wrong.", code: Exit.integrity)
    }
    return Proved(file: file, entry: bytes)
  }

  /// A log that is written to keeps one checkpoint of each minute: the one that was shown may be gone
  /// by the next question, and what it signed holds all the same. Where it is still there, it comes
  /// with the lines that its witnesses put below it since.
  private static func note(_ answer: JSON, against head: Head?) throws -> SignedNote? {
    guard let text = answer.text("checkpoint") else { return head?.note }
    let note = try SignedNote(text)
    guard let head, note.text != head.note.text else { return note }
    throw Failure(
      "the ledger was asked about its head of \(head.checkpoint.size) entries and shows another one",
      hint: "ledger verify --db FILE says what is wrong.", code: Exit.integrity)
  }

  /// Without what `Stored.json` adds, an entry is its canonical bytes again.
  private static func bytes(of entry: JSON) -> [UInt8] {
    JSON.object((entry.object ?? [:]).filter { $0.key != "index" && $0.key != "leaf" })
      .canonicalBytes
  }

  /// Every entry that a trace cites, against one checkpoint.
  func chain(of reference: String) async throws -> ChainProof {
    let trace = try await ledger.ask(TraceQuestion.name, [("ref", reference)])
    // Behind the trace: its head covers all that the trace cites.
    let log = try await ledger.log()
    guard let text = log.text("checkpoint"), let vkey = verifiers.last?.vkey else {
      throw Failure.unsigned(log)
    }
    var head = try self.head ?? Head(text, signedBy: verifiers)
    var parts: [ChainProof.Part] = []
    for index in Prover.cited(trace).sorted() {
      let proved = try await proof(of: index, against: head)
      head.note = proved.file.note
      parts.append(.init(index: index, bytes: proved.entry, hashes: proved.file.hashes))
    }
    return ChainProof(
      reference: reference, vkey: vkey, note: head.note, parts: parts,
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
