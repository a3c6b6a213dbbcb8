import Dispatch
import Ledger
import Synchronization

/// The threads that read, one for each connection of the pool. GRDB's own way waits for a connection
/// on one thread and uses it on another, which takes longer than most of what is read.
final class Readers: Sendable {
  private struct Thread {
    let queue: DispatchQueue
    var load = 0
  }

  private struct State {
    var threads: [Thread]
    var isClosed = false
    var closing: [CheckedContinuation<Void, Never>] = []

    var isIdle: Bool { threads.allSatisfy { $0.load == 0 } }
  }

  private let state: Mutex<State>

  init(count: Int) {
    let threads = (0..<count).map { Thread(queue: DispatchQueue(label: "ledger.reader.\($0)")) }
    state = Mutex(State(threads: threads))
  }

  /// Runs `body`, which may block, where the fewest are waiting.
  func run<Answer: Sendable>(
    _ body: @escaping @Sendable () throws -> Answer
  ) async throws -> Answer {
    let (number, queue) = try begin()
    return try await withCheckedThrowingContinuation { answer in
      queue.async {
        let result = Result { try body() }
        self.end(number)
        answer.resume(with: result)
      }
    }
  }

  /// Refuses what comes from now on and waits for what is read: a connection must not be closed
  /// under whoever uses it.
  func close() async {
    await withCheckedContinuation { closed in
      let isIdle = state.withLock { state in
        state.isClosed = true
        if !state.isIdle { state.closing.append(closed) }
        return state.isIdle
      }
      if isIdle { closed.resume() }
    }
  }

  private func begin() throws -> (Int, DispatchQueue) {
    try state.withLock { state in
      if state.isClosed { throw StoreError.closed }
      let number =
        state.threads.indices.min { state.threads[$0].load < state.threads[$1].load } ?? 0
      state.threads[number].load += 1
      return (number, state.threads[number].queue)
    }
  }

  private func end(_ number: Int) {
    let closed = state.withLock { state in
      state.threads[number].load -= 1
      guard state.isIdle else { return [CheckedContinuation<Void, Never>]() }
      defer { state.closing = [] }
      return state.closing
    }
    for waiter in closed { waiter.resume() }
  }
}
