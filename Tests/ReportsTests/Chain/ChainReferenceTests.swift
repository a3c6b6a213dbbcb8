import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import Reports

/// Whoever passes a chain's proof on could write another reference into it.
@Suite struct ChainReferenceTests {
  private static let told = [
    "acme/api#418", "ACME/API#418", "pr:418", "#0", "sha:\(ChainEntries.commit.prefix(8))",
    String(ChainEntries.digest.prefix(16)), "td:api:57",
    "deploy:640100200/id/\(ChainEntries.run)/1/api/prod", "rollout:\(ChainEntries.rollout)",
    "task:\(ChainEntries.task)", "build:640100200/\(ChainEntries.run)/1",
  ]

  private func proof(of reference: String) throws -> ChainProof {
    ChainProof(
      reference: reference, vkey: "", note: try ExportLog().checkpoint(), parts: [], links: [],
      missing: [])
  }

  private func stored() throws -> [Stored] {
    try ChainStory.entries().enumerated().map { Stored(index: Int64($0.offset), entry: $0.element) }
  }

  /// As `ledger prove --chain` takes them.
  private func cited(_ trace: JSON) -> Set<Int64> {
    let items = trace["items"]?.array ?? []
    let lines =
      items.flatMap { $0.at("line", "entries")?.array ?? [] }
      + items.flatMap { item in
        [item.at("gate", "entry"), item.at("instance", "entry")].compactMap(\.self)
      }
    let links = (trace["links"]?.array ?? []).compactMap { $0["entry"] }
    return Set((lines + links).compactMap { $0.string.flatMap { Int64($0) } })
  }

  /// An honest file is never refused: the entries that a trace cites tell of what was traced.
  @Test(arguments: told)
  func theEntriesOfATraceTellIt(_ reference: String) async throws {
    let trace = try await ChainStory.ask(
      ChainStory.entries(), "trace", [("ref", reference)])
    let cited = cited(trace)
    let entries = try stored().filter { cited.contains($0.index) }
    #expect(!entries.isEmpty)
    guard case .told(let index) = try proof(of: reference).reference(in: entries) else {
      Issue.record("\(reference) is not told")
      return
    }
    #expect(cited.contains(index))
  }

  @Test(arguments: [
    "acme/api#419", "pr:41", "#99", "sha:000000", "sha256:000000", "td:api:58", "rollout:other",
    "task:other",
  ])
  func anotherReferenceIsNotTold(_ reference: String) throws {
    #expect(try proof(of: reference).reference(in: try stored()) == .untold)
  }

  @Test(arguments: ["api@prod", "worker", "acme/worker#418", "", "a@b@c"])
  func whatEntriesAloneDoNotDecide(_ reference: String) throws {
    #expect(try proof(of: reference).reference(in: try stored()) == .undecided)
  }

  @Test(arguments: ["#0", "api@prod@{2.hours.ago}"])
  func noEntriesDecideNothing(_ reference: String) throws {
    #expect(try proof(of: reference).reference(in: []) == .undecided)
  }
}
