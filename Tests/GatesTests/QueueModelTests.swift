import Gates
import Ledger
import LedgerTesting
import Testing

/// Which group answers for a merge, said a second time: a group holds a pull request when walking
/// down from it, over groups that may have landed, meets the group that is named after it.
private struct QueueModel {
  enum Slip: CaseIterable { case headIsEnough, droppedGroupsCount, lateCounts, onlyTheNamed }
  var slip: Slip?

  func isInOrder(_ queue: Queue) -> Bool {
    let named = queue.groups.filter { $0.pull == 1 }
    if named.isEmpty || slip == .headIsEnough && queue.head == .passed {
      return queue.head == .passed
    }
    return queue.groups.contains { group in
      guard group.result == .passed || slip == .lateCounts && group.result == .late else {
        return false
      }
      return slip == .onlyTheNamed ? group.pull == 1 && lands(group) : holds(group, queue)
    }
  }

  private func lands(_ group: Queue.Group) -> Bool {
    slip == .droppedGroupsCount || group.end == nil || group.end == "merged"
  }

  private func holds(_ group: Queue.Group, _ queue: Queue) -> Bool {
    guard lands(group) else { return false }
    if group.pull == 1 { return true }
    return queue.groups.first { $0.sha == group.base }.map { holds($0, queue) } ?? false
  }
}

/// Groups on groups on main; pull request 1 is merged at second 10.
private struct Queue {
  enum Result: CaseIterable { case none, passed, late, failed }

  struct Group {
    let sha: String
    let base: String
    let pull: Int64
    let end: String?
    let result: Result
  }

  var head: Result
  var groups: [Group]

  static func random(_ random: inout SeededGenerator) -> Queue {
    var groups: [Group] = []
    for number in 0..<random.below(5) {
      let base = random.chance(70) ? groups.last?.sha ?? sha(0) : sha(random.below(number + 1))
      groups.append(
        Group(
          sha: sha(number + 1), base: base, pull: Int64(1 + random.below(3)),
          end: random.pick([nil, nil, "merged", "invalidated", "dequeued"]),
          result: random.pick(Result.allCases)))
    }
    return Queue(head: random.pick(Result.allCases), groups: groups)
  }

  private static func sha(_ number: Int) -> String { String(repeating: "\(number)", count: 40) }

  private static func check(_ result: Result, _ run: Int64, _ sha: String) throws -> Entry? {
    switch result {
    case .none: nil
    case .passed: try .check(.ended("success", run: run, sha: sha))
    case .late: try .check(.ended("success", run: run, to: 11, sha: sha))
    case .failed: try .check(.ended("failure", run: run, sha: sha))
    }
  }

  func entries() throws -> [Entry] {
    var entries = try [
      Pull(number: 1).entry(),
      Pull(number: 1, updated: 10, mergedAt: 10, state: "closed").entry("closed"),
    ]
    entries += try [Queue.check(head, 1, GatesTests.head)].compactMap { $0 }
    for (number, group) in groups.enumerated() {
      entries.append(try made(group, "checks_requested", nil))
      if let end = group.end { entries.append(try made(group, "destroyed", end)) }
      entries += try [Queue.check(group.result, Int64(number + 2), group.sha)].compactMap { $0 }
    }
    return entries
  }

  private func made(_ group: Group, _ action: String, _ reason: String?) throws -> Entry {
    try .github(
      .mergeGroup,
      [
        "action": .string(action), "head_sha": .string(group.sha),
        "base_sha": .string(group.base), "head_ref": "gh-readonly-queue/main/pr",
        "base_ref": "main", "reason": .optional(reason), "pull": .int(group.pull),
      ], in: repository)
  }
}

@Suite("Merge queue against a second model")
struct QueueModelTests {
  private func result(_ entries: [Entry]) throws -> String? {
    let desk = try Desk(MergePolicy(.run("test")), confirmation: .webhooks)
    for entry in entries { try desk.tell(entry) }
    return try desk.ledger.audit(repository, 1)?.result
  }

  @Test("G24 G35 5,000 random queues, told in any order, twice in part: one answer, the model's")
  func agreement() throws {
    var random = SeededGenerator(seed: 24)
    var seen: [String: Int] = [:]
    for _ in 0..<5_000 {
      let queue = Queue.random(&random)
      var entries = try queue.entries()
      entries += random.chance(50) ? [random.pick(entries)] : []
      let result = try #require(try result(entries.shuffled(using: &random)))
      seen[result, default: 0] += 1
      try #require(
        (result == "verified") == QueueModel().isInOrder(queue), "\(result) of \(queue)")
    }
    #expect(seen["verified", default: 0] > 500 && seen["bypass", default: 0] > 500)
  }

  @Test("a model that is wrong in one point is found out")
  func control() throws {
    for slip in QueueModel.Slip.allCases {
      var random = SeededGenerator(seed: 25)
      let isFound = try (0..<2_000).contains { _ in
        let queue = Queue.random(&random)
        return try (result(queue.entries()) == "verified")
          != QueueModel(slip: slip).isInOrder(queue)
      }
      #expect(isFound, "\(slip)")
    }
  }
}
