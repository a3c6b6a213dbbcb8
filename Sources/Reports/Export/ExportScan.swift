import Ledger

/// Finds which entries an export holds. It looks at all entries of its streams, in the order of the
/// log, up to the one that says where they end.
///
/// A stream begins with its first entry that was received at or after `since`, and ends before the
/// next one that was received at or after `until`: the order of the log decides, and clocks only
/// say where it is cut.
public struct ExportScan: Sendable {
  private struct Cut {
    var first: Int64?
    var through: Int64?
    /// The entry before the first one.
    var before: Stored.Place?
  }

  private let made: ExportMade
  private var cuts: [ByteText: Cut] = [:]
  private var places: Set<Int64>

  /// - Parameter index: the place of that entry.
  public init(_ made: ExportMade, at index: Int64) {
    self.made = made
    places = Set(made.cites).union([index])
    for name in made.ends.keys { cuts[name] = Cut() }
  }

  public var names: Set<String> { Set(made.ends.keys.map(\.text)) }

  public mutating func look(at stored: Stored) {
    for (text, number) in stored.entry.streams {
      let name = ByteText(text)
      guard let end = made.ends[name], number <= end else { continue }
      look(at: stored, name, number)
    }
  }

  private mutating func look(at stored: Stored, _ name: ByteText, _ number: Int64) {
    guard var cut = cuts[name], cut.through == nil else { return }
    let received = stored.entry.received
    if cut.first == nil {
      guard made.since.map({ received >= $0 }) ?? true else {
        cuts[name]?.before = Stored.Place(index: stored.index, number: number)
        return
      }
      cut.first = number
      if let before = cut.before { places.insert(before.index) }
    }
    if let until = made.until, received >= until { cut.through = number - 1 }
    places.insert(stored.index)
    cuts[name] = cut
  }

  /// The places in the log, in ascending order, and the span of each stream.
  public func result() -> (places: [Int64], spans: [ByteText: ExportHeader.Span]) {
    var places = places
    var spans: [ByteText: ExportHeader.Span] = [:]
    for (name, cut) in cuts {
      let end = made.ends[name] ?? 0
      // Nothing came since: its last entry shows that.
      if cut.first == nil, let before = cut.before { places.insert(before.index) }
      spans[name] = .init(first: cut.first ?? end + 1, through: cut.through ?? end)
    }
    return (places.sorted(), spans)
  }
}

extension Stored {
  /// Where an entry stands in the log, and in a stream.
  struct Place: Hashable, Sendable {
    let index, number: Int64
  }
}
