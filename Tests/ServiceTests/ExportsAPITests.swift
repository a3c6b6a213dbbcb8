import Foundation
import Ledger
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct ExportsAPITests {
    private func export(_ service: TestService, _ ids: some Sequence<Int64>) async throws -> Answer
    {
      let list = ids.map(String.init).joined(separator: ",")
      return try await service.send(
        .post, "/v1/exports", token: try await service.token(.record),
        body: Array(#"{"repositories":[\#(list)]}"#.utf8))
    }

    private func made(_ service: TestService) async throws -> Int {
      try await service.store.read { try $0.entries(from: 0, limit: 0, kind: .exportMade).count }
    }

    @Test func manyRepositoriesAreOneExport() async throws {
      try await withService(Setup(isSigned: true)) { service in
        let answer = try await export(service, 1...1_002)
        #expect(answer.status == 200)
        let lines = answer.body.split(separator: 10)
        #expect(lines.count >= 2)
        #expect(try await made(service) == 1)
      }
    }

    private static let mistakes: [([Int64], String)] = [
      ([(1 << 53) + 1], "repositories"), ([.max], "repositories"), (Array(1...8_000), "too_much"),
      // Fits as long as the streams' ends are not filled in.
      (Array(1_000_000...1_001_500), "too_much"),
    ]

    /// A client's mistake is told as one, and nothing is written.
    @Test(arguments: mistakes)
    func whatCannotBeExportedIsNotRecorded(_ ids: [Int64], _ code: String) async throws {
      try await withService(Setup(isSigned: true)) { service in
        let answer = try await export(service, ids)
        #expect(try answer.problem(422) == code)
        #expect(try await made(service) == 0)
      }
    }

    /// Seconds since 1970 are a time of some senders, and none of this API.
    @Test(arguments: ["since", "until"])
    func aTimeIsAText(_ name: String) async throws {
      try await withService(Setup(isSigned: true)) { service in
        let token = try await service.token(.record)
        for (value, status) in [("1", 422), ("true", 422), (#""1""#, 422), ("null", 200)] {
          let answer = try await service.send(
            .post, "/v1/exports", token: token,
            body: Array(#"{"repositories":[1],"\#(name)":\#(value)}"#.utf8))
          #expect(answer.status == status, "\(value): \(answer.text)")
          guard status == 422 else { continue }
          #expect(try answer.problem(422) == "fields" && answer.detail.contains(name))
        }
      }
    }

    /// Who asks for an export and reads nothing of it holds a seat for a while, and not for ever.
    @Test(.timeLimit(.minutes(2))) func whoDoesNotReadLosesTheSeat() async throws {
      var setup = Setup(isSigned: true)
      setup.deliveries.unread = .seconds(2)
      setup.idle = .seconds(1)
      try await withLiveService(setup) { live in
        let text = String(repeating: "x", count: 40_000)
        let notes = try (0..<400).map { number in
          Submission(
            entry: try Entry(
              kind: "test.note.v1", at: nil, received: noon, source: .token("test"),
              data: ["repository_id": 640, "n": .int(Int64(number)), "text": .string(text)]))
        }
        _ = try await live.parts.store.append(notes)
        let token = try await makeToken(.record, in: live.parts.store)
        let body = #"{"repositories":[640]}"#
        let request =
          "POST /v1/exports HTTP/1.1\r\nHost: ledger\r\nAuthorization: Bearer \(token)\r\n"
          + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        let silent = try (0..<ExportsAPI.maximumAtOnce).map { _ in try live.connect() }
        for raw in silent {
          await raw.write(request)
          #expect(await raw.text(until: "200 OK", "ledger-export/1") != nil)
        }
        @Sendable func another() async throws -> String {
          let raw = try live.connect()
          await raw.write(request.replacing("[640]", with: "[641]"))
          return String(await raw.text(until: "\r\n")?.dropFirst(9).prefix(3) ?? "")
        }
        #expect(try await another() == "503")
        try await until { try await another() == "200" }
        // The other one may have been in time to be read now.
        var ends: [Bool] = []
        for raw in silent {
          ends.append(try #require(await raw.rest()).suffix(5).elementsEqual("0\r\n\r\n".utf8))
        }
        #expect(ends.contains(false), "none was cut off")
      }
    }
  }
}
