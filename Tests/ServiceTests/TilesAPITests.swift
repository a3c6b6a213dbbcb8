import Ledger
import LedgerTesting
import Merkle
import Testing

@testable import Service

extension ServiceTests {
  /// The log as tlog-tiles publishes it.
  @Suite struct TilesAPITests {
    private static let entries = 300

    private func withLog(
      _ setup: Setup = Setup(logIsPublic: true, isSigned: true),
      _ test: @escaping @Sendable (TestService, Int) async throws -> Void
    ) async throws {
      try await withService(setup) { service in
        let notes = try (0..<Self.entries).map { number in
          Submission(
            entry: try Entry(
              kind: .noteRecorded, at: nil, received: noon, source: .token("t", key: "\(number)"),
              data: ["text": .string("<b>\(number)</b>"), "subject": "x"]))
        }
        _ = try await service.store.append(notes)
        try await test(service, Int(try await service.store.read { try $0.size() }))
      }
    }

    @Test func everyTileHoldsWhatTheEntriesHashTo() async throws {
      try await withLog { service, size in
        let note = try SignedNote(try await service.get("/checkpoint").text)
        let head = try Checkpoint(text: note.text)
        #expect(head.size == size)
        var entries: [[UInt8]] = []
        for path in ["entries/000", "entries/001.p/\(size - 256)"] {
          let bundle = try await tile(path, service)
          var rest = bundle[...]
          while let high = rest.popFirst(), let low = rest.popFirst() {
            let length = Int(high) << 8 | Int(low)
            entries.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
          }
        }
        #expect(entries.count == size)
        let leaves = entries.map { Hash.leaf($0) }
        let first = try await tile("0/000", service)
        #expect(first == leaves[..<256].flatMap(\.bytes))
        #expect(
          try await tile("0/001.p/\(size - 256)", service) == leaves[256...].flatMap(\.bytes))
        var frontier = Frontier()
        for leaf in leaves[..<256] { _ = frontier.append(leaf) }
        #expect(try await tile("1/000.p/1", service) == frontier.root.bytes)
        for leaf in leaves[256...] { _ = frontier.append(leaf) }
        #expect(frontier.root == head.root)
        // The tiles of an older checkpoint are there, too.
        #expect(try await tile("0/000.p/7", service) == Array(first.prefix(7 * 32)))
      }
    }

    private func tile(_ path: String, _ service: TestService) async throws -> [UInt8] {
      let answer = try await service.get("/tile/\(path)")
      #expect(answer.status == 200, "\(path)")
      #expect(answer.contentType == "application/octet-stream")
      #expect(answer.headers[.cacheControl] == "public, max-age=31536000, immutable")
      return answer.body
    }

    /// The file may have been written to by another hand.
    @Test func whatIsLongerThanAnyEntryIsNoneAndEndsNothing() throws {
      let longest = [UInt8](repeating: 65, count: 65_535)
      #expect(try TilesAPI.bundled(longest) == [0xFF, 0xFF] + longest)
      #expect(throws: StoreError.damagedRow) { try TilesAPI.bundled(longest + [65]) }
    }

    @Test func whatIsNotThereIsNotFoundAndNotKept() async throws {
      try await withLog { service, size in
        for path in [
          "0/001", "0/001.p/\(size - 255)", "0/002.p/1", "1/000", "1/000.p/2", "2/000.p/1",
          "8/000.p/1", "63/000", "64/000", "0/0", "0/000.p/0", "0/000.p/256", "0/000.p/01",
          "0/x000",
          "0/x000/000", "0/000/", "00/000", "-1/000", "entries/001", "entries/000.p/256",
          "entries/x000/000", "entries", "0", "", "data/000", "0/000.p", "0/%30%30%30",
          "0/x999/x999/x999/x999/x999/x999/x999/999", "0/000%2Ep/1",
        ] {
          let answer = try await service.get("/tile/\(path)")
          #expect(try answer.problem(404) == "not_found", "\(path)")
          #expect(answer.headers[.cacheControl] == "no-store")
        }
        let strange = try await service.get("/tile/0/000?x=1")
        #expect(try strange.problem(400) == "invalid_parameter")
      }
    }

    @Test func entriesAreForReadersUnlessTheLogIsPublic() async throws {
      try await withLog(Setup(isSigned: true)) { service, _ in
        _ = try await tile("0/000", service)
        #expect(try await service.get("/checkpoint").status == 200)
        let refused = try await service.get("/tile/entries/000")
        #expect(try refused.problem(401) == "token_missing")
        let token = try await service.token(.read)
        let entries = try await service.get("/tile/entries/000", token: token)
        #expect(entries.status == 200)
        // A cache that others share must not keep them.
        #expect(entries.headers[.cacheControl] == "private, max-age=31536000, immutable")
      }
    }

    @Test func nothingOfALogThatIsNotSigned() async throws {
      try await withLog(Setup(logIsPublic: true)) { service, _ in
        for path in ["/tile/0/000", "/tile/entries/000", "/tile/0/000.p/1"] {
          #expect(try await service.get(path).problem(404) == "not_found")
        }
        #expect(try await service.get("/checkpoint").problem(404) == "unsigned")
        let token = try await service.token(.read)
        for path in ["inclusion?entry=0", "consistency?from=0"] {
          let answer = try await service.get("/v1/proof/\(path)", token: token)
          #expect(try answer.problem(404) == "nothing")
        }
      }
    }

    @Test func aCheckpointThatIsKnownIsNotSentAgain() async throws {
      try await withLog { service, _ in
        let first = try await service.get("/checkpoint")
        let tag = try #require(first.headers[.eTag])
        let known = try await service.get("/checkpoint", headers: [("If-None-Match", tag)])
        #expect(known.status == 304 && known.body.isEmpty)
        #expect(known.headers[.eTag] == tag)
        // RFC 9110, 13.1.2: any, a list, and the weak comparison; what is not quoted is no tag.
        for (value, status) in [
          ("*", 304), ("W/\(tag)", 304), ("\"a,b\", W/\"c\" , \(tag)", 304), ("\"a\",\(tag)", 304),
          ("\"a\"", 200), (tag.filter { $0 != "\"" }, 200), ("\"*\"", 200), ("", 200),
          ("\"", 200),
        ] {
          let answer = try await service.get("/checkpoint", headers: [("If-None-Match", value)])
          #expect(answer.status == status, "\(value)")
        }
        _ = try await service.token(.read)
        let next = try await service.get("/checkpoint", headers: [("If-None-Match", tag)])
        #expect(next.status == 200 && next.text != first.text)
      }
    }

    // MARK: proofs

    @Test func inclusionProofsLeadToTheSignedRoot() async throws {
      try await withLog { service, _ in
        let token = try await service.token(.read)
        let head = try Checkpoint(text: SignedNote(try await service.get("/checkpoint").text).text)
        let note = try await service.get("/checkpoint")
        for index in [0, 1, 255, 256, head.size - 1] {
          let answer = try await service.get("/v1/proof/inclusion?entry=\(index)", token: token)
          let json = try answer.json
          #expect(json["checkpoint"]?.string == note.text)
          let entry = try await service.store.read {
            try $0.entryBytes(from: Int64(index), count: 1)
          }
          #expect(
            Proof.verifyInclusion(
              try hashes(json["hashes"]), of: .leaf(entry[0]), at: index, in: head.size,
              root: head.root))
        }
        let old = try await service.get("/v1/proof/inclusion?entry=3&size=7", token: token).json
        #expect(old["size"] == 7 && old["checkpoint"] == .null)
        #expect(old["hashes"]?.array?.count == 3)
      }
    }

    @Test func consistencyProofsHold() async throws {
      try await withLog { service, _ in
        let token = try await service.token(.read)
        let head = try Checkpoint(text: SignedNote(try await service.get("/checkpoint").text).text)
        for old in [1, 2, 100, 256, head.size - 1, head.size] {
          let path = "/v1/proof/consistency?from=\(old)"
          let json = try await service.get(path, token: token).json
          let root = try #require(Base64.decoded(json["from_root"]?.string ?? ""))
          #expect(
            Proof.verifyConsistency(
              try hashes(json["hashes"]), from: old, root: Hash(root), to: head.size,
              root: head.root))
        }
        let empty = try await service.get("/v1/proof/consistency?from=0&to=5", token: token).json
        #expect(empty["hashes"] == [] && empty["to"] == 5)
      }
    }

    private func hashes(_ json: JSON?) throws -> [Hash] {
      try #require(json?.array).map { Hash(try #require(Base64.decoded($0.string ?? ""))) }
    }

    @Test(arguments: [
      ("inclusion", 400), ("inclusion?entry=x", 400), ("inclusion?entry=-1", 400),
      ("inclusion?entry=0&size=0", 400), ("inclusion?entry=9&size=9", 404),
      ("inclusion?entry=0&size=9999", 404), ("inclusion?entry=9999", 404),
      ("inclusion?entry=9223372036854775807", 404), ("inclusion?entry=9223372036854775808", 400),
      ("inclusion?leaf=00", 400), ("consistency", 400), ("consistency?from=5&to=4", 400),
      ("consistency?from=9999", 404), ("consistency?from=1&to=9999", 404),
      ("consistency?from=0&to=0", 400),
    ])
    func whatCannotBeProved(_ path: String, _ status: Int) async throws {
      try await withLog { service, _ in
        let answer = try await service.get(
          "/v1/proof/\(path)", token: try await service.token(.read))
        let code = try answer.problem(status)
        #expect(code == (status == 400 ? "invalid_parameter" : "nothing"))
      }
    }
  }
}
