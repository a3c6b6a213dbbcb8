import Foundation
import Ledger
import Reports

/// Where a command reads from: the file itself or a server. The answers are the same, byte by byte.
protocol LedgerSource: Sendable {
  /// One of the questions that `Questions.all` lists.
  ///
  /// - Throws: `Refusal`, `Failure`.
  func ask(_ name: String, _ parameters: [(String, String)]) async throws -> JSON
  /// `nil` when no delivery told of this pull request.
  func gate(repository: String, pull: Int64) async throws -> GateReport?
  /// As `Stored.json` gives them.
  func entries(from: Int64, limit: Int, kind: String?) async throws -> [JSON]
  func entry(_ index: Int64) async throws -> JSON?
  /// As `LogReport.json`.
  func log() async throws -> JSON
  /// Tells lines of the history that are new or changed, until the task is cancelled.
  ///
  /// - Parameter parameters: those of `Following`.
  func follow(
    _ parameters: [(String, String)], _ tell: @Sendable (Followed) async throws -> Void
  ) async throws
}

enum Followed: Sendable {
  /// From here on nothing is missed. Comes once, before the first line.
  case opened
  /// As a row of `history`.
  case line(JSON)
}

func currentInstant() -> Instant {
  Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
}

extension LedgerSource {
  /// Pages of the history put together: as many rows as wanted, however many a page may hold.
  ///
  /// - Parameter limit: 0 for all.
  func history(_ parameters: [(String, String)], limit: Int) async throws -> JSON {
    let page = Int(HistoryQuestion.maximumPage)
    func ask(_ left: Int, after cursor: String?) async throws -> JSON {
      let more = [("limit", String(min(left, page)))] + (cursor.map { [("cursor", $0)] } ?? [])
      return try await self.ask(
        HistoryQuestion.name, parameters.filter { cursor == nil || $0.0 != "cursor" } + more)
    }
    let wanted = limit == 0 ? Int.max : limit
    let first = try await ask(wanted, after: nil)
    var (rows, cursor) = (first.list("items"), first.text("next_cursor"))
    while let after = cursor, rows.count < wanted {
      let next = try await ask(wanted - rows.count, after: after)
      rows += next.list("items")
      cursor = next.text("next_cursor")
    }
    return first.with(["items": .array(rows), "next_cursor": .optional(cursor)])
  }
}
