import Ledger
import SQLiteStore

/// A store that goes wrong, or slowly, as told.
struct BrokenStore: LedgerStore {
  let base: SQLiteLedger
  /// Runs before each append.
  var onAppend: @Sendable ([Submission]) async throws -> Void = { _ in }
  /// Runs between a read and its answer.
  var afterRead: @Sendable () async throws -> Void = {}

  func append(_ submissions: [Submission]) async throws -> [Receipt] {
    try await onAppend(submissions)
    return try await base.append(submissions)
  }

  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any LedgerReader) throws -> Value
  ) async throws -> Value {
    let answer = try await base.read(body)
    try await afterRead()
    return answer
  }
}
