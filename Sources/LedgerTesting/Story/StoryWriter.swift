import Ledger

/// Collects the steps. Scenes are in the other files of this folder.
struct StoryWriter {
  let start: Instant
  var steps: [Story.Step] = []
  private var lastID: Int64 = 7_400_000_000

  init(start: Instant) { self.start = start }

  func minute(_ minute: Double) -> Instant { start.adding(seconds: minute * 60) }

  mutating func nextID() -> Int64 {
    lastID += 17
    return lastID
  }

  mutating func chapter(_ text: String) { steps.append(.chapter(text)) }
  mutating func say(_ text: String) { steps.append(.caption(text)) }

  mutating func deliver(_ make: (Deliveries) -> WebhookDelivery) {
    steps.append(.delivery(make(StoryCast.deliveries)))
  }
}

/// A commit on `main` and the image made of it.
struct StoryArtifact {
  let commit: Deliveries.Commit
  let digest: String

  init(_ pull: Deliveries.PullRequest, mergedBy person: Deliveries.Account, at: Instant) {
    let title = "Merge pull request #\(pull.number): \(pull.title)"
    commit = Deliveries.Commit(
      sha: Derived.commit("merge of #\(pull.number)"), message: title, author: person, at: at)
    digest = Derived.digest("image of #\(pull.number)")
  }
}
