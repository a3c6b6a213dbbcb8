/// An answer in time, or the one that there is none.
public enum InTime {
  public enum Missed { case late, interrupted }

  /// What is there first; the other is cancelled, and nobody waits for its end.
  public static func first<Answer: Sendable>(
    before end: ContinuousClock.Instant, _ work: @escaping @Sendable () async -> Answer,
    otherwise: @escaping @Sendable (Missed) -> Answer
  ) async -> Answer {
    let (answers, answer) = AsyncStream.makeStream(of: Answer.self)
    let task = Task { answer.yield(await work()) }
    let timer = Task {
      try await Task.sleep(until: end)
      answer.yield(otherwise(.late))
    }
    defer {
      task.cancel()
      timer.cancel()
    }
    for await first in answers { return first }
    return otherwise(.interrupted)
  }
}
