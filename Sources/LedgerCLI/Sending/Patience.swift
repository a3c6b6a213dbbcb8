import Foundation

/// How one attempt ended, when it did not fail for good.
enum Attempt<Value> {
  case done(Value)
  /// Worth another try. `wait` is what the other side asked for, in seconds.
  case again(reason: String, wait: Double?)
}

/// Tries again while the other side is away, for a limited time: pipelines must not lose a report
/// because the ledger is being restarted.
struct Patience {
  /// Seconds from the first attempt in which another one may begin. 0: one attempt.
  let limit: Double
  var now: () -> Double = { ProcessClock.seconds }
  var sleep: (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }
  /// In `0..<1`.
  var random: () -> Double = { Double.random(in: 0..<1) }
  var say: (String) -> Void = { Console.error($0) }

  private static let first = 0.5
  private static let longest = 15.0

  /// - Parameter hint: what to do when the time is over.
  func run<Value>(
    hint: String, _ attempt: () async throws -> Attempt<Value>
  ) async throws -> Value {
    let start = now()
    for count in 1... {
      switch try await attempt() {
      case .done(let value): return value
      case .again(let reason, let asked):
        let left = limit - (now() - start)
        guard left > 0 else {
          let tries = count == 1 ? "once" : "\(count) times"
          throw Failure("\(reason) (tried \(tries))", hint: hint)
        }
        let wait = min(left, max(backoff(count), asked ?? 0))
        say("ledger: \(reason); trying again in \(Patience.text(wait))")
        try await sleep(wait)
      }
    }
    throw CancellationError()
  }

  /// Doubles, with up to half of it by chance: not all pipelines come back at once.
  private func backoff(_ count: Int) -> Double {
    let full = min(Patience.longest, Patience.first * pow(2, Double(min(count, 10) - 1)))
    return full * (0.5 + random() / 2)
  }

  private static func text(_ seconds: Double) -> String {
    let tenths = Int((seconds * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)s"
  }
}

/// Seconds that only go forward.
enum ProcessClock {
  private static let start = ContinuousClock.now
  static var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }
}
