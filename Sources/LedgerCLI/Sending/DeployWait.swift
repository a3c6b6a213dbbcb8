import Foundation
import Ledger
import Reports
import Service

/// Asks until the answer is final, or the time is over.
struct DeployWait {
  /// Seconds; 0 asks once.
  let limit: Double
  var now: () -> Double = { ProcessClock.seconds }
  var sleep: (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }
  var say: (String) -> Void = { Console.error($0) }

  private static let first = 2.0
  private static let longest = 30.0
  /// Seconds after which one question without waiting has no answer.
  private static let once = 4.5

  enum Outcome {
    case answered(DeployReport)
    /// It would change by waiting, and there was no more time.
    case stillWaiting(DeployReport)
    case unanswered(String)
  }

  func run(_ asker: any DeployAsker) async throws -> Outcome {
    let start = now()
    var pause = DeployWait.first
    while true {
      let outcome = try await attempt(asker)
      let left = limit - (now() - start)
      guard let reason = reason(to: outcome), left > 0 else {
        if case .answered(let report) = outcome, report.isTemporary, limit > 0 {
          return .stillWaiting(report)
        }
        return outcome
      }
      let wait = min(pause, left)
      say("ledger: \(reason); asking again in \(Int(wait.rounded(.up)))s")
      try await sleep(wait)
      pause = min(DeployWait.longest, pause * 2)
    }
  }

  /// Why it is worth asking again.
  private func reason(to outcome: Outcome) -> String? {
    switch outcome {
    case .answered(let report): report.isTemporary ? Text.safe(report.summary) : nil
    case .stillWaiting: nil
    case .unanswered(let reason): reason
    }
  }

  private func attempt(_ asker: any DeployAsker) async throws -> Outcome {
    let first = await InTime.first(before: ContinuousClock.now + .seconds(DeployWait.once)) {
      await DeployWait.outcome(asker)
    } otherwise: { missed in
      missed == .late ? .success(.unanswered("no answer in time")) : .failure(CancellationError())
    }
    return try first.get()
  }

  private static func outcome(_ asker: any DeployAsker) async -> Result<Outcome, any Error> {
    do {
      let report = try await asker.ask()
      // Nothing was recorded and nothing was judged: the ledger itself is in trouble.
      let isTrouble = report.findings.contains { $0.rule == "ledger" }
      return .success(isTrouble ? .unanswered(report.summary) : .answered(report))
    } catch let failure as CannotAsk {
      return .success(.unanswered(Text.safe(failure.reason)))
    } catch { return .failure(error) }
  }
}
