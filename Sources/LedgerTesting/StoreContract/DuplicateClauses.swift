import Ledger

extension StoreContract {
  static let duplicateClauses = [
    StoreClause("a delivery sent again is the same entry", sentAgain),
    StoreClause("a delivery sent 800 times at once is one entry", sentManyTimes),
    StoreClause("the same id with another body is a conflict, kept once", conflict),
    StoreClause("the same id from another hook is a witness", witness),
    StoreClause("the same body under the name of another event hides nothing", otherEvent),
  ]

  private static func sentAgain(_ engine: any StoreEngine) async throws {
    try await engine.withStore { opened in
      let delivery = StoreSamples.push(1)
      func submission(_ id: String?, later seconds: Double = 0) throws -> Submission {
        var again = delivery
        again.id = id ?? again.id
        return try engine.submission(
          for: again, received: StoreSamples.start.adding(seconds: seconds))
      }
      let first = try await opened.store.append(submission(nil))
      try require(first.result, is: .appended, "the first")
      let fresh = Derived.guid("fresh")
      for again in [try submission(nil, later: 5), try submission(fresh, later: 9)] {
        let receipt = try await opened.store.append(again)
        try require(receipt.result, is: .duplicate, "again")
        try require(receipt.index, is: first.index, "index of the duplicate")
        try require(receipt.leaf, is: first.leaf, "leaf of the duplicate")
      }
      let other = try engine.submission(for: StoreSamples.push(2), received: StoreSamples.start)
      let together = try await opened.store.append([other, try submission(nil), other])
      try require(together.map(\.index), is: [1, 0, 1], "within one call")
      try require(
        together.map(\.result), is: [.appended, .duplicate, .duplicate], "within one call")
      try require(try await opened.store.size, is: 2, "size")
    }
  }

  private static func sentManyTimes(_ engine: any StoreEngine) async throws {
    try await engine.withStore { opened in
      let store = opened.store
      let submission = try engine.submission(
        for: StoreSamples.push(1), received: StoreSamples.start)
      let receipts = try await withThrowingTaskGroup(of: [Receipt].self) { group in
        for _ in 0..<8 {
          group.addTask {
            var receipts: [Receipt] = []
            for _ in 0..<100 { receipts.append(try await store.append(submission)) }
            return receipts
          }
        }
        return try await group.reduce(into: [], +=)
      }
      try require(receipts.count { $0.result == .appended }, is: 1, "appended")
      try require(receipts.count { $0.result == .duplicate }, is: 799, "duplicates")
      try require(Set(receipts.map(\.index)), is: [0], "index")
      try require(Set(receipts.map(\.leaf)).count, is: 1, "leaves")
      try require(try await store.size, is: 1, "size")
    }
  }

  private static func conflict(_ engine: any StoreEngine) async throws {
    try await engine.withStore { opened in
      let (first, second) = try pair(engine, hook: StoreSamples.acme.hookID)
      let earlier = try await opened.store.append(first)
      let receipt = try await opened.store.append(second)
      try require(receipt.result, is: .conflict, "the other body")
      try require(receipt.index, is: 1, "index of the conflict")
      let entry = try await opened.store.entries[1]
      try require(entry.entry.kind, is: .deliveryConflict, "kind")
      try require(entry.leaf, is: receipt.leaf, "leaf")
      try require(entry.entry.data["earlier"]?.int, is: earlier.index, "what it contradicts")
      try require(
        entry.entry.data["would_be"]?.string, is: first.entry.kind.name, "what it would be")
      try await requireEvidence(of: [first, second], in: opened.store)
      for (submission, answer, result) in [
        (first, earlier, Receipt.Result.duplicate), (second, receipt, .conflict),
      ] {
        let again = try await opened.store.append(submission)
        try require(again.result, is: result, "sent again")
        try require(again.index, is: answer.index, "sent again")
      }
      try require(try await opened.store.size, is: 2, "size")
    }
  }

  private static func witness(_ engine: any StoreEngine) async throws {
    try await engine.withStore { opened in
      let (first, second) = try pair(engine, hook: StoreSamples.acme.hookID + 1)
      _ = try await opened.store.append(first)
      let receipt = try await opened.store.append(second)
      try require(receipt.result, is: .appended, "the other hook")
      let entry = try await opened.store.entries[1].entry
      try require(entry.kind, is: .deliveryWitness, "kind")
      try require(entry.data["earlier"]?.int, is: 0, "what it witnesses")
      try await requireEvidence(of: [first, second], in: opened.store)
      try require(try await opened.store.append(second).result, is: .duplicate, "sent again")
      try require(try await opened.store.size, is: 2, "size")
    }
  }

  private static func otherEvent(_ engine: any StoreEngine) async throws {
    try await engine.withStore { opened in
      let push = StoreSamples.push(1)
      let other = WebhookDelivery(event: "unheard_of", body: push.body, hookID: push.hookID)
      for (delivery, result) in [(push, Receipt.Result.appended), (other, .appended)] {
        let submission = try engine.submission(for: delivery, received: StoreSamples.start)
        try require(
          try await opened.store.append(submission).result, is: result, delivery.event)
      }
      try require(try await opened.store.entries[1].entry.kind, is: .undecoded, "kind")
    }
  }

  /// Two deliveries with one id and two bodies.
  private static func pair(
    _ engine: any StoreEngine, hook: Int64
  ) throws -> (Submission, Submission) {
    let first = StoreSamples.push(1)
    let second = WebhookDelivery(
      event: first.event, body: StoreSamples.push(2).body, hookID: hook, id: first.id)
    return (
      try engine.submission(for: first, received: StoreSamples.start),
      try engine.submission(for: second, received: StoreSamples.start)
    )
  }

  private static func requireEvidence(
    of submissions: [Submission], in store: any LedgerStore
  ) async throws {
    for evidence in submissions.compactMap(\.evidence) {
      let kept = try await store.read { try $0.evidence(evidence.reference.hash) }
      try require(kept == evidence.bytes, "the evidence of both deliveries is kept")
    }
  }
}
