/// A piece of the tree as it is published: up to 256 hashes of one level, or the entries below them
/// (C2SP tlog-tiles).
public struct Tile: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    /// Hashes of subtrees with `256^level` leaves; 0 to 63.
    case hashes(level: Int)
    case entries
  }

  public static let fullWidth = 256

  public let content: Content
  public let index: Int
  /// 1 to 256; fewer than 256 at the right edge of a tree.
  public let width: Int

  /// - Precondition: `width` is 1 to 256, `index` is not negative.
  public init(_ content: Content, index: Int, width: Int = fullWidth) {
    precondition((1...Tile.fullWidth).contains(width) && index >= 0)
    self.content = content
    self.index = index
    self.width = width
  }

  /// Reads what follows `tile/`: `0/x001/x234/067.p/112`, `entries/005`. `nil` for anything that
  /// `path` would not write.
  public init?(path: some StringProtocol) {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 2 else { return nil }
    let first = parts.removeFirst()
    var width = Tile.fullWidth
    if parts.count >= 2, parts[parts.count - 2].hasSuffix(".p") {
      guard let partial = Int(decimal: parts.removeLast()), (1..<Tile.fullWidth) ~= partial else {
        return nil
      }
      width = partial
      parts.append(parts.removeLast().dropLast(2))
    }
    guard let index = Tile.index(parts), let content = Tile.content(first) else { return nil }
    self.init(content, index: index, width: width)
    guard self.path == path else { return nil }
  }

  private static func content(_ text: some StringProtocol) -> Content? {
    if text == "entries" { return .entries }
    guard let level = Int(decimal: text), level <= 63 else { return nil }
    return .hashes(level: level)
  }

  private static func index(_ groups: [some StringProtocol]) -> Int? {
    var index = 0
    for (position, group) in groups.enumerated() {
      let isLast = position == groups.count - 1
      let digits = isLast ? group[...] : group.dropFirst()
      guard isLast || group.hasPrefix("x"), digits.utf8.count == 3, let value = Int(digits),
        value >= 0, index <= (Int.max - value) / 1000
      else { return nil }
      index = index * 1000 + value
    }
    return index
  }

  public var path: String {
    var groups = [String(index % 1000).padded]
    var rest = index / 1000
    while rest > 0 {
      groups.insert("x" + String(rest % 1000).padded, at: 0)
      rest /= 1000
    }
    let name: String =
      switch content {
      case .entries: "entries"
      case .hashes(let level): String(level)
      }
    let suffix = width == Tile.fullWidth ? "" : ".p/\(width)"
    return "\(name)/\(groups.joined(separator: "/"))\(suffix)"
  }

  /// The level in the tree of its hashes; `nil` for one that no tree of 2⁶³ entries reaches.
  public var treeLevel: Int? {
    switch content {
    case .entries: 0
    case .hashes(let level): level < 8 ? 8 * level : nil
    }
  }

  /// Where it begins, counted in hashes of its level.
  public var start: Int? {
    let (start, overflow) = index.multipliedReportingOverflow(by: Tile.fullWidth)
    return overflow ? nil : start
  }

  /// Whether a tree of this size has all of it.
  public func exists(in size: Int) -> Bool {
    guard let treeLevel, let start else { return false }
    return width <= size >> treeLevel - start
  }
}

extension String {
  fileprivate var padded: String { String(repeating: "0", count: 3 - count) + self }
}
