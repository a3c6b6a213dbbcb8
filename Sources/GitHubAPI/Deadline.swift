/// The work took longer than it may.
public struct DeadlinePassed: Error {}

/// Cancels `work` and throws `DeadlinePassed` after `limit`. The HTTP client's own deadline ends with
/// the head of an answer; this one covers the body too.
public func withDeadline<Result: Sendable>(
  _ limit: Duration, _ work: @escaping @Sendable () async throws -> Result
) async throws -> Result {
  try await withThrowingTaskGroup(of: Result.self) { group in
    defer { group.cancelAll() }
    group.addTask(operation: work)
    group.addTask {
      try await Task.sleep(for: limit)
      throw DeadlinePassed()
    }
    guard let first = try await group.next() else { throw DeadlinePassed() }
    return first
  }
}
