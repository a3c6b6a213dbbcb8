import Foundation
import Testing

@testable import LedgerDemo

@Suite("An entry in the browser", .serialized, .timeLimit(.minutes(10)))
struct BrowserTests {
  private func names(_ name: String, _ count: Int) -> [String] {
    (0..<count).map { "\(name)-\($0)" }
  }

  /// A head that both keys signed, one that the next key signed alone, and one of a third key: what
  /// is shown is signed by none that the browser knows.
  private func rotate(_ log: PublishedLog, _ token: String) async throws {
    try await log.rotate()
    try await log.served { try await $0.push(names("rotated", 3), token: token) }
    try await log.rotate()
    try await log.served { try await $0.push(names("again", 2), token: token) }
  }

  @Test("Chromium believes an honest server, and no forgery")
  func honestAndForged() async throws {
    let bench = try await Bench()
    let honest = PublishedLog(bench: bench, name: "honest")
    let token = try await honest.initialize()
    try await honest.served { try await $0.push(names("image", 20), token: token) }
    let (cut, forked) = (try honest.copied(to: "cut"), try honest.copied(to: "forked"))
    try await honest.served { try await $0.push(names("later", 10), token: token) }
    try await forked.served { try await $0.push(names("instead", 15), token: token) }
    let rotated = try honest.copied(to: "rotated")
    try await rotate(rotated, token)
    let rewritten = try forked.copied(to: "rewritten")
    try await rotate(rewritten, token)
    let other = PublishedLog(bench: bench, name: "other")
    let otherToken = try await other.initialize()
    try await other.served { try await $0.push(names("other", 40), token: otherToken) }
    let unsigned = PublishedLog(bench: bench, name: "unsigned")
    let unsignedToken = try await unsigned.initialize(isSigned: false)
    try await unsigned.served { try await $0.push(names("unsigned", 20), token: unsignedToken) }

    var servers: [Running] = []
    for log in [honest, cut, forked, other, unsigned, rotated, rewritten] {
      servers.append(try await log.start())
    }
    let result = try Script.run("check_page.py", ["9"] + servers.map(\.url))
    if result.status == Script.skipped {
      print("SKIPPED: \(result.text)")
    } else {
      #expect(result.status == 0, "\(result.text)")
      for what in [
        "a log that was rewritten", "a log that is not signed", "a log whose key was replaced",
        "a log that was rewritten when its key was replaced", "what was remembered before all that",
        "what another tab kept during the first look", "what another tab kept during a later look",
      ] { #expect(result.text.contains("ok: \(what): "), "\(what)") }
    }
    for server in servers { #expect(await server.stop() == 0) }
    try await bench.ended()
  }
}
