import Gates

/// Values that are fetched when they are first needed, and kept. Everyone who needs one while it is
/// being fetched waits for the same answer; nothing of a failure is kept.
actor Kept<Key: Hashable & Sendable, Value: Sendable> {
  typealias Fetch = @Sendable () async throws(CodeHostError) -> Value

  private var values: [Key: Value] = [:]
  private var running: [Key: Task<Result<Value, CodeHostError>, Never>] = [:]

  /// - Parameter isGood: whether a value that is kept may still be used.
  func value(
    of key: Key, isGood: @Sendable (Value) -> Bool = { _ in true }, fetch: @escaping Fetch
  ) async throws(CodeHostError) -> Value {
    if let value = values[key], isGood(value) { return value }
    let task = running[key] ?? start(key, fetch)
    return try await task.value.get()
  }

  func forget(where isBad: @Sendable (Key, Value) -> Bool) {
    values = values.filter { !isBad($0, $1) }
  }

  private func start(_ key: Key, _ fetch: @escaping Fetch)
    -> Task<Result<Value, CodeHostError>, Never>
  {
    let task = Task {
      let result = await caught(fetch)
      if case .success(let value) = result { values[key] = value }
      running[key] = nil
      return result
    }
    running[key] = task
    return task
  }

  private nonisolated func caught(_ fetch: Fetch) async -> Result<Value, CodeHostError> {
    do throws(CodeHostError) { return .success(try await fetch()) } catch { return .failure(error) }
  }
}
