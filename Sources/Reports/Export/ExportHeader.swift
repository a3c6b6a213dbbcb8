import Ledger
import Merkle

/// Why a file is no proof.
public struct ExportFault: Error, Hashable, Sendable {
  /// Counted from 1; `nil` for what is wrong with the whole.
  public let line: Int?
  public let reason: String

  init(_ reason: String, line: Int? = nil) {
    self.reason = reason
    self.line = line
  }
}

/// The first line of an export (docs/export-format.md). All of it is bound to what was signed: the
/// numbers by the entries, the rest by the last of them.
public struct ExportHeader: Hashable, Sendable {
  public static let format = "ledger-export/1"

  /// Which numbers of a stream the file holds. With `first` above 1 also the one before, with
  /// `through` below the stream's end also the one behind: they show that the cut is where it was
  /// asked for.
  public struct Span: Hashable, Sendable {
    public var first: Int64
    /// `first - 1` when nothing is in between.
    public var through: Int64

    public init(first: Int64, through: Int64) {
      self.first = first
      self.through = through
    }
  }

  public var checkpoint: SignedNote
  public var origin: String
  /// Of the log, as its `log.key.v1` entries in the file give them.
  public var vkeys: [String]
  public var since: Instant?
  public var until: Instant?
  public var streams: [ByteText: Span]

  public init(
    checkpoint: SignedNote, origin: String, vkeys: [String], since: Instant?, until: Instant?,
    streams: [ByteText: Span]
  ) {
    self.checkpoint = checkpoint
    self.origin = origin
    self.vkeys = vkeys
    self.since = since
    self.until = until
    self.streams = streams
  }

  public var bytes: [UInt8] {
    let streams = streams.mapValues { span -> JSON in
      ["first": .int(span.first), "through": .int(span.through)]
    }
    let json: JSON = [
      "checkpoint": .string(checkpoint.description), "format": .string(ExportHeader.format),
      "origin": .string(origin), "since": .optional(since), "streams": .streams(streams),
      "until": .optional(until), "vkeys": .array(vkeys.map(JSON.string)),
    ]
    return json.canonicalBytes
  }

  public init(line: [UInt8]) throws(ExportFault) {
    let json: JSON
    do { json = try JSON.parse(line) } catch { throw ExportFault("it is no JSON") }
    guard json["format"]?.string == ExportHeader.format else {
      throw ExportFault("the file does not begin as an export of format \(ExportHeader.format)")
    }
    guard let note = json["checkpoint"]?.string, let origin = json["origin"]?.string,
      let vkeys = json["vkeys"]?.array?.compactMap(\.string),
      let streams = json["streams"]?.streams(Span.init)
    else { throw ExportFault("a member of the header is missing") }
    let checkpoint: SignedNote
    do { checkpoint = try SignedNote(note) } catch { throw ExportFault(error.description) }
    self.init(
      checkpoint: checkpoint, origin: origin, vkeys: vkeys, since: Instant(json: json["since"]),
      until: Instant(json: json["until"]), streams: streams)
    guard bytes == line else { throw ExportFault("the header is not as the ledger writes it") }
  }
}

extension ExportHeader.Span {
  fileprivate init?(_ json: JSON) {
    guard let first = json["first"]?.int, let through = json["through"]?.int, first >= 1,
      through >= first - 1, through <= 1 << 53
    else { return nil }
    self.init(first: first, through: through)
  }
}
