import Synchronization

/// The steps of one run, for everyone who looks on: who comes late hears all of it.
public final class ReconcileRun: Sendable {
  private struct State {
    var steps: [ReconcileStep] = []
    var isOver = false
    var listeners: [AsyncStream<ReconcileStep>.Continuation] = []
  }

  private let state = Mutex(State())

  init() {}

  func tell(_ step: ReconcileStep) {
    state.withLock { state in
      state.steps.append(step)
      for listener in state.listeners { listener.yield(step) }
    }
  }

  func end() {
    state.withLock { state in
      state.isOver = true
      for listener in state.listeners { listener.finish() }
      state.listeners = []
    }
  }

  /// From the first step to the last, which has a result.
  public func steps() -> AsyncStream<ReconcileStep> {
    let (stream, continuation) = AsyncStream.makeStream(of: ReconcileStep.self)
    state.withLock { state in
      for step in state.steps { continuation.yield(step) }
      if state.isOver { continuation.finish() } else { state.listeners.append(continuation) }
    }
    return stream
  }
}
