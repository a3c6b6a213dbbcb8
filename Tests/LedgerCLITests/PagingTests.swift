import Ledger
import Reports
import Synchronization
import Testing

@testable import LedgerCLI

/// A history of so many rows, newest first, of which a page holds at most 1,000.
private final class LongHistory: LedgerSource {
  private let count: Int
  private let asked = Mutex<[[String: String]]>([])

  init(count: Int) { self.count = count }

  var questions: [[String: String]] { asked.withLock { $0 } }

  func ask(_ name: String, _ parameters: [(String, String)]) async throws -> JSON {
    let values = Dictionary(parameters) { first, _ in first }
    asked.withLock { $0.append(values) }
    try #require(name == "history" && values.count == parameters.count)
    let limit = try #require(values["limit"].flatMap { Int($0) })
    try #require((1...1_000).contains(limit))
    let start = values["cursor"].flatMap { Int($0) }.map { $0 - 1 } ?? count
    let ids = stride(from: start, to: max(0, start - limit), by: -1)
    let last = start - limit
    return Answers.envelope(
      "history",
      [
        "items": .array(ids.map { ["id": .string(String($0))] }), "total": .int(Int64(count)),
        "next_cursor": last > 0 ? .string(String(last + 1)) : .null,
      ])
  }

  func gate(repository: String, pull: Int64) async throws -> GateReport? { nil }
  func entries(from: Int64, limit: Int, kind: String?) async throws -> [JSON] { [] }
  func entry(_ index: Int64) async throws -> JSON? { nil }
  func log() async throws -> JSON { .null }
  func follow(
    _ parameters: [(String, String)], _ tell: @Sendable (Followed) async throws -> Void
  ) async throws {}
}

@Suite struct PagingTests {
  @Test(arguments: [
    (0, 2_500, 3), (20, 20, 1), (1_000, 1_000, 1), (1_001, 1_001, 2), (2_500, 2_500, 3),
    (9_999, 2_500, 3),
  ])
  func pagesArePutTogether(_ limit: Int, _ rows: Int, _ asked: Int) async throws {
    let source = LongHistory(count: 2_500)
    let answer = try await source.history([("kind", "deploy")], limit: limit)
    let ids = answer.list("items").compactMap { $0.text("id").flatMap { Int($0) } }
    #expect(ids == Array((1...2_500).reversed().prefix(rows)))
    #expect(answer.text("next_cursor") == (rows == 2_500 ? nil : String(2_500 - rows + 1)))
    #expect(answer.number("total") == 2_500)
    #expect(source.questions.count == asked)
    #expect(source.questions.allSatisfy { $0["kind"] == "deploy" })
  }

  @Test func aCursorIsWhereItBegins() async throws {
    let source = LongHistory(count: 2_500)
    let answer = try await source.history([("cursor", "1502")], limit: 0)
    #expect(answer.list("items").count == 1_501)
    #expect(source.questions.map { $0["cursor"] } == ["1502", "502"])
  }

  @Test func anEmptyHistory() async throws {
    let answer = try await LongHistory(count: 0).history([], limit: 0)
    #expect(answer.list("items").isEmpty && answer.text("next_cursor") == nil)
  }
}
