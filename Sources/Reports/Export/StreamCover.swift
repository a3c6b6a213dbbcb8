import Ledger

/// Follows one stream through the lines of an export: no number may be missing, none may come twice,
/// and it must be cut where the file says.
struct StreamCover {
  let name: String
  let span: ExportHeader.Span
  let since: Instant?
  let until: Instant?
  private var next: Int64
  private(set) var count = 0
  /// The entries at the cuts: in front of the first one, and behind the last one.
  private(set) var before: Stored?
  private(set) var behind: Stored?
  private(set) var last: Stored?

  init(_ name: String, _ span: ExportHeader.Span, since: Instant?, until: Instant?) {
    self.name = name
    self.span = span
    self.since = since
    self.until = until
    next = max(1, span.first - 1)
  }

  /// Whether the stream needs this entry.
  mutating func take(_ stored: Stored) throws(ExportFault) -> Bool {
    guard let number = stored.entry.number(in: name),
      number >= max(1, span.first - 1), number <= span.through + 1
    else { return false }
    guard number == next else {
      throw ExportFault(
        number > next
          ? "\(name) lacks number \(next)" : "\(name) has number \(number) a second time")
    }
    next += 1
    if let reason = problem(with: stored, number) { throw ExportFault(reason) }
    if number < span.first {
      before = stored
    } else if number <= span.through {
      count += 1
      last = stored
    } else {
      behind = stored
    }
    return true
  }

  private func problem(with stored: Stored, _ number: Int64) -> String? {
    let received = stored.entry.received
    if number < span.first {
      return since.map { received < $0 } == true
        ? nil : "the entry before \(name)'s first one was not received before the time asked for"
    }
    if number > span.through {
      return until.map { received >= $0 } == true
        ? nil : "the entry behind \(name)'s last one was received before the end asked for"
    }
    if number == span.first, let since, received < since {
      return "\(name)'s first entry was received before the time asked for"
    }
    return until.map { received >= $0 } == true
      ? "an entry of \(name) was received after the end asked for" : nil
  }

  /// - Parameter end: the stream's last number, as the log claims.
  func finish(end: Int64) throws(ExportFault) {
    guard span.through <= end else { throw ExportFault("\(name) ends at \(end) in the log") }
    guard next == (span.through < end ? span.through + 2 : span.through + 1) else {
      throw ExportFault("\(name) lacks number \(next)")
    }
  }
}
