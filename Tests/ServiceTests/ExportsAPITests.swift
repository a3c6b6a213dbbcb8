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
  }
}
