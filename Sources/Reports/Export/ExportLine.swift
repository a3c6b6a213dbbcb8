import Ledger
import Merkle

/// Every line but the first: an entry, and the proof that it is in the tree of the checkpoint.
///
/// `{"entry":` ‖ the entry's bytes ‖ `,"index":12,"proof":["…"]}`: whoever cuts there hashes exactly
/// what was written and need not write JSON himself.
public struct ExportLine: Hashable, Sendable {
  private static let start = Array(#"{"entry":"#.utf8)
  private static let middle = Array(#","index":"#.utf8)

  public let stored: Stored
  /// From the leaf to the root.
  public let proof: [Hash]

  public init(_ stored: Stored, proof: [Hash]) {
    self.stored = stored
    self.proof = proof
  }

  public var bytes: [UInt8] {
    let tail: JSON = [
      "index": .int(stored.index),
      "proof": .array(proof.map { .string(Base64.encoded($0.bytes)) }),
    ]
    var bytes = ExportLine.start + stored.entry.bytes
    bytes.append(UInt8(ascii: ","))
    bytes += tail.canonicalBytes.dropFirst()
    return bytes
  }

  public init(line: [UInt8]) throws(ExportFault) {
    guard line.starts(with: ExportLine.start), let split = ExportLine.split(line) else {
      throw ExportFault("it is no entry with its proof")
    }
    let tail: JSON
    do { tail = try JSON.parse([UInt8(ascii: "{")] + line[(split + 1)...]) } catch {
      throw ExportFault("it is no JSON")
    }
    guard let index = tail["index"]?.int, let texts = tail["proof"]?.array, texts.count < 64 else {
      throw ExportFault("it has no index or no proof")
    }
    let hashes = texts.compactMap { $0.string.flatMap(Base64.decoded) }
      .filter { $0.count == Hash.byteCount }.map { Hash($0) }
    let entry: Entry
    do { entry = try Entry(decoding: Array(line[ExportLine.start.count..<split])) } catch {
      throw ExportFault("the entry cannot be read: \(error)")
    }
    self.init(Stored(index: index, entry: entry), proof: hashes)
    guard bytes == line else { throw ExportFault("it is not as the ledger writes it") }
  }

  /// Where the last `,"index":` begins: behind it stand numbers and hashes only.
  private static func split(_ line: [UInt8]) -> Int? {
    var place = line.count - middle.count
    while place > start.count {
      if line[place] == middle[0], line[place...].starts(with: middle) { return place }
      place -= 1
    }
    return nil
  }
}
