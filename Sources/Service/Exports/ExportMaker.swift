import Ledger
import Merkle
import Reports

/// Makes exports (docs/export-format.md): first the entry that says where each stream ends, then the
/// file that shows it.
public struct ExportMaker: Sendable {
  /// The log is not signed: there is nothing to prove anything by.
  public struct Unsigned: Error {
    public static let sentence = "this log is not signed: an export would prove nothing"
    public static let hint = "ledger init gives it a key."
  }

  /// More streams than the entry about it has room for.
  public struct TooMuch: Error {
    public static let sentence = "that is more than one export can hold"
    public static let hint = "Make several, each of some of the services and repositories."
  }

  /// Entries that are looked through, and lines that are written, in one read of the store.
  private static let window: Int64 = 20_000
  private static let page = 200

  private let store: any LedgerStore
  private let now: @Sendable () -> Instant

  public init(store: any LedgerStore, now: @escaping @Sendable () -> Instant) {
    self.store = store
    self.now = now
  }

  /// - Throws: `BadQuestion`, `UnknownRepositories`, `Unsigned`, `TooMuch`; then nothing was
  ///   appended.
  public func make(_ request: ExportRequest, by source: Source) async throws -> ExportFile {
    let received = now()
    let made = try await store.read { tables in
      if try tables.checkpoint() == nil { throw Unsigned() }
      return try request.made(reading: tables, now: received)
    }
    let entry: Entry
    do { entry = try made.entry(received: received, source: source) } catch EntryError.tooLarge {
      throw TooMuch()
    }
    guard let index = try await store.append([Submission(entry: entry)]).first?.index else {
      throw StoreError.failed("no receipt")
    }
    return try await file(index)
  }

  private func file(_ index: Int64) async throws -> ExportFile {
    let (made, note, vkeys) = try await store.read { tables in
      guard let stored = try tables.entry(at: index), let made = ExportMade(stored.entry.data),
        let head = try tables.checkpoint(), head.size > index
      else { throw StoreError.failed("entry \(index) is not under a checkpoint") }
      let cited = Set(made.cites)
      let keys = try tables.logKeys().filter { cited.contains($0.entry) }.map(\.verifier.vkey)
      return (made, try SignedNote(head.note), keys)
    }
    var scan = ExportScan(made, at: index)
    var start = made.numberedFrom
    while start < index {
      let (names, range) = (scan.names, start..<min(index, start + ExportMaker.window))
      for stored in try await store.read({ try $0.entries(of: names, in: range) }) {
        scan.look(at: stored)
      }
      start = range.upperBound
    }
    return try ExportFile(made, scan, checkpoint: note, vkeys: vkeys)
  }

  /// Hands over the lines, some at a time.
  public func write(
    _ file: ExportFile, to sink: ([UInt8]) async throws -> Void
  ) async throws {
    try await sink(file.header.bytes + [10])
    for start in stride(from: 0, to: file.places.count, by: ExportMaker.page) {
      let places = file.places[start..<min(file.places.count, start + ExportMaker.page)]
      try await sink(
        try await store.read { tables in
          var lines: [UInt8] = []
          for place in places {
            guard let stored = try tables.entry(at: place) else {
              throw StoreError.failed("entry \(place) is missing")
            }
            lines += try file.line(stored, nodes: tables.node) + [10]
          }
          return lines
        })
    }
  }
}
