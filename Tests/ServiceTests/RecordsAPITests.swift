import Ledger
import Testing
import Yams

@testable import Service
@testable import Webhooks

extension ServiceTests {
  @Suite struct RecordsAPITests {
    static let paths = RecordsAPI.kinds.map(\.path)

    @Test func everyKindHasOnePath() {
      #expect(Set(RecordsAPI.kinds.map(\.kind)) == Set(Record.kinds))
      #expect(Set(Self.paths).count == Record.kinds.count)
    }

    @Test(arguments: RecordsAPI.kinds)
    func aReportBecomesAnEntry(_ path: String, _ kind: Kind) async throws {
      try await withService { service in
        let token = try await service.token(.record)
        let body = try #require(Reports.body(path))
        let answer = try await service.report(path, body, token: token, key: "k1")
        #expect(answer.status == 201)
        let stored = try #require(try await service.recorded().first)
        #expect(try answer.json["index"]?.int == stored.index)
        #expect(try answer.json["duplicate"] == false)
        #expect(stored.entry.kind == kind)
        let name = "record for a test"
        let key = try #require(stored.entry.source.key)
        #expect(key.contains(#/^request/[0-9a-f]{16}/k1$/#))
        #expect(stored.entry.source == .token(name, key: key))
        #expect(stored.entry.received == noon)
        let shown = try await service.get("/v1/entries/\(stored.index)", token: token)
        #expect(shown.status == 200)
      }
    }

    @Test func aKeyMakesARepetitionADuplicate() async throws {
      try await withService { service in
        let token = try await service.token(.record)
        let first = try await service.report("/v1/notes", #"{"text":"a"}"#, token: token, key: "k")
        service.clock.advance(seconds: 60)
        let again = try await service.report(
          "/v1/notes", #"{ "text": "\u0061" }"#, token: token, key: "k")
        #expect((first.status, again.status) == (201, 200))
        #expect(try again.json["duplicate"] == true)
        #expect(try again.json["index"] == first.json["index"])
        let other = try await service.report("/v1/notes", #"{"text":"b"}"#, token: token, key: "k")
        #expect(try other.problem(409) == "contradiction")
        let kind = try await service.report(
          "/v1/resources", try #require(Reports.body("/v1/resources")), token: token, key: "k")
        #expect(try kind.problem(409) == "contradiction")
        #expect(try await service.recorded().count == 1)
        // Without a key each is an entry of its own.
        for _ in 0..<2 {
          let answer = try await service.report("/v1/notes", #"{"text":"a"}"#, token: token)
          #expect(answer.status == 201)
        }
        #expect(try await service.recorded().count == 3)
      }
    }

    @Test(arguments: [
      ("", false), ("a b", false), ("é", false), (String(repeating: "k", count: 256), false),
      (String(repeating: "k", count: 255), true), ("!~", true),
    ])
    func keys(_ key: String, _ isGood: Bool) async throws {
      try await withService { service in
        let token = try await service.token(.record)
        let answer = try await service.report("/v1/notes", #"{"text":"a"}"#, token: token, key: key)
        if isGood {
          #expect(answer.status == 201)
        } else {
          #expect(try answer.problem(400) == "header")
        }
      }
    }

    @Test func twoKeysAreNone() async throws {
      try await withService { service in
        let headers = [
          ("Content-Type", "application/json"), ("Idempotency-Key", "a"), ("Idempotency-Key", "b"),
        ]
        let answer = try await service.send(
          .post, "/v1/notes", token: try await service.token(.record), headers: headers,
          body: Array(#"{"text":"a"}"#.utf8))
        #expect(try answer.problem(400) == "header")
      }
    }

    @Test func everyWrongFieldIsNamed() async throws {
      try await withService { service in
        let body = #"{"digest":"1.4.0","size":1.5,"commit":"9f3c2ab","tga":"x","url":"ftp://x"}"#
        let answer = try await service.report(
          "/v1/images", body, token: try await service.token(.record))
        #expect(try answer.problem(422) == "fields")
        let fields = try answer.errors.map { $0.prefix { $0 != ":" } }
        #expect(fields == ["url", "digest", "commit", "size", "tga"])
        #expect(
          try answer.errors.contains { $0.hasPrefix("digest: is a tag, not a digest: 1.4.0") })
        #expect(try answer.errors.contains("tga: is unknown; did you mean tag?"))
        #expect(try await service.recorded().isEmpty)
      }
    }

    @Test(
      arguments: [
        (#"{"text":"\#(String(repeating: "n", count: 10_000))"}"#, 422, "fields"),
        (#"{"text":"a","service":"\#(String(repeating: "n", count: 10_000))"}"#, 422, "fields"),
        (#"{"text":"\u202Eevil"}"#, 422, "fields"), (#"{"text":"a\u0000"}"#, 422, "fields"),
        (#"{"text":"🚀 שלום"}"#, 201, nil), (#"{"text":"a","run_id":1e3}"#, 422, "fields"),
        (#"{"text":"a","run_id":9007199254740993}"#, 422, "fields"),
        (#"{"text":"a","run_id":NaN}"#, 400, "body"), (#"{"text":"a","text":"a"}"#, 400, "body"),
        (#"{"text":"a","\u0074ext":"b"}"#, 400, "body"), ("", 400, "body"), ("[]", 400, "body"),
        ("null", 400, "body"), (#"{"text":"a"} {}"#, 400, "body"),
        (#"{"text":\#(String(repeating: "[", count: 100_000))"#, 400, "body"),
        (#"{"text":\#(nested(60))}"#, 422, "fields"),
        (#"{"text":"a"}"# + String(repeating: " ", count: 1 << 20), 413, "too_large"),
      ] as [(String, Int, String?)])
    func badInput(_ body: String, _ status: Int, _ code: String?) async throws {
      try await withService { service in
        let answer = try await service.report(
          "/v1/notes", body, token: try await service.token(.record))
        if let code {
          #expect(try answer.problem(status) == code)
          #expect(try await service.recorded().isEmpty)
        } else {
          #expect(answer.status == status, "\(answer.text)")
        }
      }
    }

    private static func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }

    @Test(
      arguments: paths + ["/v1/entries"],
      ["text/plain", "application/xml", nil, "application/jsonx", "application/json, text/plain"])
    func otherTypesAreRefused(_ path: String, _ type: String?) async throws {
      try await withService { service in
        let headers = type.map { [("Content-Type", $0)] } ?? []
        let answer = try await service.send(
          .post, path, token: try await service.token(.record), headers: headers,
          body: Array((Reports.body(path) ?? "").utf8))
        #expect(try answer.problem(415) == "content_type")
      }
    }

    @Test func aTypeMayHaveParameters() async throws {
      try await withService { service in
        let answer = try await service.send(
          .post, "/v1/notes", token: try await service.token(.record),
          headers: [("Content-Type", "Application/JSON; charset=utf-8")],
          body: Array(#"{"text":"a"}"#.utf8))
        #expect(answer.status == 201)
      }
    }

    @Test func parametersAreRefused() async throws {
      try await withService { service async throws in
        let answer = try await service.report(
          "/v1/notes?dry=1", #"{"text":"a"}"#, token: try await service.token(.record))
        #expect(try answer.problem(400) == "invalid_parameter")
      }
    }

    @Test func aTokenMayBeBoundToRepositories() async throws {
      try await withService { service in
        let token = NewToken(name: "bound", scope: .record)
        let made = try token.entry(received: noon)
        var data = try #require(made.data.object)
        data["repositories"] = [1, 2]
        _ = try await service.store.append([
          Submission(
            entry: try Entry(
              kind: made.kind, at: noon, received: noon, source: .ledger, data: .object(data)))
        ])
        let image = #"{"digest":"\#(Reports.digest)""#
        for (body, status) in [
          (image + #","repository_id":2}"#, 201), (image + #","repository_id":3}"#, 403),
          (image + "}", 403),
        ] {
          let answer = try await service.report("/v1/images", body, token: token.secret)
          #expect(answer.status == status, "\(answer.text)")
          if status == 403 { #expect(try answer.problem(403) == "repository") }
        }
        let batch = #"{"kind":"note.recorded.v1","text":"a","repository_id":1}"# + "\n"
        let answer = try await service.report(
          "/v1/entries", batch + #"{"kind":"note.recorded.v1","text":"a"}"#, token: token.secret)
        #expect(try answer.problem(403) == "repository")
        #expect(try answer.detail.contains("report 2 of the batch"))
        #expect(try await service.recorded().count == 1)
      }
    }

    /// A token of the deleted repository spoke for the service by chance.
    @Test(arguments: [true, false])
    func aServiceBelongsToWhoHasTheNameLast(_ isDeleted: Bool) async throws {
      try await withService { service in
        var shop = Catalog.Service(name: "shop")
        shop.repositories = ["acme/shop"]
        let catalog = try Catalog(environments: [], services: [shop]).entry(received: noon)
        _ = try await service.store.append([Submission(entry: catalog)])
        for id in (1...20 as ClosedRange<Int64>) {
          try await rename(id, "created", at: Double(id), service)
        }
        if isDeleted { try await rename(20, "deleted", at: 30, service) }
        for id in (1...20 as ClosedRange<Int64>) {
          let answer = try await service.report(
            "/v1/notes", #"{"text":"a","service":"shop","repository_id":\#(id)}"#,
            token: try await bound(to: id, service))
          #expect(answer.status == (id == 20 && !isDeleted ? 201 : 403), "\(id) \(answer.text)")
        }
      }
    }

    /// GitHub's name is not shadowed by a number that nobody knows.
    @Test(arguments: [true, false])
    func aNameThatGitHubGaveIsNotTaken(_ isBound: Bool) async throws {
      try await withService { service in
        let token = try await isBound ? bound(to: 8, service) : service.token(.record)
        func call(_ id: Int64, _ name: String) async throws -> Answer {
          try await service.report(
            "/v1/notes", #"{"text":"a","repository":"\#(name)","repository_id":\#(id)}"#,
            token: token)
        }
        // What nobody was told of may be anybody's.
        #expect(try await call(8, "acme/other").status == 201)
        try await rename(7, "created", at: 1, service)
        for name in ["acme/shop", "ACME/Shop"] {
          let refused = try await call(8, name)
          #expect(try refused.problem(403) == "repository")
          #expect(try refused.detail.contains("another repository"))
        }
        #expect(try await service.recorded().count == 1)
        // It is free once it is gone, and a report of what GitHub named changes nothing.
        try await rename(7, "deleted", at: 2, service)
        #expect(try await call(8, "acme/shop").status == 201)
        try await rename(8, "created", at: 3, service)
        try await rename(9, "created", at: 4, service)
        #expect(try await call(8, "acme/shop").status == 201)
      }
    }

    private func rename(
      _ id: Int64, _ action: String, at second: Double, _ service: TestService
    ) async throws {
      let at = noon.adding(seconds: second)
      let entry = try Entry(
        kind: .repository, at: action == "deleted" ? nil : at, received: at,
        source: .github(event: "repository", delivery: "\(action) \(id)", hook: 7),
        data: [
          "action": .string(action), "repository_id": .int(id), "repository": "acme/shop",
          "sender": 7_001, "old_name": nil, "private": true,
        ])
      _ = try await service.store.append([Submission(entry: entry)])
    }

    private func bound(to id: Int64, _ service: TestService) async throws -> String {
      let token = NewToken(
        name: "bound", scope: .record, repositories: [.init(id: id, name: nil)])
      _ = try await service.store.append([Submission(entry: token.entry(received: noon))])
      return token.secret
    }

    @Test func knownEnvironmentsAreAsked() async throws {
      try await withService { service in
        let token = try await service.token(.record)
        func call(_ environment: String) async throws -> Answer {
          try await service.report(
            "/v1/notes", #"{"text":"a","environment":"\#(environment)"}"#, token: token)
        }
        // As long as the catalog names none, any may be.
        #expect(try await call("prodution").status == 201)
        let catalog = Catalog(
          environments: [.init(name: "staging"), .init(name: "production", aliases: ["live"])],
          services: [])
        _ = try await service.store.append([Submission(entry: catalog.entry(received: noon))])
        for name in ["production", "live"] { #expect(try await call(name).status == 201) }
        let refused = try await call("prodution")
        #expect(refused.status == 422 && refused.text.contains("did you mean production?"))
      }
    }

    /// The description names the members of each form, and which are required.
    @Test(arguments: Record.forms.map(\.kind))
    func theDescriptionHasTheSameFields(_ kind: Kind) throws {
      let form = try #require(Record.forms.first { $0.kind == kind })
      let path = try #require(RecordsAPI.kinds.first { $0.kind == kind }?.path)
      let text = try String(contentsOf: Package.openAPI, encoding: .utf8)
      let root = try #require(try Yams.compose(yaml: text))
      let post = try #require(root["paths"]?[Node(path)]?["post"])
      let reference = try #require(
        post["requestBody"]?["content"]?["application/json"]?["schema"]?["$ref"]?.string)
      let name = try #require(reference.split(separator: "/").last)
      let schema = try #require(root["components"]?["schemas"]?[Node(String(name))])
      let described = try #require(schema["properties"]?.mapping).keys.compactMap(\.string)
      let fields = form.fields.map(\.name) + (form.namesActor ? ["actor_login"] : [])
      // A bundle says what is required itself, and is in no entry.
      let bundle = AttestationIntake.member
      #expect(
        Set(described) == Set(fields + (kind == .attestationRecorded ? [bundle] : [])))
      let choice = (schema["anyOf"]?.sequence).map(Array.init) ?? []
      let required = ([schema] + choice).flatMap {
        $0["required"]?.sequence?.compactMap(\.string) ?? []
      }
      #expect(
        Set(required).subtracting([bundle]) == Set(form.fields.filter(\.isRequired).map(\.name)))
      #expect(schema["additionalProperties"]?.bool == false)
    }
  }
}
