import Gates
import Ledger
import LedgerTesting
import Testing

/// With "the latest run decides", a newer failure that is lost would leave an older success in
/// force. The read of GitHub closes this: an allow rests on what GitHub showed last.
@Suite("Omission")
struct OmissionTests {
  @Test("losing deliveries that are older than the read opens no gate")
  func law() {
    var (random, opened, openedWithoutRead, blocked) = (SeededGenerator(seed: 39), 0, 0, 0)
    for _ in 0..<20_000 {
      let story = Story.random(&random)
      let lossy = story.rows(keeping: { _ in random.chance(60) })
      if verdict(story.rows(), .github) != .allow {
        blocked += 1
        if verdict(lossy, .github) == .allow { opened += 1 }
      }
      // The control: deliveries alone decide, and there is no read.
      let unread = story.rows(isRead: false, keeping: { _ in random.chance(60) })
      if verdict(story.rows(), .webhooks) != .allow, verdict(unread, .webhooks) == .allow {
        openedWithoutRead += 1
      }
    }
    #expect(blocked > 1_000)
    #expect(opened == 0)
    #expect(openedWithoutRead > 0)
  }

  @Test("losing the read itself opens no gate")
  func lostRead() {
    var (random, opened) = (SeededGenerator(seed: 40), 0)
    for _ in 0..<5_000 {
      let story = Story.random(&random)
      if verdict(story.rows(isRead: false), .github) == .allow { opened += 1 }
    }
    #expect(opened == 0)
  }

  private func verdict(
    _ rows: [CheckRow], _ confirmation: Policy.Confirmation
  ) -> Verdict.State {
    MergePolicy(.run("test")).verdict(on: rows, headSHA: head, confirmation: confirmation).state
  }
}

/// Runs of one check, one after the other, and a read in between.
private struct Story {
  /// As they happened; the read saw the last of those before it.
  var events: [Observation] = []
  var readAfter = 0

  static func random(_ random: inout SeededGenerator) -> Story {
    var story = Story()
    var second: Int64 = 0
    for run in 1...Int64(2 + random.below(2)) {
      second += 2
      story.events.append(.open("queued", run: run, from: second))
      if random.chance(85) {
        let word = random.pick(["success", "success", "failure", "skipped"])
        story.events.append(.ended(word, run: run, from: second, to: second + 1))
      }
    }
    story.readAfter = 1 + random.below(story.events.count)
    return story
  }

  func rows(
    isRead: Bool = true, keeping isKept: (Observation) -> Bool = { _ in true }
  ) -> [CheckRow] {
    var rows: [CheckRow] = []
    for (index, event) in events.enumerated() {
      if isRead, index == readAfter - 1 {
        rows.append(event.row(entry: 50, read: 50))
      } else if index >= readAfter || isKept(event) {
        rows.append(event.row(entry: Int64(index)))
      }
    }
    return rows
  }
}
