import Synchronization

/// Passes on that something was appended, to everyone in this process who looks on. It says nothing
/// about what: who hears it reads the log.
public final class Appended: Sendable {
  private struct Listeners {
    var next = 0
    var calls: [Int: @Sendable () -> Void] = [:]
  }

  private let listeners = Mutex(Listeners())

  public init() {}

  public func announce() {
    for call in listeners.withLock({ Array($0.calls.values) }) { call() }
  }

  /// - Parameter call: must be short; it runs on the thread that appended.
  func listen(_ call: @escaping @Sendable () -> Void) -> Listening {
    let key = listeners.withLock { listeners in
      listeners.next += 1
      listeners.calls[listeners.next] = call
      return listeners.next
    }
    return Listening(self, key)
  }

  var count: Int { listeners.withLock { $0.calls.count } }

  fileprivate func forget(_ key: Int) { listeners.withLock { $0.calls[key] = nil } }

  /// Listens for as long as it lives.
  final class Listening: Sendable {
    private let appended: Appended
    private let key: Int

    fileprivate init(_ appended: Appended, _ key: Int) {
      self.appended = appended
      self.key = key
    }

    deinit { appended.forget(key) }
  }
}
