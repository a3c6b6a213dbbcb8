import ServiceLifecycle

/// Works, pauses and works again until the service stops, which ends a pause at once.
///
/// - Parameter work: says by itself what went wrong.
public func repeatedly(
  every pause: Duration, startsWithPause: Bool = false, _ work: @escaping @Sendable () async -> Void
) async {
  await cancelWhenGracefulShutdown {
    do {
      if startsWithPause { try await Task.sleep(for: pause) }
      while !Task.isCancelled {
        await work()
        try await Task.sleep(for: pause)
      }
    } catch { return }
  }
}
