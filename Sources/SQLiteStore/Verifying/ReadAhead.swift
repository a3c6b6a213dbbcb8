import Foundation
import Synchronization

/// Makes the next elements on a thread of its own while the last one is worked on; only so many
/// wait, however many there are.
final class ReadAhead<Element: Sendable>: @unchecked Sendable {
  private static var depth: Int { 4 }

  private let lock = NSCondition()
  private var waiting: [Element] = []
  /// The last one that was handed out, and those before it, which are let go on the thread that made
  /// them: where memory is freed by another one the two wait for each other's allocator.
  private var handedOut: Element?
  private var used: [Element] = []
  private var end: Result<Void, any Error>?
  private var isStopped = false

  /// - Parameter make: called on that thread alone, until it returns `nil` or throws.
  init(_ make: @escaping @Sendable () throws -> Element?) {
    let thread = Thread { [self] in fill(make) }
    thread.stackSize = 8 << 20
    thread.start()
  }

  private func fill(_ make: () throws -> Element?) {
    do {
      while let element = try make(), put(element) { letGo() }
      finish(.success(()))
    } catch { finish(.failure(error)) }
  }

  private func put(_ element: Element) -> Bool {
    lock.withLock {
      while waiting.count >= ReadAhead.depth, !isStopped { lock.wait() }
      waiting.append(element)
      lock.broadcast()
      return !isStopped
    }
  }

  private func letGo() {
    let used = lock.withLock {
      defer { self.used = [] }
      return self.used
    }
    _ = consume used
  }

  private func finish(_ result: Result<Void, any Error>) {
    lock.withLock {
      end = result
      lock.broadcast()
    }
  }

  /// `nil` after the last one.
  func next() throws -> Element? {
    try lock.withLock {
      while waiting.isEmpty, end == nil { lock.wait() }
      if let handedOut { used.append(handedOut) }
      handedOut = waiting.isEmpty ? nil : waiting.removeFirst()
      if let handedOut {
        lock.broadcast()
        return handedOut
      }
      try end?.get()
      return nil
    }
  }

  /// Returns when the thread has ended.
  func stop() {
    lock.withLock {
      isStopped = true
      lock.broadcast()
      while end == nil { lock.wait() }
    }
  }
}
