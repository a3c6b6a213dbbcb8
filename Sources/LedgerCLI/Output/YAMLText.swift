import Ledger

/// JSON as YAML that people read: members sorted, strings in quotes.
enum YAMLText {
  static func text(_ json: JSON) -> String {
    lines(json).map { Text.safe($0) + "\n" }.joined()
  }

  private static func lines(_ json: JSON) -> [String] {
    switch json {
    case .object(let members) where !members.isEmpty:
      members.sorted { $0.key < $1.key }.flatMap { name, value in
        isShort(value)
          ? ["\(name): \(value.canonicalString)"]
          : ["\(name):"] + lines(value).map { "  \($0)" }
      }
    case .array(let elements) where !elements.isEmpty:
      elements.flatMap { element in
        isShort(element)
          ? ["- \(element.canonicalString)"]
          : lines(element).enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
      }
    default: [json.canonicalString]
    }
  }

  /// Fits on the line of its name.
  private static func isShort(_ json: JSON) -> Bool {
    switch json {
    case .object(let members): members.isEmpty
    case .array(let elements):
      elements.allSatisfy { if case .object = $0 { false } else { isShort($0) } }
        && json.canonicalString.utf8.count < 80
    default: true
    }
  }
}
