import Dispatch
import Synchronization

/// The threads that read, one for each connection of the pool. GRDB's own way waits for a connection
/// on one thread and uses it on another, which takes longer than most of what is read.
final class Readers: Sendable {
  private struct Thread {
    let queue: DispatchQueue
    var load = 0
  }

  private let threads: Mutex<[Thread]>

  init(count: Int) {
    threads = Mutex((0..<count).map { Thread(queue: DispatchQueue(label: "ledger.reader.\($0)")) })
  }

  /// Runs `body`, which may block, where the fewest are waiting.
  func run<Answer: Sendable>(
    _ body: @escaping @Sendable () throws -> Answer
  ) async throws -> Answer {
    let (number, queue) = begin()
    return try await withCheckedThrowingContinuation { answer in
      queue.async {
        let result = Result { try body() }
        self.threads.withLock { $0[number].load -= 1 }
        answer.resume(with: result)
      }
    }
  }

  private func begin() -> (Int, DispatchQueue) {
    threads.withLock { threads in
      let number = threads.indices.min { threads[$0].load < threads[$1].load } ?? 0
      threads[number].load += 1
      return (number, threads[number].queue)
    }
  }
}
