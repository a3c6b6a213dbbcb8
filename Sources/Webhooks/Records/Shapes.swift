import Ledger

/// Why a value does not have its shape.
struct WrongShape: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

extension Field.Shape {
  /// The value as the entry holds it.
  func checked(_ json: JSON, _ context: RecordContext) throws(WrongShape) -> JSON {
    switch self {
    case .number(let range): return .int(try Field.Shape.number(json, range))
    case .word(let words): return .string(try Field.Shape.word(json, words))
    case .flag:
      guard json.bool != nil else { throw WrongShape("must be true or false") }
      return json
    case .time: return .string(try Field.Shape.time(json, context.received))
    case .text(let limit): return .string(try Field.Shape.text(json, limit: limit))
    case .array, .objects: throw WrongShape("must be a list")
    default:
      let text = try Field.Shape.text(json, limit: self.limit)
      if let reason = reason(text, context) { throw WrongShape(reason) }
      return .string(text)
    }
  }

  /// Bytes.
  private var limit: Int {
    switch self {
    case .url, .image, .repository, .digest, .commit, .hash: 1_000
    default: 255
    }
  }

  /// Why a clean text is not of this shape.
  private func reason(_ text: String, _ context: RecordContext) -> String? {
    switch self {
    case .environment:
      Environments.problem(text, known: context.environments) ?? Names.markProblem(text)
    case .service:
      text.utf8.contains(UInt8(ascii: ","))
        ? "must be one service: it has a comma" : Names.markProblem(text)
    case .part: Names.markProblem(text)
    case .repository: Names.pair(text) ? Names.asciiProblem(text) : "must be owner/name"
    case .workload: Names.pair(text) ? nil : "must be a kind and a name, such as Deployment/api"
    case .image: Names.imageProblem(text)
    case .digest: Digests.problem(text)
    case .hash: Digests.hashProblem(text)
    case .commit: Digests.commitProblem(text)
    case .revision: Names.revisionProblem(text)
    case .url: WebAddress.problem(text)
    default: nil
    }
  }

  private static func text(_ json: JSON, limit: Int) throws(WrongShape) -> String {
    guard let text = json.string else { throw WrongShape("must be text") }
    if let reason = CleanText.problem(text, limit: limit) { throw WrongShape(reason) }
    return text
  }

  private static func word(_ json: JSON, _ words: [String]) throws(WrongShape) -> String {
    guard let text = json.string, words.contains(text) else {
      throw WrongShape("must be one of \(words.joined(separator: ", "))")
    }
    return text
  }

  private static func number(
    _ json: JSON, _ range: ClosedRange<Int64>
  ) throws(WrongShape) -> Int64 {
    guard let number = json.int, range.contains(number) else {
      throw WrongShape("must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// 2000-01-01: before it there is nothing to record.
  private static let earliest = Instant(seconds: 946_684_800)
  /// Seconds that a clock may be ahead of the ledger's.
  private static let tolerance = 300.0

  private static func time(_ json: JSON, _ received: Instant) throws(WrongShape) -> String {
    let example = "write it as 2026-11-20T23:41:07Z"
    guard let text = json.string else { throw WrongShape("must be text: \(example)") }
    guard let instant = Instant(text) else {
      let hasNoZone = Instant(text + "Z") != nil
      throw WrongShape((hasNoZone ? "has no time zone: " : "is no time: ") + example)
    }
    guard instant >= earliest else { throw WrongShape("is before 2000") }
    guard instant <= received.adding(seconds: tolerance) else {
      throw WrongShape("is more than 5 minutes after \(received.wholeSecond), the ledger's time")
    }
    return instant.description
  }
}
