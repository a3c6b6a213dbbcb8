@preconcurrency import Dispatch
import Foundation

/// SIGHUP asks a server to read its policy file again. Many at once are one.
final class Hangups: Sendable {
  let stream: AsyncStream<Void>
  private let source: any DispatchSourceSignal

  /// From here on the signal does not end the process.
  init() {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    self.stream = stream
    signal(SIGHUP, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
    source.setEventHandler { continuation.yield() }
    source.resume()
  }

  deinit { source.cancel() }
}
