import Ledger
import Merkle
import Reports

/// What a chain's proof says beside its entries: what it is a chain of, and what no entry tells. It
/// is the word of whoever made the file: nobody signed it.
struct ChainClaims {
  let reference: String
  let missing: [String]
  /// The entry that is about what the reference names; `nil` where entries alone do not say.
  let entry: Int64?

  /// - Parameter entries: of the chain, once they are proved.
  /// - Throws: `NoteError` for a reference that none of them is about.
  init(_ chain: ChainProof, _ entries: [Stored]) throws(NoteError) {
    (reference, missing) = (chain.reference, chain.missing)
    switch chain.reference(in: entries) {
    case .told(let index): entry = index
    case .undecided: entry = nil
    case .untold: throw .malformed("no entry in the file is about \(chain.reference)")
    }
  }

  var json: JSON {
    [
      "reference": .string(reference), "reference_entry": .optional(entry),
      "missing": .array(missing.map(JSON.string)),
    ]
  }

  var lines: [String] {
    let support = entry.map { "#\($0) is about it" } ?? "no entry alone can show that"
    return ["  claimed: a chain of \(Text.safe(reference)) (\(support))"]
      + missing.map { "  claimed: \(Text.safe($0))" }
      + ["! What is claimed is the word of whoever made the file: nobody signed it."]
  }
}
