import Ledger
import Merkle

/// An export as it is written: the header, and then the entries at `places`.
public struct ExportFile: Sendable {
  public let header: ExportHeader
  /// In the log, in ascending order; the last is the one about the export.
  public let places: [Int64]
  private let size: Int

  /// - Parameters:
  ///   - scan: which has looked at all entries up to the made.
  ///   - checkpoint: whose tree holds the made.
  public init(
    _ made: ExportMade, _ scan: ExportScan, checkpoint: SignedNote, vkeys: [String]
  ) throws(NoteError) {
    let head = try Checkpoint(text: checkpoint.text)
    let (places, spans) = scan.result()
    size = head.size
    self.places = places
    header = ExportHeader(
      checkpoint: checkpoint, origin: head.origin, vkeys: vkeys, since: made.since,
      until: made.until, streams: spans)
  }

  /// Without its line break.
  public func line(_ stored: Stored, nodes: Proof.Nodes) throws -> [UInt8] {
    let proof = try Proof.inclusion(of: Int(stored.index), in: size, nodes: nodes)
    return ExportLine(stored, proof: proof).bytes
  }
}
