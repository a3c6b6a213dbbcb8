import HTTPTypes
import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import Service

extension ServiceTests {
  /// What the page brings with it. Whether a browser believes it, EndToEndTests see.
  @Suite struct EntryPageTests {
    private static let page = [("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")]
    private static let open = Setup(logIsPublic: true, isSigned: true)

    private func nasty(_ service: TestService) async throws -> Int64 {
      let entry = try Entry(
        kind: .noteRecorded, at: nil, received: noon, source: .token("t", key: "1"),
        data: ["text": "</pre><script>alert(\"1\")</script>'&", "subject": "x"])
      return try await service.store.append([Submission(entry: entry)])[0].index
    }

    @Test func everythingThatIsChecked() async throws {
      try await withService(Self.open) { service in
        let index = try await nasty(service)
        let answer = try await service.get("/ledger/entries/\(index)?seen=1")
        #expect(answer.status == 200)
        #expect(answer.contentType == "text/html; charset=utf-8")
        for name in ["index", "bytes", "hashes", "note", "vkey", "consistency"] {
          let parts = answer.text.split(separator: "data-\(name)=\"", maxSplits: 1)
          #expect(parts.count == 2 && parts.last?.hasPrefix("\"") == false, "\(name)")
        }
        for part in ["kind", "at", "received", "source", "evidence", "data"] {
          #expect(answer.text.contains("data-member=\"\(part)\""), "\(part)")
        }
        #expect(!answer.text.contains("✓"), "nothing is checked before the browser does it")
      }
    }

    /// What leads from the key that is known to the one that signs.
    private func rotations(
      _ service: TestService, from vkey: String
    ) async throws -> [JSON] {
      let query = vkey.replacing("+", with: "%2B").replacing("/", with: "%2F")
      let text = try await service.get("/ledger/entries/0?key=\(query)").text
      let parts = text.split(separator: "data-rotations=\"", maxSplits: 1)
      let value = try #require(parts.last?.split(separator: "\"", maxSplits: 1).first)
      let json = try JSON.parse(Array(value.replacing("&quot;", with: "\"").utf8))
      return try #require(json.array)
    }

    private func hashes(_ text: String?) throws -> [Hash] {
      let words = try #require(text).split(separator: " ")
      return try words.map { Hash(try #require(Base64.decoded($0))) }
    }

    @Test func aKeyThatWasReplacedIsFollowed() async throws {
      var setup = Self.open
      setup.hasNextKey = true
      try await withService(setup) { service in
        let keys = try await service.store.read { try $0.logKeys() }
        let old = try #require(keys.last?.verifier)
        let new = try NoteSigner(name: old.name, seed: Setup.nextSeed).verifier
        #expect(try await rotations(service, from: old.vkey).isEmpty)
        let entry = try LogKey.entry(new, replacing: old, received: noon)
        let index = try await service.store.append([Submission(entry: entry)])[0].index
        _ = try await nasty(service)
        let newest = try await service.store.read { try $0.checkpoint() }
        let head = try #require(newest)

        let all = try await rotations(service, from: old.vkey)
        let rotation = try #require(all.first)
        #expect(all.count == 1 && rotation["index"]?.int == index)
        let bytes = try #require(Base64.decoded(rotation["bytes"]?.string ?? ""))
        #expect(try JSON.parse(bytes).at("data", "vkey")?.string == new.vkey)
        let note = try SignedNote(try #require(rotation["note"]?.string))
        #expect(try note.signatures(by: [old, new]).count == 2)
        let signed = try Checkpoint(text: note.text)
        #expect(signed.size < Int(head.size))
        let path = try hashes(rotation["hashes"]?.string)
        let proof = try hashes(rotation["consistency"]?.string)
        #expect(
          Proof.verifyInclusion(
            path, of: .leaf(bytes), at: Int(index), in: signed.size, root: signed.root))
        #expect(
          Proof.verifyConsistency(
            proof, from: signed.size, root: signed.root, to: Int(head.size), root: head.root))
        for vkey in [new.vkey, "", "x+y+z"] {
          #expect(try await rotations(service, from: vkey).isEmpty, "\(vkey)")
        }
      }
    }

    @Test func nothingOfAnEntryIsMarkup() async throws {
      try await withService(Self.open) { service in
        let text = try await service.get("/ledger/entries/\(nasty(service))").text
        #expect(text.contains("&lt;script&gt;alert("))
        #expect(text.split(separator: "<script").count == 2)
      }
    }

    /// To Swift a mark and the letter behind it are one character, to a browser they are not.
    @Test func aMarkHidesNoMarkup() async throws {
      try await withService(Self.open) { service in
        let entry = try Entry(
          kind: .noteRecorded, at: nil, received: noon, source: .token("t", key: "2"),
          data: ["text": "\u{600}<meta http-equiv=refresh> '\u{301} \"\u{301}", "subject": "x"])
        let index = try await service.store.append([Submission(entry: entry)])[0].index
        let page = Array(try await service.get("/ledger/entries/\(index)").text.utf8)
        #expect(page.ranges(of: Array("<meta http-equiv".utf8)).isEmpty)
        #expect(page.ranges(of: Array("&lt;meta http-equiv=refresh".utf8)).count == 1)
        #expect(page.ranges(of: Array("&#39;\u{301}".utf8)).count == 1)
      }
    }

    @Test func nothingButTheOwnScriptRuns() async throws {
      try await withService(Self.open) { service in
        let headers = try await service.get("/ledger/entries/0").headers
        let policy = try #require(headers[.contentSecurityPolicy])
        #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; connect-src 'self'"))
        #expect(policy.contains("base-uri 'none'; form-action 'none'; frame-ancestors 'none'"))
        let script = try await service.get("/ledger/verify.js")
        #expect(script.contentType == "text/javascript; charset=utf-8")
        #expect(script.text.hasPrefix("'use strict';"))
        #expect(!script.text.contains("innerHTML") && !script.text.contains("eval("))
      }
    }

    @Test(arguments: [
      Setup(isSigned: true), Setup(pagesArePrivate: true, logIsPublic: true, isSigned: true),
    ])
    func aBrowserIsAskedForAToken(_ setup: Setup) async throws {
      try await withService(setup) { service in
        let index = try await nasty(service)
        let locked = try await service.get("/ledger/entries/\(index)", headers: Self.page)
        #expect(locked.status == 401)
        #expect(locked.headers[.wwwAuthenticate] == "Bearer")
        #expect(locked.contentType == "text/html; charset=utf-8")
        #expect(locked.text.contains("<form id=\"unlock\">") && !locked.text.contains("alert("))
        let wrong = try await service.get(
          "/ledger/entries/0", token: "x", headers: Self.page)
        #expect(wrong.status == 401 && wrong.text.contains("not known"))
        let program = try await service.get("/ledger/entries/0")
        #expect(try program.problem(401) == "token_missing")
        let token = try await service.token(.read)
        let shown = try await service.get(
          "/ledger/entries/\(index)", token: token, headers: Self.page)
        #expect(shown.status == 200 && shown.text.contains("alert("))
      }
    }

    @Test func aLogThatIsNotSignedIsShownAsSuch() async throws {
      try await withService(Setup(logIsPublic: true)) { service in
        let text = try await service.get("/ledger/entries/0").text
        #expect(text.contains("The log is not signed") && !text.contains("id=\"steps\""))
        // The script knows by this that there is nothing to check, and nowhere to show steps.
        #expect(text.contains("data-note=\"\"") && text.contains("id=\"forget\""))
      }
    }

    @Test func whatIsNotThere() async throws {
      try await withService(Self.open) { service async throws in
        #expect(try await service.get("/ledger/entries/99").problem(404) == "not_found")
        for path in [
          "/ledger/entries/x", "/ledger/entries/0?seen=x", "/ledger/entries/0?y=1",
          "/ledger/entries/0?key=a&key=b",
        ] {
          #expect(try await service.get(path).problem(400) == "invalid_parameter")
        }
      }
    }

    @Test func theGatesPageLeadsThere() async throws {
      try await withService { service in
        try await service.deliver(all: [Scene.opened(), Scene.ended("test")])
        let text = try await service.get(Scene.page).text
        #expect(text.contains("<a href=\"/ledger/entries/"))
      }
    }
  }
}
