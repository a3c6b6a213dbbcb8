/// What a dictionary holds: the texts, one after the other, without what was there before.
enum Content {
  /// Shorter repetitions are not worth the reference.
  private static let window = 24

  /// - Returns: the last `limit` bytes.
  static func joined(_ texts: [[UInt8]], limit: Int) -> [UInt8] {
    var content: [UInt8] = []
    var seen: Set<ArraySlice<UInt8>> = []
    for text in texts {
      for position in text.indices where isNew(text, position, seen) {
        content.append(text[position])
      }
      for position in text.indices.dropLast(window - 1) {
        seen.insert(text[position..<position + window])
      }
    }
    return Array(content.suffix(limit))
  }

  /// A byte is there before when a window around it is.
  private static func isNew(
    _ text: [UInt8], _ position: Int, _ seen: Set<ArraySlice<UInt8>>
  ) -> Bool {
    let first = max(0, position - window + 1)
    let last = min(position, text.count - window)
    guard first <= last else { return true }
    return !(first...last).contains { seen.contains(text[$0..<$0 + window]) }
  }
}
