/// Asks until the answer is yes; throws when it has not become one in time.
func eventually(
  _ what: String, within limit: Duration, every pause: Duration = .milliseconds(50),
  _ isTrue: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  while try await !isTrue() {
    guard ContinuousClock.now < deadline else {
      throw DemoError.failed("waited \(limit.components.seconds) seconds until \(what), in vain")
    }
    try await Task.sleep(for: pause)
  }
}
