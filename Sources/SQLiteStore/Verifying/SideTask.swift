import Foundation

/// Work on a thread of its own, beside what its caller does meanwhile.
final class SideTask<Answer: Sendable>: @unchecked Sendable {
  private let lock = NSCondition()
  private var result: Result<Answer, any Error>?

  init(_ work: @escaping @Sendable () throws -> Answer) {
    let thread = Thread { [self] in end(Result { try work() }) }
    thread.stackSize = 8 << 20
    thread.start()
  }

  private func end(_ result: Result<Answer, any Error>) {
    lock.withLock {
      self.result = result
      lock.broadcast()
    }
  }

  /// Returns when the work is done.
  func wait() -> Result<Answer, any Error> {
    lock.withLock {
      while true {
        if let result { return result }
        lock.wait()
      }
    }
  }
}
