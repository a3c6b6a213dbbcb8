/// What an export is made of.
public protocol StreamReader {
  /// The entries with a number in one of these streams, in ascending order.
  ///
  /// - Parameter range: of places in the log: the whole of it is looked through.
  func entries(of streams: Set<String>, in range: Range<Int64>) throws -> [Stored]
  /// The last number of a stream; 0 for one without entries.
  func end(of stream: String) throws -> Int64
  /// The place behind the last entry that belongs to a stream and has no number in it: 0 unless an
  /// earlier version wrote this log.
  func numberedFrom() throws -> Int64
  /// The entries that say how far a hook's deliveries were compared with GitHub's list, since when,
  /// and what was missing; in ascending order.
  ///
  /// - Parameter repository: whose hooks; 0 for the hook of the App.
  func deliveryReads(of repository: Int64) throws -> [Stored]
}
