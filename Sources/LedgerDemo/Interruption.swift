@preconcurrency import Dispatch
import Glibc

/// Ctrl-C and its relatives, as a stream instead of a sudden end.
enum Interruption {
  static let signals = [SIGINT, SIGTERM, SIGHUP]

  /// Each element is a signal. From now on none of them ends the process by itself.
  static func stream() -> AsyncStream<Int32> {
    AsyncStream { continuation in
      let sources = signals.map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number)
        source.setEventHandler { continuation.yield(number) }
        source.resume()
        return source
      }
      continuation.onTermination = { _ in sources.forEach { $0.cancel() } }
    }
  }
}
