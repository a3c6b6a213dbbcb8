import Gates
import SQLiteStore

/// The ledger's file, opened to be written to by a command, while no server uses it.
enum WritableLedger {
  static func open(_ path: String, policies: Policies = Policies()) throws -> SQLiteLedger {
    try SQLiteLedger(
      path: path, reactor: reactor(policies),
      signers: try SigningKey.read(for: path).map { [$0] } ?? [], now: currentInstant)
  }

  /// Gives the file back once, however that ends.
  static func use<Answer>(
    _ path: String, policies: Policies = Policies(),
    _ body: (SQLiteLedger) async throws -> Answer
  ) async throws -> Answer {
    let store = try open(path, policies: policies)
    let answer: Answer
    do { answer = try await body(store) } catch {
      try await store.close()
      throw error
    }
    try await store.close()
    return answer
  }

  static func reactor(_ policies: Policies = Policies()) -> Gatehouse {
    Gatehouse(policies, zones: SystemTimeZones())
  }
}
