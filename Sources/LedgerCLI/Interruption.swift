import Foundation
import Synchronization

/// While something is on disk that must not stay there, a signal is an error, thrown where it can
/// be removed.
enum Interruption {
  struct Stopped: Error {
    let signal: Int32

    /// As the signal alone would have done it: whoever started this can tell.
    func leave() -> Never {
      Interruption.end()
      raise(signal)
      exit(128 + signal)
    }
  }

  private static let signals = [SIGINT, SIGTERM]
  private static let caught = Atomic<Int32>(0)

  static func watch() {
    // A handler must not be the first to ask for it.
    caught.store(0, ordering: .relaxed)
    for number in signals {
      signal(number) { Interruption.caught.store($0, ordering: .relaxed) }
    }
  }

  static func check() throws(Stopped) {
    let number = caught.load(ordering: .relaxed)
    if number != 0 { throw Stopped(signal: number) }
  }

  static func end() { for number in signals { signal(number, SIG_DFL) } }
}
