import Synchronization

/// Answers that GitHub tagged, to be asked for again only if they changed (RFC 9110, 13.1.2). When
/// it is full, those go first that were not asked for the longest.
final class AnswerCache: Sendable {
  struct Key: Hashable {
    let url: String
    let party: Party
  }

  fileprivate struct Line {
    let answer: Answer
    let bytes: Int
    var use: UInt64
  }

  fileprivate struct State {
    var lines: [Key: Line] = [:]
    /// In order, with uses that were overtaken by a later one of the same key.
    var uses: [(key: Key, use: UInt64)] = []
    var firstUse = 0
    var lastUse: UInt64 = 0
    var bytes = 0
  }

  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: of bytes, with what keeping a line takes.
  init(limit: Int) { self.limit = limit }

  subscript(key: Key) -> Answer? {
    state.withLock { state -> Answer? in
      guard let line = state.lines[key] else { return nil }
      state.touch(key)
      return line.answer
    }
  }

  /// Forgets an answer that is no longer given, and keeps a new one if it has a tag and fits.
  func keep(_ answer: Answer, _ key: Key) {
    let size = key.url.utf8.count + answer.body.readableBytes + answer.link.utf8.count + 512
    state.withLock { state in
      state.remove(key)
      guard answer.status == 200, answer.tag != nil, size <= limit else { return }
      state.lines[key] = Line(answer: answer, bytes: size, use: 0)
      state.bytes += size
      state.touch(key)
      while state.bytes > limit { state.removeOldest() }
    }
  }

  /// Of all lines.
  var bytes: Int { state.withLock { $0.bytes } }
}

extension AnswerCache.State {
  fileprivate mutating func touch(_ key: AnswerCache.Key) {
    lastUse += 1
    lines[key]?.use = lastUse
    uses.append((key, lastUse))
    guard uses.count > 64 + 4 * lines.count else { return }
    uses = uses[firstUse...].filter { lines[$0.key]?.use == $0.use }
    firstUse = 0
  }

  fileprivate mutating func remove(_ key: AnswerCache.Key) {
    guard let line = lines.removeValue(forKey: key) else { return }
    bytes -= line.bytes
  }

  fileprivate mutating func removeOldest() {
    let (key, use) = uses[firstUse]
    firstUse += 1
    if lines[key]?.use == use { remove(key) }
  }
}
