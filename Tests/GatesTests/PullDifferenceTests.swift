import Gates
import Ledger
import Testing

@Suite("A pull request beside the log's newest state of it")
struct PullDifferenceTests {
  private func sight(base: String) -> PullSight {
    PullSight(
      repository: RepositoryRow(id: repository, name: "acme/api"), id: nil, number: 7,
      headSHA: head, headRepositoryID: nil, baseRef: base, baseSHA: nil, state: "open",
      isDraft: nil, author: nil, updatedAt: nil, mergedAt: nil, mergedBy: nil, mergeSHA: nil,
      raw: [])
  }

  @Test("a base that is spelled otherwise is another branch")
  func spelling() {
    let (one, other) = ("caf\u{E9}", "cafe\u{301}")
    let known = PullRow(
      repository: repository, number: 7, headSHA: head, baseRef: one, isOpen: true, headEntry: 1,
      merge: nil)
    #expect(!sight(base: one).differs(from: known))
    #expect(sight(base: other).differs(from: known))
    #expect(sight(base: one).differs(from: nil))
  }
}
