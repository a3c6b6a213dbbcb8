import Ledger
import Webhooks

/// Reports of any kind, one a line: `{"kind":"image.recorded.v1", …}`. All of them are right, or
/// every field that is wrong is named with its line.
struct RecordBatch: Sendable {
  static let maximumBytes = 16 << 20
  static let maximumLines = 1_000
  /// JSON values of one line: more than a report alone has room for. A line may be as long as the
  /// whole batch.
  private static let maximumValues = 250_000

  /// Numbered from 1; empty lines are left out.
  private let lines: [(number: Int, bytes: ArraySlice<UInt8>)]

  init(_ body: [UInt8]) throws {
    var (lines, number, start) = ([(Int, ArraySlice<UInt8>)](), 0, body.startIndex)
    while start < body.endIndex {
      let end = body[start...].firstIndex(of: UInt8(ascii: "\n")) ?? body.endIndex
      number += 1
      let line = body[start..<end]
      if !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
        lines.append((number, line))
      }
      guard lines.count <= RecordBatch.maximumLines else { throw RecordBatch.tooMany }
      start = end + 1
    }
    guard !lines.isEmpty else { throw Problem(.badRequest, "body", "The body has no lines.") }
    self.lines = lines
  }

  private static let tooMany = Problem(
    .contentTooLarge, "too_large", "The body has more than \(maximumLines) lines.",
    hint: "Send several batches.")

  /// - Parameter context: by the place in the batch, from 0.
  func submissions(
    _ attestations: AttestationIntake, _ context: (Int) -> RecordContext
  ) async throws -> [Submission] {
    var (submissions, problems) = ([Submission](), [FieldProblem]())
    for (position, line) in lines.enumerated() where problems.count < RecordBatch.maximumLines {
      do {
        submissions.append(
          try await RecordBatch.submission(line.bytes, attestations, context(position)))
      } catch let refusal as RecordRefusal {
        problems += refusal.problems.map {
          FieldProblem(path: "line \(line.number): \($0.path)", reason: $0.reason)
        }
      }
    }
    guard problems.isEmpty else { throw Problem.fields(problems) }
    return submissions
  }

  private static func submission(
    _ bytes: ArraySlice<UInt8>, _ attestations: AttestationIntake, _ context: RecordContext
  ) async throws -> Submission {
    let json: JSON
    do { json = try JSON.parse(bytes, atMost: maximumValues) } catch {
      throw refusal("body", "is not JSON: \(error)")
    }
    guard var members = json.object else { throw refusal("body", "must be an object") }
    guard let kind = members.removeValue(forKey: "kind")?.string else {
      throw refusal("kind", "is required, such as image.recorded.v1")
    }
    let (fields, finding) = try await attestations.read(members, kind: Kind(kind))
    var context = context
    context.finding = finding
    return try Record.submission(kind: Kind(kind), body: .object(fields), context: context)
  }

  private static func refusal(_ path: String, _ reason: String) -> RecordRefusal {
    RecordRefusal([FieldProblem(path: path, reason: reason)])
  }
}
