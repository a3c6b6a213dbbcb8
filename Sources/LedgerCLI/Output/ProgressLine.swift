import Foundation
import SQLiteStore
import Synchronization

/// One line on standard error, where someone is looking at it and it takes longer than two seconds.
final class ProgressLine: Sendable {
  private struct State {
    var stage = VerifyProgress.Stage.copying
    var since = ContinuousClock.now
    var shown = ContinuousClock.now
  }

  private let line = StatusLine()
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  func show(_ progress: VerifyProgress) {
    guard line.isShown, ContinuousClock.now - start > .seconds(2), let since = due(progress.stage)
    else { return }
    let seconds = max(0.001, (ContinuousClock.now - since) / .seconds(1))
    let rate = Double(progress.done) / seconds
    let left = rate > 0 ? "\(Int(Double(progress.total - progress.done) / rate)) s left" : ""
    let share = progress.total > 0 ? Int(20 * progress.done / progress.total) : 0
    let bar = String(repeating: "█", count: share) + String(repeating: "░", count: 20 - share)
    line.show(
      "\(progress.stage.rawValue) \(bar) \(progress.done) of \(progress.total), "
        + "\(Int(rate))/s, \(left)")
  }

  /// When the stage began; `nil` when a line was shown a moment ago.
  private func due(_ stage: VerifyProgress.Stage) -> ContinuousClock.Instant? {
    state.withLock { state in
      let now = ContinuousClock.now
      if state.stage != stage { (state.stage, state.since) = (stage, now) }
      guard now - state.shown > .milliseconds(100) else { return nil }
      state.shown = now
      return state.since
    }
  }

  func clear() { line.clear() }
}
