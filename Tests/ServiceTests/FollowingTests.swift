import Ledger
import LedgerTesting
import Reports
import Testing

@testable import Service

extension ServiceTests {
  /// Which lines an entry changes.
  @Suite struct FollowingTests {
    private let chain = ChainEntries(start: noon)

    private func lines(
      _ entries: [Entry], from start: Int64 = 1, limit: Int = 1_000,
      _ filter: [(String, String)] = []
    ) async throws -> (lines: [String], next: Int64) {
      var result: (lines: [String], next: Int64) = ([], 0)
      try await withParts(Setup()) { parts in
        _ = try await parts.store.append(entries.map { Submission(entry: $0) })
        let following = try Following(
          Parameters(filter, allowed: Following.parameters))
        var next = start
        while true {
          let from = next
          let batch = try await parts.store.read {
            try following.batch(from: from, limit: limit, reading: $0)
          }
          result.lines += batch.lines.map { "\($0.entry) \($0.row.kind)" }
          next = batch.next
          guard batch.isFull else { break }
        }
        result.next = next
      }
      return result
    }

    @Test func eachKindOfTheChain() async throws {
      let entries = try chain.all()
      let (lines, next) = try await lines(entries)
      #expect(next == Int64(entries.count) + 1)
      let kinds = Set(lines.compactMap { $0.split(separator: " ").last })
      for kind in [
        "build", "test", "image", "scan", "taskdef", "deploy", "rollout", "resource", "note",
      ] {
        #expect(kinds.contains(Substring(kind)), "\(kind)")
      }
      // Nothing is told twice in one look.
      #expect(Set(lines).count == lines.count)
    }

    /// In small looks each entry tells what it changed, in one look the last one does.
    @Test func aLineThatChangesTwiceIsToldOnceALook() async throws {
      let start = try chain.entry(.deploymentRecorded)
      let end = try chain.entry(
        .deploymentRecorded, ["phase": "end", "outcome": "success"], at: 900)
      #expect(try await lines([start, end]).lines == ["2 deploy"])
      #expect(try await lines([start, end], limit: 1).lines == ["1 deploy", "2 deploy"])
    }

    /// A report that adds no more than a digest is news of the line, too.
    @Test func aLineThatOnlyGainsADigest() async throws {
      let rollout = try chain.entry(.ecsDeployment)
      let task = try chain.entry(.ecsTask)
      #expect(try await lines([rollout, task], limit: 1).lines == ["1 rollout", "2 rollout"])
    }

    @Test func whatEndedWithoutAStartIsNoLine() async throws {
      let end = try chain.entry(
        .deploymentRecorded,
        ["phase": "end", "outcome": "success", "service": nil, "environment": nil])
      #expect(try await lines([end]).lines == [])
    }

    @Test(arguments: [
      ([("environment", "production")], ["1 deploy"]), ([("environment", "prod")], ["1 deploy"]),
      ([("environment", "live")], ["1 deploy"]), ([("environment", "staging")], []),
      ([("service", "shop")], ["1 deploy"]), ([("service", "api")], []),
      ([("kind", "deploy"), ("kind", "merge")], ["1 deploy"]), ([("kind", "merge")], []),
    ])
    func namesAreThoseOfTheCatalog(
      _ filter: [(String, String)], _ expected: [String]
    ) async throws {
      var shop = Catalog.Service(name: "shop")
      shop.repositories = ["acme/api"]
      let catalog = Catalog(
        environments: [Catalog.Environment(name: "production", aliases: ["prod", "live"])],
        services: [shop])
      let deploy = try chain.entry(.deploymentRecorded, ["service": nil])
      let names = try chain.entry(.catalog, ["catalog": catalog.json])
      #expect(try await lines([deploy, names], filter).lines == expected)
    }

    @Test(arguments: ["after=x", "after=-1", "after=9223372036854775807", "limit=3"])
    func aBadParameter(_ text: String) throws {
      let sides = text.split(separator: "=").map(String.init)
      #expect(throws: BadQuestion.self) {
        try Following(Parameters([(sides[0], sides[1])], allowed: Following.parameters))
      }
    }
  }
}
