import Ledger
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct RecordBatchTests {
    private static func note(_ text: String) -> String {
      #"{"kind":"note.recorded.v1","text":"\#(text)"}"#
    }

    private static func notes(_ count: Int) -> String {
      (0..<count).map { note("note \($0)") }.joined(separator: "\n")
    }

    private func send(
      _ service: TestService, _ body: String, key: String? = nil
    ) async throws -> Answer {
      try await service.report(
        "/v1/entries", body, token: try await service.token(.record), key: key)
    }

    @Test func allLinesBecomeEntriesInTheirOrder() async throws {
      try await withService { service in
        let image = #"{"kind":"image.recorded.v1","digest":"\#(Reports.digest)"}"#
        let answer = try await send(service, "\n\(Self.note("a"))\r\n  \n\(image)\n", key: "k")
        #expect(answer.status == 201)
        let stored = try await service.recorded()
        #expect(stored.map(\.entry.kind) == [.noteRecorded, .imageRecorded])
        let keys = stored.compactMap { $0.entry.source.key?.dropFirst("request/".count + 17) }
        #expect(keys == ["k line 0", "k line 1"])
        let receipts = try #require(try answer.json["receipts"]?.array)
        #expect(receipts.map { $0["index"]?.int } == stored.map(\.index))
      }
    }

    @Test func aRepetitionAddsNothingAndAContradictionNeither() async throws {
      try await withService { service in
        let token = try await service.token(.record)
        func send(_ body: String) async throws -> Answer {
          try await service.report("/v1/entries", body, token: token, key: "k")
        }
        #expect(try await send(Self.notes(3)).status == 201)
        let again = try await send(Self.notes(3))
        #expect(again.status == 200)
        #expect(try again.json["receipts"]?.array?.allSatisfy { $0["duplicate"] == true } == true)
        #expect(try await send(Self.notes(4)).status == 201)
        #expect(try await service.recorded().count == 4)
        let other = try await send(Self.note("new") + "\n" + Self.notes(3))
        #expect(try other.problem(409) == "contradiction")
        #expect(try await service.recorded().count == 4)
      }
    }

    @Test func oneWrongLineRefusesAllAndEveryOneIsNamed() async throws {
      try await withService { service in
        let body = [
          Self.note("good"), #"{"kind":"image.recorded.v1","digest":"latest","x":1}"#, "",
          #"{"text":"a"}"#, "[]", "{", #"{"kind":"policy.v1"}"#, #"{"kind":1}"#,
          #"{"kind":"note.recorded.v1","text":"a","text":"b"}"#,
        ].joined(separator: "\n")
        let answer = try await send(service, body)
        #expect(try answer.problem(422) == "fields")
        let errors = try answer.errors
        #expect(
          errors.map { $0.split(separator: ":").prefix(2).joined(separator: ":") } == [
            "line 2: digest", "line 2: x", "line 4: kind", "line 5: body", "line 6: body",
            "line 7: kind", "line 8: kind", "line 9: body",
          ])
        #expect(errors.first?.contains("is a tag, not a digest: latest") == true)
        #expect(try await service.recorded().isEmpty)
      }
    }

    @Test func linesAreCounted() async throws {
      try await withService { service async throws in
        #expect(try await send(service, Self.notes(1_001)).problem(413) == "too_large")
        #expect(try await service.recorded().isEmpty)
        #expect(try await send(service, Self.notes(1_000)).status == 201)
        #expect(try await service.recorded().count == 1_000)
      }
    }

    @Test(arguments: ["", "\n", " \r\n\t\n"])
    func noLines(_ body: String) async throws {
      try await withService { service async throws in
        #expect(try await send(service, body).problem(400) == "body")
      }
    }

    /// Millions of empty lines are passed over without being kept.
    @Test func bytesAreCounted() async throws {
      try await withService { service in
        let blank = String(repeating: "\n", count: 16 << 20)
        #expect(try await send(service, blank).problem(400) == "body")
        let answer = try await send(service, blank + "\n")
        #expect(try answer.problem(413) == "too_large")
      }
    }

    @Test func wrongFieldsOfAThousandLinesAreCutShort() async throws {
      try await withService { service in
        let line = #"{"kind":"note.recorded.v1","a":1,"b":1,"c":1}"#
        let answer = try await send(
          service, Array(repeating: line, count: 1_000).joined(separator: "\n"))
        #expect(try answer.problem(422) == "fields")
        #expect((1_000...1_010).contains(try answer.errors.count))
      }
    }
  }
}
