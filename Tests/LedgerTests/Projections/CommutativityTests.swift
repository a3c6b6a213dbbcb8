import LedgerTesting
import Testing

@testable import Ledger

/// Any order of entries, with any duplicates, ends in the same tables.
@Suite struct CommutativityTests {
  /// Seven entries that contend for the same registers.
  struct Story: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let entries: @Sendable () throws -> [Entry]

    func stored() throws -> [Stored] {
      try entries().enumerated().map { Stored(index: Int64($0.offset), entry: $0.element) }
    }
  }

  static let stories = [
    Story(testDescription: "a pull request within one second") {
      try [
        Samples.entry(.pullRequest, Samples.pull("opened", updated: 5), delivery: "1"),
        Samples.entry(
          .pullRequest, Samples.pull("synchronize", updated: 5, head: Samples.otherSHA),
          delivery: "2"),
        Samples.entry(.pullRequest, Samples.pull("edited", updated: 5), delivery: "3"),
        Samples.entry(.pullRequest, Samples.pull("labeled", updated: 4), delivery: "4"),
        Samples.entry(.pullRequest, Samples.pull("closed", updated: 5, merged: 5), delivery: "5"),
        Samples.entry(.bypass, try Samples.one(of: .bypass) ?? [:], delivery: "6"),
        Samples.entry(.verified, try Samples.one(of: .verified) ?? [:], delivery: "7"),
      ]
    },
    Story(testDescription: "a check run that is reset, read and contradicted") {
      try [
        Samples.entry(.checkRun, Samples.checkRun("queued", started: 1), delivery: "1"),
        Samples.entry(
          .checkRun, Samples.checkRun("completed", "success", started: 1, completed: 2),
          delivery: "2"),
        Samples.entry(
          .checkRun, Samples.checkRun("completed", "success", started: 1, completed: 2),
          delivery: "3", received: 61),
        Samples.entry(
          .checkRun, Samples.checkRun("completed", "failure", started: 1, completed: 2),
          delivery: "4"),
        Samples.entry(.checkRun, Samples.checkRun("in_progress", started: 3), delivery: "5"),
        Samples.entry(.checksRead, try Samples.one(of: .checksRead) ?? [:], delivery: "6"),
        Samples.entry(.checksRead, try Samples.one(of: .checksRead) ?? [:], delivery: "7"),
      ]
    },
    Story(testDescription: "a deployment, its statuses, and a build") {
      try [
        Samples.entry(.deployment, Samples.deployment(), delivery: "1"),
        Samples.entry(
          .deploymentStatus, Samples.deploymentStatus("in_progress", id: 71, created: 1),
          delivery: "2"),
        Samples.entry(
          .deploymentStatus, Samples.deploymentStatus("success", id: 72, created: 2),
          delivery: "3"),
        Samples.entry(
          .deploymentStatus, Samples.deploymentStatus("success", id: 72, created: 2),
          delivery: "4", received: 61),
        Samples.entry(
          .deploymentStatus, Samples.deploymentStatus("inactive", id: 73, created: 9),
          delivery: "5"),
        Samples.entry(.workflowRun, Samples.workflowRun("in_progress", updated: 4), delivery: "6"),
        Samples.entry(
          .workflowRun, Samples.workflowRun("completed", "failure", updated: 4), delivery: "7"),
      ]
    },
  ]

  // MARK: one fold, any order

  @Test("G35 any order of arrival, with duplicates, gives one state", arguments: stories)
  func allOrdersOfSevenEntriesEndAlike(story: Story) throws {
    let changes = try story.stored().map(Projections.changes(of:))
    let expected = Fold(changes.joined())
    var orders = 0
    try forEachPermutation(of: Array(changes.indices)) { order in
      orders += 1
      try #require(Fold(order.flatMap { changes[$0] }) == expected, "\(order)")
    }
    #expect(orders == 5040)
  }

  @Test(arguments: stories)
  func randomOrdersWithDuplicatesEndAlike(story: Story) throws {
    let changes = try story.stored().map(Projections.changes(of:))
    let expected = Fold(changes.joined())
    var random = SeededGenerator(seed: 5040)
    for _ in 0..<1000 {
      let repeated = (0..<Int.random(in: 0...20, using: &random)).map { _ in
        Int.random(in: changes.indices, using: &random)
      }
      let order = (Array(changes.indices) + repeated).shuffled(using: &random)
      try #require(Fold(order.flatMap { changes[$0] }) == expected, "\(order)")
    }
  }

  @Test(arguments: stories)
  func lastWriterWinsWouldNot(story: Story) throws {
    let changes = try story.stored().map(Projections.changes(of:))
    let forwards = LastWriterWins(changes.joined())
    let backwards = LastWriterWins(changes.reversed().joined())
    #expect(forwards != backwards)
  }

  // MARK: any order of arrival

  /// Deliveries that arrive in another order get other places in the log and other times of
  /// receipt. The tables cite other entries then, and say the same.
  @Test func anotherOrderOfArrivalSaysTheSame() throws {
    var random = SeededGenerator(seed: 3)
    let arrivals = try deliveries()
    let expected = try tables(arrivals)
    #expect(expected.count > 10)
    for _ in 0..<300 {
      let order = arrivals.shuffled(using: &random)
      try #require(try tables(order) == expected)
    }
  }

  private struct Arrival {
    let kind: Kind
    let data: [String: JSON]
    let delivery: String
  }

  private func tables(_ arrivals: [Arrival]) throws -> [Fold.Key: [Scalar]] {
    var fold = Fold()
    for (index, arrival) in arrivals.enumerated() {
      let entry = try Samples.entry(
        arrival.kind, arrival.data, delivery: arrival.delivery, received: 60 + Int64(index))
      for change in Projections.changes(of: Stored(index: Int64(index), entry: entry)) {
        fold.apply(change)
      }
    }
    return fold.facts()
  }

  /// Among them pairs that the source's own times do not tell apart.
  private func deliveries() throws -> [Arrival] {
    let facts: [(Kind, [String: JSON])] = [
      (.pullRequest, Samples.pull("edited", updated: 5)),
      (.pullRequest, Samples.pull("edited", updated: 5, head: Samples.otherSHA)),
      (.pullRequest, Samples.pull("labeled", updated: 4)),
      (.workflowRun, Samples.workflowRun("completed", "failure", updated: 4)),
      (.workflowRun, Samples.workflowRun("completed", "success", updated: 4)),
      (.release, Samples.release("published")), (.release, Samples.release("released")),
      (.deploymentStatus, Samples.deploymentStatus("failure", id: 72, created: 2)),
      (.deploymentStatus, Samples.deploymentStatus("success", id: 72, created: 2)),
      (.checkRun, Samples.checkRun("queued", started: 1)),
      (.checkRun, Samples.checkRun("completed", "failure", started: 1, completed: 2)),
    ]
    return facts.enumerated().map {
      Arrival(kind: $0.element.0, data: $0.element.1, delivery: "d\($0.offset)")
    }
  }

  // MARK: helpers

  /// Heap's algorithm.
  private func forEachPermutation(
    of elements: [Int], _ body: ([Int]) throws -> Void
  ) rethrows {
    var elements = elements
    var counters = [Int](repeating: 0, count: elements.count)
    try body(elements)
    var position = 1
    while position < elements.count {
      if counters[position] < position {
        elements.swapAt(position % 2 == 0 ? 0 : counters[position], position)
        try body(elements)
        counters[position] += 1
        position = 1
      } else {
        counters[position] = 0
        position += 1
      }
    }
  }
}
