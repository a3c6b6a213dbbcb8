import Ledger
import LedgerTesting
import Reports
import Testing

/// An answer that leaves something out says so.
@Suite struct CutTests {
  /// One image that was scanned again and again.
  private static func scans(_ count: Int) throws -> [Entry] {
    try (0..<count).map { number in
      let at = chainStart.adding(seconds: Double(number))
      return try ChainStory.chain.entry(.scanRecorded, ["scanned_at": .string(at.description)])
    }
  }

  private static func isCut(_ answer: JSON) -> Bool {
    answer["gaps"]?.array?.contains {
      $0["reason"] == "more than 500 things hang together"
    } == true
  }

  @Test(arguments: [(20, false), (520, true)])
  func aChainThatIsCut(_ count: Int, _ isCut: Bool) async throws {
    let image = String(ChainEntries.digest.prefix(20))
    let answers = try await ChainStory.ask(
      Self.scans(count),
      [
        ("trace", [("ref", image)]), ("show", [("ref", image)]),
        ("diff", [("from", image), ("to", image)]),
      ])
    for answer in answers {
      #expect(Self.isCut(answer) == isCut, "\(answer["schema"]?.string ?? "")")
      #expect(answer["complete"] == false)
    }
  }

  @Test(arguments: [(2, 2, true), (3, 3, false), (4, 3, false)])
  func aSearchThatFoundMore(_ limit: Int, _ found: Int, _ hasMore: Bool) async throws {
    let answer = try await ChainStory.ask(
      Self.scans(3), "search", [("q", "trivy"), ("limit", String(limit))])
    #expect(answer["items"]?.array?.count == found)
    #expect(answer["has_more"] == .bool(hasMore))
  }

  @Test(arguments: [(20, "20 deployments ended"), (21, "more than 20 deployments ended")])
  func endsWithoutAStart(_ count: Int, _ expected: String) async throws {
    let ends = try (0..<count).map { number in
      try ChainStory.finish([
        "id": .string("lost-\(number)"), "service": nil, "environment": nil, "commit": nil,
      ])
    }
    let answer = try await ChainStory.ask(ends, "doctor")
    let check = answer["checks"]?.array?.first { $0["name"] == "ends without a start" }
    #expect(check?["detail"]?.string?.hasPrefix(expected) == true, "\(check ?? .null)")
    #expect(check?["items"]?.array?.count == 20)
  }
}
