import Foundation
import Ledger
import LedgerTesting
import Testing

@testable import LedgerDemo

@Suite("The log, verified by other people's programs", .serialized, .timeLimit(.minutes(6)))
struct ForeignLogTests {
  @Test("over HTTP and from a folder; one byte is found anywhere")
  func overHTTPAndFromAFolder() async throws {
    let bench = try await Bench()
    let log = PublishedLog(bench: bench, name: "log")
    let token = try await log.initialize()
    let server = try await log.start(isPublic: false)
    try await deliver(280, to: server)
    let vkey = try await log.vkey
    let site = bench.directory.appending(path: "site")
    guard let online = try check([vkey, server.url, token]) else {
      #expect(await server.stop() == 0)
      return try await bench.ended()
    }
    #expect(online.status == 0, "\(online.text)")
    #expect(online.text.contains("inclusion proofs"))
    let saved = try check(["--download", site.path, vkey, server.url, token])
    #expect(saved?.status == 0, "\(saved?.text ?? "")")
    #expect(await server.stop() == 0)

    #expect(try check([vkey, site.path])?.status == 0)
    let other = PublishedLog(bench: bench, name: "other")
    _ = try await other.initialize()
    #expect(try check([try await other.vkey, site.path])?.status == 1)
    for (file, change) in Self.forgeries { try expectFound(change, in: file, of: site, vkey) }
    #expect(try check([vkey, site.path])?.status == 0, "all is as it was")
    try await bench.ended()
  }

  private typealias Change = (what: String, change: @Sendable (inout Data) -> Void)

  private static let forgeries: [(String, Change)] = [
    ("tile/entries/000", ("a bit of an entry", { $0[$0.count / 2] ^= 1 })),
    ("tile/entries/000", ("an entry more", { $0 += [0, 1, 65] })),
    ("tile/entries/000", ("the last byte cut", { $0.removeLast() })),
    ("tile/0/000", ("a bit of a hash", { $0[77] ^= 1 })),
    ("tile/1/000.p/1", ("a bit of a node", { $0[0] ^= 128 })),
    ("checkpoint", ("the size", { if let end = $0.firstIndex(of: 10) { $0[end + 1] ^= 1 } })),
    ("checkpoint", ("the signature", { $0[$0.count - 10] ^= 1 })),
  ]

  private func expectFound(
    _ change: Change, in path: String, of site: URL, _ vkey: String
  ) throws {
    let file = site.appending(path: path)
    let honest = try Data(contentsOf: file)
    var forged = honest
    change.change(&forged)
    try #require(forged != honest)
    try forged.write(to: file)
    let result = try check([vkey, site.path])
    #expect(result?.status == 1 && result?.text.contains("WRONG") == true, "\(path) \(change.what)")
    try honest.write(to: file)
  }

  /// Signed webhooks, each an entry or more.
  private func deliver(_ count: Int, to server: Running) async throws {
    let acme = Deliveries(
      repository: Deliveries.Repository(
        id: 640_100_201,
        owner: Deliveries.Account(id: 50_600_700, login: "acme", kind: .organization), name: "web"))
    for number in 0..<count {
      try await server.send(
        acme.push(
          Deliveries.Push(
            ref: "refs/heads/main", before: Derived.commit("\(number)"),
            after: Derived.commit("\(number + 1)"), commits: [],
            at: Instant(seconds: 1_790_000_000 + Int64(number))),
          by: Deliveries.Account(id: 7_001, login: "mia")))
    }
  }

  /// `nil` without the packages.
  private func check(_ arguments: [String]) throws -> (status: Int32, text: String)? {
    let result = try Script.run("check_log.py", arguments)
    guard result.status == Script.skipped else { return result }
    print("SKIPPED: \(result.text)")
    return nil
  }
}
