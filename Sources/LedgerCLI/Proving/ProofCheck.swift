import Ledger
import Merkle
import Reports

/// Checks a proof without the log: of one entry, or of a chain.
struct ProofCheck {
  let origin: String
  let size: Int
  let root: Hash
  let entries: [Stored]
  /// Of a chain.
  var links: [Link] = []
  var missing: [String] = []

  /// - Parameters:
  ///   - text: a `c2sp.org/tlog-proof@v1` file, or a `ledger.chain-proof/1`.
  ///   - entry: the entry's bytes; a chain brings its own.
  /// - Throws: `NoteError` for what does not hold, `Failure` for what cannot be checked.
  init(_ text: String, entry: [UInt8]?, signedBy verifier: NoteVerifier) throws {
    let checkpoint: Checkpoint
    if let chain = try ProofCheck.chain(text) {
      guard entry == nil else {
        throw Failure.usage("a proof of a chain has its entries in it", hint: "Leave --entry out.")
      }
      (checkpoint, entries) = try chain.entries(signedBy: [verifier])
      if let link = chain.untold(by: entries).first {
        throw NoteError.malformed(
          "entry \(link.entry) does not tell that \(link.source.text) led to \(link.target.text)")
      }
      (links, missing) = (chain.links, chain.missing)
    } else {
      guard let entry else {
        throw Failure.usage("which entry is it a proof of?", hint: "Give its bytes with --entry.")
      }
      let file = try ProofFile(text)
      checkpoint = try file.checkpoint(for: entry, signedBy: [verifier])
      entries = [try ProofCheck.stored(entry, at: file.index)]
    }
    guard checkpoint.origin == verifier.name else {
      throw NoteError.malformed("the checkpoint is of \(checkpoint.origin)")
    }
    (origin, size, root) = (checkpoint.origin, checkpoint.size, checkpoint.root)
  }

  private static func chain(_ text: String) throws -> ChainProof? {
    guard text.hasPrefix("{") else { return nil }
    let json: JSON
    do { json = try JSON.parse(Array(text.utf8)) } catch {
      throw NoteError.malformed("the file is no JSON: \(error)")
    }
    guard let chain = try ChainProof(json: json) else {
      throw NoteError.malformed("the file is no \(ChainProof.schema)")
    }
    return chain
  }

  private static func stored(_ bytes: [UInt8], at index: Int) throws -> Stored {
    do { return Stored(index: Int64(index), entry: try Entry(decoding: bytes)) } catch {
      throw NoteError.malformed("the entry is none of a ledger: \(error)")
    }
  }

  var json: JSON {
    [
      "schema": "ledger.proof-check/1", "origin": .string(origin), "size": .int(Int64(size)),
      "root": .string(Base64.encoded(root.bytes)), "entries": .array(entries.map(\.json)),
      "links": .array(links.map(\.json)), "missing": .array(missing.map(JSON.string)),
    ]
  }

  var text: String {
    let entries = entries.map { stored in
      "✓ #\(stored.index)  \(Text.safe(stored.entry.kind.name))  received \(stored.entry.received)"
    }
    let links = links.map {
      "✓ \(Text.safe($0.source.text)) → \(Text.safe($0.target.text))  told by #\($0.entry)"
    }
    let gaps = missing.map { "? \(Text.safe($0))" }
    let head = "✓ signed by \(Text.safe(origin)): \(size) entries, root \(root)"
    return ([head] + entries + links + gaps).map { $0 + "\n" }.joined()
  }
}
