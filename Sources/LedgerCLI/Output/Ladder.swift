import Ledger

/// A chain as a tree: what came of something stands below it, in line where it is the only one,
/// branching where it is not. Whatever has several sources stands below the last of them.
struct Ladder {
  struct Rung {
    /// `├─ `, `│  └─ `
    let branch: String
    let item: JSON
  }

  private(set) var rungs: [Rung] = []
  private let items: [JSON]
  private var below: [[Int]]

  /// - Parameters:
  ///   - items: in the order of the chain.
  ///   - links: `source` and `target` are nodes of the items.
  init(_ items: [JSON], _ links: [JSON]) {
    self.items = items
    below = items.map { _ in [] }
    let places = Dictionary(
      items.enumerated().compactMap { place, item in item.text("node").map { ($0, place) } }
    ) { first, _ in first }
    var above: [Int: Int] = [:]
    for link in links {
      guard let source = places[link.text("source") ?? ""],
        let target = places[link.text("target") ?? ""], source < target
      else { continue }
      above[target] = max(above[target] ?? source, source)
    }
    for (target, source) in above.sorted(by: { $0.key < $1.key }) { below[source].append(target) }
    for place in items.indices where above[place] == nil { climb(place, "", "") }
  }

  private mutating func climb(_ place: Int, _ branch: String, _ indent: String) {
    rungs.append(Rung(branch: branch, item: items[place]))
    // What leads nowhere comes first: the way goes on at the end.
    let next = below[place].sorted {
      (below[$0].isEmpty ? 0 : 1, $0) < (below[$1].isEmpty ? 0 : 1, $1)
    }
    guard next.count > 1 else {
      for child in next { climb(child, indent, indent) }
      return
    }
    for child in next {
      let isLast = child == next.last
      climb(child, indent + (isLast ? "└─ " : "├─ "), indent + (isLast ? "   " : "│  "))
    }
  }
}
