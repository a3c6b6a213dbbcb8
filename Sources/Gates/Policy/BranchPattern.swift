/// A branch name in which `*` stands for any run of characters but `/`, and `**` for any at all.
public struct BranchPattern: Hashable, Sendable {
  private enum Step {
    case byte(UInt8)
    /// `*`
    case run
    /// `**`
    case deepRun
  }

  private static let star = UInt8(ascii: "*")

  public let text: String

  public init(_ text: String) { self.text = text }

  /// Walks all ways through the pattern at once, in time that grows with the product of both lengths.
  /// One way after the other would be as many as there are ways to cut the name at the stars, and a
  /// pattern is anybody's who names a rule of GitHub.
  public func matches(_ branch: String) -> Bool {
    guard text.utf8.contains(BranchPattern.star) else {
      return text.utf8.elementsEqual(branch.utf8)
    }
    let steps = steps
    var places = [true] + Array(repeating: false, count: steps.count)
    BranchPattern.skipRuns(steps, &places)
    for byte in branch.utf8 {
      var next = Array(repeating: false, count: steps.count + 1)
      for (place, step) in steps.enumerated() where places[place] {
        switch step {
        case .byte(let wanted): if wanted == byte { next[place + 1] = true }
        case .run: if byte != UInt8(ascii: "/") { next[place] = true }
        case .deepRun: next[place] = true
        }
      }
      BranchPattern.skipRuns(steps, &next)
      places = next
    }
    return places[steps.count]
  }

  /// A run may be empty.
  private static func skipRuns(_ steps: [Step], _ places: inout [Bool]) {
    for (place, step) in steps.enumerated() where places[place] {
      if case .byte = step { continue }
      places[place + 1] = true
    }
  }

  private var steps: [Step] {
    var steps: [Step] = []
    var rest = text.utf8[...]
    while let first = rest.popFirst() {
      if first != BranchPattern.star {
        steps.append(.byte(first))
      } else if rest.first == BranchPattern.star {
        rest.removeFirst()
        steps.append(.deepRun)
      } else {
        steps.append(.run)
      }
    }
    return steps
  }
}
