import Ledger
import Merkle
import Reports

/// Checks a proof without the log: of one entry, or of a chain.
struct ProofCheck {
  static let schema = "ledger.proof-check/1"

  let origin: String
  let size: Int
  let root: Hash
  let entries: [Stored]
  /// The given keys that signed the head.
  let signers: [NoteVerifier]
  /// Of a chain.
  private(set) var links: [Link] = []
  /// `nil` for one entry.
  private(set) var claims: ChainClaims?

  /// - Parameters:
  ///   - text: a `c2sp.org/tlog-proof@v1` file, or a `ledger.chain-proof/1`.
  ///   - entry: the entry's bytes; a chain brings its own.
  ///   - keys: one of the log's has to have signed, and every witness.
  /// - Throws: `NoteError` for what does not hold, `Failure` for what cannot be checked.
  init(_ text: String, entry: [UInt8]?, signedBy keys: TrustedKeys) throws {
    let (checkpoint, note): (Checkpoint, SignedNote)
    if let chain = try ProofCheck.chain(text) {
      guard entry == nil else {
        throw Failure.usage("a proof of a chain has its entries in it", hint: "Leave --entry out.")
      }
      (checkpoint, entries) = try chain.entries(signedBy: keys.all)
      if let link = chain.untold(by: entries).first {
        throw NoteError.malformed(
          "entry \(link.entry) does not tell that \(link.source.text) led to \(link.target.text)")
      }
      claims = try ChainClaims(chain, entries)
      (note, links) = (chain.note, chain.links)
    } else {
      guard let entry else {
        throw Failure.usage("which entry is it a proof of?", hint: "Give its bytes with --entry.")
      }
      let file = try ProofFile(text)
      checkpoint = try file.checkpoint(for: entry, signedBy: keys.all)
      entries = [try ProofCheck.stored(entry, at: file.index)]
      note = file.note
    }
    signers = try keys.signers(of: note, origin: checkpoint.origin)
    (origin, size, root) = (checkpoint.origin, checkpoint.size, checkpoint.root)
  }

  private static func chain(_ text: String) throws -> ChainProof? {
    guard text.hasPrefix("{") else {
      if text.hasPrefix("c2sp.org/tlog-proof") { return nil }
      throw notAProof
    }
    let json: JSON
    do { json = try JSON.parse(Array(text.utf8)) } catch {
      throw NoteError.malformed("the file is no JSON: \(error)")
    }
    guard json["schema"]?.string?.hasPrefix("ledger.chain-proof/") == true else { throw notAProof }
    guard let chain = try ChainProof(json: json) else {
      throw NoteError.malformed("the file is no \(ChainProof.schema)")
    }
    return chain
  }

  private static let notAProof = Failure.usage(
    "the file of --check is no proof at all",
    hint: "ledger prove makes one; the entry's bytes are given with --entry.")

  private static func stored(_ bytes: [UInt8], at index: Int) throws -> Stored {
    do { return Stored(index: Int64(index), entry: try Entry(decoding: bytes)) } catch {
      throw NoteError.malformed("the entry is none of a ledger: \(error)")
    }
  }

  var json: JSON {
    [
      "schema": .string(ProofCheck.schema), "ok": true, "origin": .string(origin),
      "size": .int(Int64(size)), "root": .string(Base64.encoded(root.bytes)),
      "signers": .array(signers.map { .string($0.vkey) }),
      "entries": .array(entries.map(\.json)), "links": .array(links.map(\.json)),
      "claimed": claims?.json ?? .null,
    ]
  }

  var text: String {
    var lines = ["✓ signed by \(Text.safe(origin)): \(size) entries, root \(root)"]
    lines += signers.filter { $0.algorithm == .cosignature }.map {
      "✓ cosigned by \(Text.safe($0.name))"
    }
    lines += entries.flatMap(ProofCheck.said)
    lines += links.map {
      "✓ \(Text.safe($0.source.text)) → \(Text.safe($0.target.text))  told by #\($0.entry)"
    }
    if let claims { lines += claims.lines + ProofCheck.limit }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Whoever passes a chain on may leave entries out, and nothing of it says so.
  private static let limit = [
    "! This shows that these entries are in the log, not that no others are about it.",
    "! That shows a file of ledger export --proofs (ledger verify --export).",
  ]

  private static func said(by stored: Stored) -> [String] {
    let kind = Text.safe(stored.entry.kind.name)
    let says = EntrySummary.text(stored.entry.data)
    return ["✓ #\(stored.index)  \(kind)  received \(stored.entry.received)"]
      + (says.isEmpty ? [] : ["    \(says)"])
  }
}
