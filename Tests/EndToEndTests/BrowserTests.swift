import Foundation
import Testing

@testable import LedgerDemo

@Suite("An entry in the browser", .serialized, .timeLimit(.minutes(6)))
struct BrowserTests {
  @Test("Chromium believes an honest server, and no forgery")
  func honestAndForged() async throws {
    let bench = try await Bench()
    let honest = PublishedLog(bench: bench, name: "honest")
    let token = try await honest.initialize()
    let early = try await honest.start()
    try await early.push((0..<20).map { "image-\($0)" }, token: token)
    #expect(await early.stop() == 0)
    let (cut, forked) = (try honest.copied(to: "cut"), try honest.copied(to: "forked"))
    let other = PublishedLog(bench: bench, name: "other")
    let otherToken = try await other.initialize()
    let unsigned = PublishedLog(bench: bench, name: "unsigned")
    let unsignedToken = try await unsigned.initialize(isSigned: false)

    let servers = [
      try await honest.start(), try await cut.start(), try await forked.start(),
      try await other.start(), try await unsigned.start(),
    ]
    try await servers[0].push((0..<10).map { "later-\($0)" }, token: token)
    try await servers[2].push((0..<15).map { "instead-\($0)" }, token: token)
    try await servers[3].push((0..<40).map { "other-\($0)" }, token: otherToken)
    try await servers[4].push((0..<20).map { "unsigned-\($0)" }, token: unsignedToken)
    let result = try Script.run("check_page.py", ["9"] + servers.map(\.url))
    if result.status == Script.skipped {
      print("SKIPPED: \(result.text)")
    } else {
      #expect(result.status == 0, "\(result.text)")
      #expect(result.text.contains("ok: a log that was rewritten"))
      #expect(result.text.contains("ok: a log that is not signed"))
    }
    for server in servers { #expect(await server.stop() == 0) }
    try await bench.ended()
  }
}
