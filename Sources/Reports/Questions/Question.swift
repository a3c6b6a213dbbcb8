import Ledger

/// Something that can be asked of a file or of a server, with the same answer byte by byte. It is
/// asked by a name and parameters: `GET /v1/NAME?…`, `ledger NAME`.
public protocol Question: Sendable {
  /// The last part of its path; the schema of its answer is `ledger.NAME/1`.
  static var name: String { get }
  /// What may be given; anything else is an error.
  static var parameters: Set<String> { get }

  /// - Parameter now: what relative times are relative to.
  init(_ parameters: Parameters, now: Instant) throws(BadQuestion)
  /// - Throws: `BadQuestion`, and what the reader throws.
  func answer(_ tables: any LedgerReader, now: Instant) throws -> JSON
}

extension Question {
  public static var schema: String { "ledger.\(name)/1" }
}

/// The one list of what can be asked.
public enum Questions {
  public static let all: [any Question.Type] = [
    HistoryQuestion.self, RunningQuestion.self, AtQuestion.self, ShowQuestion.self,
    TraceQuestion.self, DiffQuestion.self, SearchQuestion.self, DoctorQuestion.self,
    NamesQuestion.self, InclusionQuestion.self, ConsistencyQuestion.self, InventoryQuestion.self,
  ]

  /// - Throws: `BadQuestion`, and what the reader throws.
  public static func answer(
    _ name: String, _ values: [(String, String)], reading tables: any LedgerReader, now: Instant
  ) throws -> JSON {
    guard let question = all.first(where: { $0.name == name }) else {
      throw BadQuestion.parameter(name, "is no question")
    }
    let parameters = try Parameters(values, allowed: question.parameters)
    return try question.init(parameters, now: now).answer(tables, now: now)
  }
}

/// Why there is no answer.
public enum BadQuestion: Error, Hashable, Sendable {
  /// The parameter, and what is wrong with it.
  case parameter(String, String)
  /// What a reference could mean; at most 20 of them.
  case ambiguous(String, candidates: [String])
  /// Nothing is known about it.
  case nothing(String)
}

/// The parameters of a question, checked: an answer to another question than the one that was asked
/// is a wrong answer.
public struct Parameters: Sendable {
  /// Values of one parameter. A statement of SQLite takes 32,766, and some are bound 128 times.
  static let mostValues = 50

  private let values: [String: [String]]

  /// - Parameter values: in any order; a name may be repeated.
  public init(
    _ values: [(String, String)], allowed: Set<String>
  ) throws(BadQuestion) {
    var checked: [String: [String]] = [:]
    for (name, value) in values {
      guard allowed.contains(name) else {
        let known = allowed.isEmpty ? "none" : allowed.sorted().joined(separator: ", ")
        throw .parameter(name, "is unknown; known are: \(known)")
      }
      guard !value.utf8.contains(0) else { throw .parameter(name, "holds a NUL") }
      checked[name, default: []].append(value)
    }
    for (name, values) in checked where values.count > Parameters.mostValues {
      throw .parameter(name, "is there \(values.count) times; at most \(Parameters.mostValues)")
    }
    self.values = checked
  }

  /// All values of a parameter that may be repeated.
  public func all(_ name: String) -> [String] { values[name] ?? [] }

  /// Kinds of lines of the history, by `kind`.
  func kinds() throws(BadQuestion) -> [String] {
    let kinds = all("kind")
    guard let unknown = kinds.first(where: { !HistoryRow.kinds.contains($0) }) else { return kinds }
    throw .parameter(
      "kind", "\(unknown) is unknown; known are \(HistoryRow.kinds.joined(separator: ", "))")
  }

  public func one(_ name: String) throws(BadQuestion) -> String? {
    let all = all(name)
    guard all.count <= 1 else { throw .parameter(name, "is there \(all.count) times") }
    return all.first
  }

  public func required(_ name: String) throws(BadQuestion) -> String {
    guard let value = try one(name), !value.isEmpty else { throw .parameter(name, "is missing") }
    return value
  }

  public func integer(
    _ name: String, in range: ClosedRange<Int64>
  ) throws(BadQuestion) -> Int64? {
    guard let text = try one(name) else { return nil }
    guard let value = Int64(text), range.contains(value) else {
      throw .parameter(
        name, "must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// A time, absolute or relative (`TimeExpression`).
  public func instant(_ name: String, now: Instant) throws(BadQuestion) -> Instant? {
    guard let text = try one(name) else { return nil }
    guard let time = TimeExpression(text) else {
      throw .parameter(name, "must be a time such as 2026-11-20T23:41:07Z, 2d or 3.hours.ago")
    }
    return time.instant(now: now)
  }

  public func flag(_ name: String) throws(BadQuestion) -> Bool {
    switch try one(name) {
    case nil, "false": return false
    case "true", "": return true
    default: throw .parameter(name, "must be true or false")
    }
  }
}
