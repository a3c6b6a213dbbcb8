import Ledger
import Merkle

/// One file that proves a whole chain, from the merge to what came of a deployment: every entry that
/// a trace cites, each with its inclusion proof, against one signed checkpoint. It is checked without
/// the log and without its tables: what led to what is folded from the entries again.
public struct ChainProof: Sendable {
  public static let schema = "ledger.chain-proof/1"

  public struct Part: Sendable {
    public let index: Int64
    public let bytes: [UInt8]
    public let hashes: [Hash]

    public init(index: Int64, bytes: [UInt8], hashes: [Hash]) {
      self.index = index
      self.bytes = bytes
      self.hashes = hashes
    }
  }

  /// What was traced, as whoever made the file says: nobody signed it.
  public let reference: String
  /// The log's key, as the log says.
  public let vkey: String
  public let note: SignedNote
  public let parts: [Part]
  public let links: [Link]
  /// What no entry tells, as whoever made the file says.
  public let missing: [String]

  public init(
    reference: String, vkey: String, note: SignedNote, parts: [Part], links: [Link],
    missing: [String]
  ) {
    self.reference = reference
    self.vkey = vkey
    self.note = note
    self.parts = parts
    self.links = links
    self.missing = missing
  }

  public init?(json: JSON) throws(NoteError) {
    guard json["schema"]?.string == ChainProof.schema, let note = json["checkpoint"]?.string,
      let vkey = json["vkey"]?.string, let entries = json["entries"]?.array,
      let links = json["links"]?.array
    else { return nil }
    self.note = try SignedNote(note)
    self.vkey = vkey
    reference = json["reference"]?.string ?? ""
    parts = entries.compactMap(Part.init(json:))
    self.links = links.compactMap(Link.init(json:))
    guard parts.count == entries.count, self.links.count == links.count else { return nil }
    missing = (json["missing"]?.array ?? []).compactMap(\.string)
  }

  public var json: JSON {
    [
      "schema": .string(ChainProof.schema), "reference": .string(reference),
      "vkey": .string(vkey), "checkpoint": .string(note.description),
      "entries": .array(parts.map(\.json)), "links": .array(links.map(\.json)),
      "missing": .array(missing.map(JSON.string)),
    ]
  }

  // MARK: checking

  /// What each entry says, once the checkpoint's signature and its own proof hold.
  ///
  /// - Throws: what does not hold.
  public func entries(
    signedBy verifiers: some Collection<NoteVerifier>
  ) throws(NoteError) -> (checkpoint: Checkpoint, entries: [Stored]) {
    guard !parts.isEmpty else { throw .malformed("the file has no entries: it proves nothing") }
    let checkpoint = try Checkpoint(note, signedBy: verifiers)
    var entries: [Stored] = []
    for part in parts {
      guard
        Proof.verifyInclusion(
          part.hashes, of: .leaf(part.bytes), at: Int(part.index), in: checkpoint.size,
          root: checkpoint.root)
      else {
        throw .malformed("entry \(part.index) is not at its place in the checkpoint's tree")
      }
      do { entries.append(Stored(index: part.index, entry: try Entry(decoding: part.bytes))) } catch
      { throw .malformed("entry \(part.index) is no entry: \(error)") }
    }
    return (checkpoint, entries)
  }

  /// Links that the entry which they cite does not tell.
  public func untold(by entries: [Stored]) -> [Link] {
    let told = Dictionary(entries.map { ($0.index, Set($0.links)) }) { first, _ in first }
    return links.filter { told[$0.entry]?.contains($0) != true }
  }
}

extension Stored {
  /// What led to what, as this entry alone tells it.
  var links: [Link] {
    Projections.changes(of: self).compactMap { change in
      guard change.table == Tables.links, case .text(let source) = change.key[0],
        case .text(let target) = change.key[1], let source = Node(text: source),
        let target = Node(text: target)
      else { return nil }
      return Link(source: source, target: target, entry: index)
    }
  }
}

extension ChainProof.Part {
  fileprivate init?(json: JSON) {
    guard let index = json["index"]?.int, index >= 0, let text = json["bytes"]?.string,
      let bytes = Base64.decoded(text), let hashes = [Hash](base64: json["hashes"])
    else { return nil }
    self.init(index: index, bytes: bytes, hashes: hashes)
  }

  fileprivate var json: JSON {
    [
      "index": .int(index), "bytes": .string(Base64.encoded(bytes)), "hashes": .hashes(hashes),
    ]
  }
}

extension [Hash] {
  /// As `JSON.hashes` writes them.
  public init?(base64 json: JSON?) {
    guard let texts = json?.array?.map({ $0.string ?? "" }) else { return nil }
    let hashes = texts.compactMap { text in
      Base64.decoded(text).flatMap { $0.count == Hash.byteCount ? Hash($0) : nil }
    }
    guard hashes.count == texts.count else { return nil }
    self = hashes
  }
}
