import Foundation
import HummingbirdTesting
import Ledger
import LedgerTesting
import Testing
import Yams

@testable import Service

/// An operation as the routes and the description both name it.
private struct Operation: Hashable, CustomStringConvertible {
  enum Access: String { case open, token, either }

  let method: String
  let path: String
  let access: Access

  var description: String { "\(method) \(path) \(access)" }
}

private struct Unforeseen: Error {}

extension ServiceTests {
  @Suite struct DescriptionTests {
    private let reading = [
      "/v1/history", "/v1/entries", "/v1/entries/0", "/v1/status", "/v1/tokens", Scene.gatePath,
      "/v1/proof/inclusion?entry=0", "/v1/proof/consistency?from=0", "/tile/entries/000.p/1",
      "/ledger/entries/0",
    ]

    private func described() throws -> [Operation] {
      let text = try String(contentsOf: Package.openAPI, encoding: .utf8)
      let root = try #require(try Yams.compose(yaml: text)?.mapping)
      let paths = try #require(root["paths"]?.mapping)
      let common = try #require(root["security"]?.sequence)
      return try paths.flatMap { path, item in
        try (#require(item.mapping)).map { method, operation in
          let needs = operation.mapping?["security"]?.sequence ?? common
          let isOpen = needs.isEmpty || needs.contains { $0.mapping?.isEmpty == true }
          let takesToken = needs.contains { $0.mapping?["token"] != nil }
          return Operation(
            method: (method.string ?? "").uppercased(), path: path.string ?? "",
            access: isOpen && takesToken ? .either : takesToken ? .token : .open)
        }
      }
    }

    private func routed(pagesArePrivate: Bool) async throws -> [Operation] {
      var operations: [Operation] = []
      try await withParts(
        Setup(pagesArePrivate: pagesArePrivate, logIsPublic: !pagesArePrivate)
      ) { parts in
        let settings = AdmissionSettings(mode: .enforce)
        let secure = Routes.admission(parts.service, settings).filter { route in
          !Routes.all(parts.service).contains { $0.path == route.path }
        }
        operations = (Routes.all(parts.service) + secure).map { route in
          Operation(
            method: route.method.rawValue, path: route.path,
            access: route.access == .open ? .open : .token)
        }
      }
      return operations
    }

    @Test func routesAndDescriptionAreTheSame() async throws {
      let described = try described()
      #expect(Set(described).count == described.count)
      let (open, closed) = (
        try await routed(pagesArePrivate: false), try await routed(pagesArePrivate: true)
      )
      let routed = zip(open, closed).map { open, closed in
        open == closed
          ? open : Operation(method: open.method, path: open.path, access: .either)
      }
      #expect(Set(described) == Set(routed))
    }

    /// Words and limits that stand in the code, too.
    @Test func theDescriptionSaysWhatTheCodeSays() throws {
      let text = try String(contentsOf: Package.openAPI, encoding: .utf8)
      let root = try #require(try Yams.compose(yaml: text))
      let history = root["paths"]?["/v1/history"]?["get"]?["parameters"]?.sequence
      let outcome = try #require(history?.first { $0["name"]?.string == "outcome" })
      let words = try #require(outcome["description"]?.string)
      for word in HistoryRow.outcomes { #expect(words.contains("`\(word)`"), "\(word)") }
      let status = root["components"]?["schemas"]?["Status"]?["properties"]
      for name in ["due", "reads"] {
        let count = status?["outbox"]?["properties"]?.mapping?.first { $0.key.string == name }
        #expect(count?.value["maximum"]?.int == StatusAPI.countedUpTo, "\(name)")
      }
    }

    @Test func unexpectedErrorsAreProblemsToo() async throws {
      let setup = Setup(wrap: {
        BrokenStore(
          base: $0, onAppend: { _ in throw Unforeseen() }, afterRead: { throw Unforeseen() })
      })
      try await withService(setup) { service in
        let answer = try await service.deliver(Scene.opened())
        #expect(try answer.problem(500) == "internal")
        #expect(!answer.text.contains("Unforeseen"))
        for path in reading {
          #expect(try await service.get(path, token: "x").problem(500) == "internal")
        }
        let revoked = try await service.send(.delete, "/v1/tokens/0", token: "x")
        #expect(try revoked.problem(500) == "internal")
        for path in ["/metrics", Scene.page, "/checkpoint", "/tile/0/000.p/1"] {
          #expect(try await service.get(path).problem(500) == "internal")
        }
      }
    }

    @Test func aStoreThatCannotBeReadIsNotAvailable() async throws {
      let setup = Setup(wrap: { BrokenStore(base: $0, afterRead: { throw StoreError.closed }) })
      try await withService(setup) { service async throws in
        for path in reading {
          #expect(try await service.get(path, token: "x").problem(503) == "store")
        }
        let revoked = try await service.send(.delete, "/v1/tokens/0", token: "x")
        #expect(try revoked.problem(503) == "store")
        for path in ["/metrics", Scene.page, "/checkpoint", "/tile/0/000.p/1"] {
          #expect(try await service.get(path).problem(503) == "store")
        }
        #expect(try await service.get("/health").status == 500)
      }
    }

    @Test(arguments: [
      (StoreError.busy as any Error, 503, "busy"), (StoreError.failed("x"), 503, "store"),
      (Unforeseen(), 500, "internal"),
    ])
    func aTokenThatIsNotStoredIsNotShown(
      _ error: any Error, _ status: Int, _ code: String
    ) async throws {
      let setup = Setup(wrap: { BrokenStore(base: $0, onAppend: { _ in throw error }) })
      try await withService(setup) { service in
        let token = try await service.token(.admin)
        let answer = try await service.send(
          .post, "/v1/tokens", token: token, body: Array(#"{"name":"a","scope":"read"}"#.utf8))
        #expect(try answer.problem(status) == code)
        #expect(!answer.text.contains("ledger_"))
      }
    }
  }
}
