import Ledger

extension Entry {
  /// What a gate concludes. It is appended with what it follows from, or neither is: a long name that
  /// somebody gave a check must not keep a delivery out of the log. So what the outside said gives
  /// way where an entry has no room for it.
  ///
  /// What fits is kept whole, as it always was: `verify` concludes older entries again, byte for
  /// byte.
  static func conclusion(
    _ kind: Kind, at: Instant?, now: Instant, _ data: JSON
  ) throws(EntryError) -> Entry {
    var said = data
    for brevity in Brevity.steps {
      do throws(EntryError) { return try made(kind, at, now, said) } catch {
        guard case .tooLarge = error else { throw error }
        said = brevity.shortened(data)
      }
    }
    return try made(kind, at, now, said)
  }

  private static func made(
    _ kind: Kind, _ at: Instant?, _ now: Instant, _ data: JSON
  ) throws(EntryError) -> Entry {
    try Entry(kind: kind, at: at, received: now, source: .ledger, data: data)
  }
}

/// How much of a conclusion is kept that does not fit into an entry.
private struct Brevity {
  /// Of each text, in bytes of the entry: a character may take more than one, and a control character
  /// takes six.
  let textSize: Int
  /// Hints explain and decide nothing.
  let keepsHints: Bool

  /// With the last one the findings of a policy with as many checks as it may have
  /// (`MergePolicy.maximumChecks`) fit. No name, hash or digest that identifies something is longer.
  static let steps = [
    Brevity(textSize: 1_024, keepsHints: true), Brevity(textSize: 255, keepsHints: true),
    Brevity(textSize: 128, keepsHints: false),
  ]
  /// Elements of a list of numbers: places in the log. The newest are kept.
  private static let mostPlaces = 256

  func shortened(_ json: JSON) -> JSON {
    switch json {
    case .string(let text): .string(text.cut(to: textSize, note: "…", size: Brevity.size))
    case .array(let elements): .array(Brevity.newest(elements).map(shortened))
    case .object(let members):
      .object(members.filter { keepsHints || $0.key != "hint" }.mapValues(shortened))
    case .null, .bool, .int, .number: json
    }
  }

  private static func newest(_ elements: [JSON]) -> [JSON] {
    elements.allSatisfy { $0.int != nil } ? Array(elements.suffix(mostPlaces)) : elements
  }

  /// As canonical JSON, without its quotation marks.
  private static func size(_ text: String) -> Int { JSON.string(text).canonicalBytes.count - 2 }
}
