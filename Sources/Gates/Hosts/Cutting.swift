extension String {
  /// At most `limit` long, ending in `note` when something had to go. Never cut within a character.
  ///
  /// - Parameter size: of one character or of the note, in the limit's unit.
  public func cut(to limit: Int, note: String, size: (String) -> Int) -> String {
    guard size(self) > limit else { return self }
    var room = limit - size(note)
    var end = startIndex
    while end < endIndex {
      let next = index(after: end)
      room -= size(String(self[end..<next]))
      if room < 0 { break }
      end = next
    }
    return String(self[..<end]) + note
  }
}
