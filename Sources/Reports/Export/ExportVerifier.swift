import Ledger
import Merkle

/// Checks an export line by line and without the ledger (docs/export-format.md). Whatever it
/// answers rests on the signed checkpoint: the entries are in its tree, the last of them says where
/// each stream ended, and the numbers in the entries leave no room for another one.
public struct ExportVerifier {
  private let trusted: TrustedKeys
  private var line = 0
  private var head: (header: ExportHeader, checkpoint: Checkpoint)?
  private var covers: [StreamCover] = []
  private var deliveries = DeliveryWitnesses()
  private var vkeys: [String] = []
  /// Entries that no stream needs.
  private var others: Set<Int64> = []
  private var seen: Set<Int64> = []
  private var last: Stored?

  /// - Parameter verifiers: whom to believe. Of the log's keys one must have signed, of witnesses
  ///   all of them. Without a key of the log those in the file are taken.
  public init(trusting verifiers: [NoteVerifier] = []) {
    trusted = TrustedKeys(verifiers)
  }

  /// - Parameter bytes: the next line, without its line break.
  public mutating func take(_ bytes: [UInt8]) throws(ExportFault) {
    line += 1
    do {
      if head == nil { try begin(bytes) } else { try add(try ExportLine(line: bytes)) }
    } catch { throw ExportFault(error.reason, line: line) }
  }

  private mutating func begin(_ bytes: [UInt8]) throws(ExportFault) {
    let header = try ExportHeader(line: bytes)
    let checkpoint: Checkpoint
    do { checkpoint = try Checkpoint(text: header.checkpoint.text) } catch {
      throw ExportFault(error.description)
    }
    guard header.origin.isExactly(checkpoint.origin) else {
      throw ExportFault("the checkpoint is of \(checkpoint.origin), not of \(header.origin)")
    }
    head = (header, checkpoint)
    covers = header.streams.sorted { $0.key < $1.key }.map {
      StreamCover($0.key.text, $0.value, since: header.since, until: header.until)
    }
  }

  private mutating func add(_ next: ExportLine) throws(ExportFault) {
    guard let checkpoint = head?.checkpoint else { return }
    let stored = next.stored
    guard stored.index > last?.index ?? -1 else {
      throw ExportFault("entry \(stored.index) does not come behind entry \(last?.index ?? 0)")
    }
    let isIncluded = Proof.verifyInclusion(
      next.proof, of: stored.leaf, at: Int(stored.index), in: checkpoint.size,
      root: checkpoint.root)
    guard isIncluded else {
      throw ExportFault("entry \(stored.index) is not in the tree of the checkpoint")
    }
    last = stored
    seen.insert(stored.index)
    var isNeeded = false
    for place in covers.indices where try covers[place].take(stored) { isNeeded = true }
    if !isNeeded { others.insert(stored.index) }
    deliveries.take(stored.entry)
    try addKey(stored.entry)
  }

  private mutating func addKey(_ entry: Entry) throws(ExportFault) {
    guard entry.kind == .logKey, let vkey = entry.data["vkey"]?.string else { return }
    guard let origin = entry.data["origin"]?.string, let own = head?.header.origin,
      origin.isExactly(own)
    else {
      throw ExportFault("the key \(vkey) is one of another log")
    }
    vkeys.append(vkey)
  }

  /// After the last line.
  public func end() throws(ExportFault) -> ExportSummary {
    guard let head, let last else { throw ExportFault("the file has no entries") }
    guard last.entry.kind == .exportMade, let made = ExportMade(last.entry.data) else {
      throw ExportFault("the file does not end with the entry about this export: it was cut off")
    }
    try check(made, head.header)
    let expected = Set(made.cites).union([last.index])
    if let missing = expected.subtracting(seen).min() {
      throw ExportFault("entry \(missing) is missing: the last one cites it")
    }
    if let stranger = others.subtracting(expected).min() {
      throw ExportFault("entry \(stranger) belongs to nothing that was asked for")
    }
    for cover in covers { try cover.finish(end: end(of: cover, made)) }
    let signers = try signers(of: head.header)
    return summary(made, last, head.checkpoint, signers)
  }

  private func end(of cover: StreamCover, _ made: ExportMade) -> Int64 {
    made.ends[ByteText(cover.name)] ?? 0
  }

  private func check(_ made: ExportMade, _ header: ExportHeader) throws(ExportFault) {
    guard made.since == header.since, made.until == header.until else {
      throw ExportFault("the header names another time than the last entry")
    }
    // By bytes, as the entries name them.
    guard Set(made.ends.keys) == Set(header.streams.keys) else {
      throw ExportFault("the header names other streams than the last entry")
    }
    guard vkeys.map(ByteText.init(_:)) == header.vkeys.map(ByteText.init(_:)) else {
      throw ExportFault("the header names other keys than the log")
    }
  }

  private func signers(of header: ExportHeader) throws(ExportFault) -> [NoteVerifier] {
    do throws(NoteError) {
      var keys = trusted.logs
      if keys.isEmpty { for vkey in vkeys { keys.append(try NoteVerifier(vkey)) } }
      guard !keys.isEmpty else { throw .malformed("the file has no key of the log") }
      return try TrustedKeys(keys + trusted.witnesses)
        .signers(of: header.checkpoint, origin: header.origin)
    } catch { throw ExportFault("the checkpoint cannot be believed: \(error)") }
  }

  private func summary(
    _ made: ExportMade, _ last: Stored, _ checkpoint: Checkpoint, _ signers: [NoteVerifier]
  ) -> ExportSummary {
    let streams = covers.map { cover in
      ExportSummary.Stream(
        name: cover.name, span: cover.span, entries: cover.count,
        end: end(of: cover, made), after: cover.before?.index, last: cover.last?.index,
        before: cover.behind?.index,
        numberedFrom: cover.span.first == 1 && made.numberedFrom > 0 ? made.numberedFrom : nil)
    }
    let madeAt = last.entry.received
    let period = ExportPeriod(since: made.since, until: made.until, madeAt: madeAt)
    return ExportSummary(
      origin: checkpoint.origin, size: Int64(checkpoint.size), root: checkpoint.root,
      made: made, index: last.index, madeAt: madeAt, entries: seen.count,
      streams: streams,
      coverage: covers.compactMap { Streams.repository(of: $0.name) }.sorted().map {
        deliveries.coverage(of: $0, in: period)
      },
      signers: signers, trustsItself: trusted.logs.isEmpty)
  }
}
