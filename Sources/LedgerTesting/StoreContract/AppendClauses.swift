import Ledger

extension StoreContract {
  static let appendClauses = [
    StoreClause("receipts have dense indices and the entries' leaves", denseIndices),
    StoreClause("the tree is RFC 6962's at every size", treeAtEverySize),
    StoreClause("parallel appends each get their own entry", parallelAppends),
    StoreClause("entries are read by place and kind", reading),
  ]

  private static func denseIndices(_ engine: any StoreEngine) async throws {
    try await engine.withStore { opened in
      var next = 0
      for count in [1, 3, 2, 7, 1, 16] {
        let submissions = try (next..<next + count).map(StoreSamples.note)
        let receipts = try await opened.store.append(submissions)
        try require(receipts.map(\.index), is: (next..<next + count).map(Int64.init), "indices")
        for (submission, receipt) in zip(submissions, receipts) {
          try require(receipt.result, is: .appended, "result of \(receipt.index)")
          try require(
            receipt.leaf.bytes, is: NaiveTree.leaf(submission.entry.bytes),
            "leaf of \(receipt.index)")
        }
        next += count
      }
      try require(try await opened.store.size, is: Int64(next), "size")
      let none = try await opened.store.append([])
      try require(none.isEmpty, "no submissions, no receipts")
    }
  }

  private static func treeAtEverySize(_ engine: any StoreEngine) async throws {
    try await engine.withStore { opened in
      try await opened.store.requireTree()
      for number in 0..<33 {
        _ = try await opened.store.append(StoreSamples.note(number))
        try await opened.store.requireTree()
      }
      _ = try await opened.store.append((33..<70).map(StoreSamples.note))
      try await opened.store.requireTree()
    }
  }

  private static func parallelAppends(_ engine: any StoreEngine) async throws {
    try await engine.withStore { opened in
      let store = opened.store
      let receipts = try await withThrowingTaskGroup(of: [(Int, Receipt)].self) { group in
        for client in 0..<8 {
          group.addTask {
            var receipts: [(Int, Receipt)] = []
            for turn in 0..<25 {
              let number = client * 25 + turn
              receipts.append((number, try await store.append(StoreSamples.note(number))))
            }
            return receipts
          }
        }
        return try await group.reduce(into: [], +=)
      }
      let indices = receipts.map(\.1.index).sorted()
      try require(indices, is: Array(0..<200), "indices of 200 parallel appends")
      let entries = try await store.entries
      for (number, receipt) in receipts {
        let found = entries[Int(receipt.index)].entry.data["number"]?.int
        try require(found, is: Int64(number), "the entry that receipt \(receipt.index) names")
      }
      try await store.requireTree()
    }
  }

  private static func reading(_ engine: any StoreEngine) async throws {
    try await engine.withStore { opened in
      let other = Submission(
        entry: try Entry(
          kind: "test.other.v1", at: nil, received: StoreSamples.start, source: .ledger,
          data: ["text": "naïve ✓ \u{1F680}"]))
      _ = try await opened.store.append([
        try StoreSamples.note(0), other, try StoreSamples.note(2), other, try StoreSamples.note(4),
      ])
      try await opened.store.read { reader in
        let all = try reader.entries(from: 0, limit: 0, kind: nil)
        try require(all.map(\.index), is: [0, 1, 2, 3, 4], "all entries")
        try require(all[1].entry, is: other.entry, "an entry read back")
        let page = try reader.entries(from: 1, limit: 2, kind: nil)
        try require(page.map(\.index), is: [1, 2], "a page")
        let ofKind = try reader.entries(from: 1, limit: 0, kind: "test.note.v1")
        try require(ofKind.map(\.index), is: [2, 4], "entries of one kind")
        try require(try reader.entry(at: 4)?.index, is: 4, "the last entry")
        try require(try reader.entry(at: 5) == nil, "there is no entry beyond the last")
      }
    }
  }
}
