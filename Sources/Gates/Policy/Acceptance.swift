import Ledger

/// An exception: a word that says "not passed" and passes all the same, for a reason and a time.
public struct Acceptance: Hashable, Sendable {
  /// `skipped`, `neutral`, …: one of GitHub's words for a run that did not pass.
  public var word: String
  public var reason: String
  /// The last day, `2027-01-31`, in UTC. What a run ended with after it counts no more.
  public var until: String
  /// The instant that follows it.
  public var end: Instant

  /// `nil` when `until` is no day.
  public init?(word: String, reason: String, until: String) {
    guard until.utf8.count == 10, let day = Instant("\(until)T00:00:00Z") else { return nil }
    self.word = word
    self.reason = reason
    self.until = until
    end = day.adding(seconds: 86_400)
  }

  var json: JSON {
    ["word": .string(word), "reason": .string(reason), "until": .string(until)]
  }
}

extension ConfigReader {
  mutating func acceptances(_ node: ConfigNode?, _ path: String) -> [Acceptance] {
    guard let node else { return [] }
    var accepted: [Acceptance] = []
    for (position, element) in list(node, in: node, path).enumerated() {
      guard let one = acceptance(element, "\(path)[\(position)]") else { continue }
      if accepted.contains(where: { $0.word == one.word }) {
        report(element, "\(path)[\(position)]", "names \(one.word) twice")
      }
      accepted.append(one)
    }
    return accepted
  }

  private mutating func acceptance(_ node: ConfigNode, _ path: String) -> Acceptance? {
    guard let members = members(node, path, allowed: ["word", "reason", "until"]) else {
      return nil
    }
    let word = required(members["word"], in: node, "\(path).word", 1...64)
    let reason = required(members["reason"], in: node, "\(path).reason", 1...200)
    let until = required(members["until"], in: node, "\(path).until", 1...64)
    guard let word, let reason, let until else { return nil }
    guard CheckRule.failures.contains(word) else {
      report(
        members["word"] ?? node, "\(path).word",
        "must be one of \(CheckRule.failures.sorted().joined(separator: ", "))")
      return nil
    }
    guard let acceptance = Acceptance(word: word, reason: reason, until: until) else {
      report(members["until"] ?? node, "\(path).until", "must be a day, as 2027-01-31")
      return nil
    }
    return acceptance
  }

  private mutating func required(
    _ value: ConfigNode?, in parent: ConfigNode, _ path: String, _ length: ClosedRange<Int>
  ) -> String? {
    guard let value else {
      report(parent, path, "is missing: an exception has a word, a reason and a last day")
      return nil
    }
    return text(value, path, length)
  }
}
