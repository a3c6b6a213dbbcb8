import Ledger
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct ProofsAPITests {
    /// As all of C2SP's formats write numbers: each has one form.
    @Test func numbersHaveOneForm() async throws {
      try await withService(Setup(isSigned: true)) { service in
        let token = try await service.token(.read)
        for path in ["inclusion?entry=0", "inclusion?entry=0&size=1", "consistency?from=1&to=1"] {
          let answer = try await service.get("/v1/proof/\(path)", token: token)
          #expect(answer.status == 200, "\(path): \(answer.text)")
        }
        for path in [
          "inclusion?entry=%2B0", "inclusion?entry=00", "inclusion?entry=-0",
          "inclusion?entry=0&size=01", "inclusion?entry=0&size=%2B1", "consistency?from=01",
          "consistency?from=%2B1", "consistency?from=1&to=01",
        ] {
          let answer = try await service.get("/v1/proof/\(path)", token: token)
          #expect(try answer.problem(400) == "invalid_parameter", "\(path)")
        }
      }
    }
  }
}
