import Gates
import Ledger
import LedgerTesting
import Testing

@Suite("Soundness")
struct SoundnessTests {
  static let histories = 100_000
  /// The histories are split so that they run beside each other.
  static let parts: [UInt64] = Array(0..<8)

  @Test("100,000 random histories: the gate and the second model agree", arguments: parts)
  func agreement(_ part: UInt64) {
    var random = SeededGenerator(seed: 0x6A7E + part)
    var seen: [Verdict.State: Int] = [:]
    for number in 0..<SoundnessTests.histories / SoundnessTests.parts.count {
      let history = History.random(&random)
      let (state, model) = (history.verdict.state, SecondModel().state(of: history))
      seen[state, default: 0] += 1
      guard state != model else { continue }
      Issue.record("\(number): \(state) instead of \(model): \(history)")
      return
    }
    for state in Verdict.State.allCases { #expect(seen[state, default: 0] > 400) }
  }

  @Test("a model that is wrong in one point is found out", arguments: SecondModel.Slip.allCases)
  func control(_ slip: SecondModel.Slip) {
    var random = SeededGenerator(seed: 0xBAD)
    let wrong = SecondModel(slip: slip)
    let isFound = (0..<20_000).contains { _ in
      let history = History.random(&random)
      return wrong.state(of: history) != history.verdict.state
    }
    #expect(isFound)
  }
}
