import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

/// When the issuer is asked for its keys, and when not.
@Suite(.timeLimit(.minutes(1))) struct IssuerKeysTests {
  private static let unknown = WorkflowRefusal.invalid(
    "the token names a key (kid) that its issuer does not publish")

  @Test func keysAreFetchedOnce() async throws {
    try await TokenDesk.run { (desk) async throws in
      #expect(desk.issuer.count() == 0)
      for _ in 0..<5 { #expect(try await desk.refusal(of: desk.token()) == nil) }
      #expect(desk.issuer.count() == 1)
      #expect(desk.issuer.count(FakeIssuer.discoveryPath) == 1)
    }
  }

  @Test func thoseWhoWaitShareOneFetch() async throws {
    try await TokenDesk.run { (desk) async throws in
      let token = try desk.token()
      let refusals = await IssuerKeysTests.all(Array(repeating: token, count: 200), at: desk)
      #expect(refusals.allSatisfy { $0 == nil })
      #expect(desk.issuer.count() == 1)
    }
  }

  @Test func aNewKeyIsFetchedWhenATokenNamesIt() async throws {
    try await TokenDesk.run { (desk) async throws in
      let former = try desk.token()
      #expect(await desk.refusal(of: former) == nil)
      desk.issuer.rotate(to: try TestKeys.next())
      #expect(try await desk.refusal(of: desk.token()) == nil)
      #expect(await desk.refusal(of: former) == nil)
      #expect(desk.issuer.count() == 2)
    }
  }

  @Test func unknownKeysCauseOneFetchPerInterval() async throws {
    try await TokenDesk.run { (desk) async throws in
      let tokens = try (0..<1000).map { try desk.unsigned(kid: "unknown-\($0)") }
      #expect(try await desk.refusal(of: desk.token()) == nil)
      for expected in 2...4 {
        let refusals = await IssuerKeysTests.all(tokens, at: desk)
        #expect(refusals.allSatisfy { $0 == IssuerKeysTests.unknown })
        #expect(desk.issuer.count() == expected)
        desk.clock.move(by: 299)
        #expect(await desk.refusal(of: tokens[0]) == IssuerKeysTests.unknown)
        #expect(desk.issuer.count() == expected)
        desk.clock.move(by: 1)
      }
      #expect(desk.issuer.count(FakeIssuer.discoveryPath) == 4)
    }
  }

  /// The first fetch is for them all; none of them may cause another.
  @Test func unknownKeysAreFetchedOnceAtTheBeginning() async throws {
    try await TokenDesk.run { (desk) async throws in
      let tokens = try (0..<100).map { try desk.unsigned(kid: "unknown-\($0)") }
      let refusals = await IssuerKeysTests.all(tokens, at: desk)
      #expect(refusals.allSatisfy { $0 == IssuerKeysTests.unknown })
      #expect((1...2).contains(desk.issuer.count()))
    }
  }

  @Test func aWithdrawnKeyIsForgottenAfterAnHour() async throws {
    try await TokenDesk.run { (desk) async throws in
      let former = try TestKeys.own()
      #expect(try await desk.refusal(of: desk.token()) == nil)
      desk.issuer.rotate(to: try TestKeys.next(), keeping: false)
      desk.clock.move(by: 3599)
      #expect(try await desk.refusal(of: former.token(desk.claims())) == nil)
      desk.clock.move(by: 1)
      #expect(try await desk.refusal(of: former.token(desk.claims())) == IssuerKeysTests.unknown)
      #expect(desk.issuer.count() == 2)
    }
  }

  // MARK: the issuer does not answer

  @Test func withoutAnyKeyNobodyKnows() async throws {
    try await TokenDesk.run { (desk) async throws in
      desk.issuer.answer { $0.status = 503 }
      let down = WorkflowRefusal.unavailable(
        "the issuer's keys cannot be fetched: 503 instead of the discovery document")
      for _ in 0..<20 { #expect(try await desk.refusal(of: desk.token()) == down) }
      #expect(desk.issuer.count(FakeIssuer.discoveryPath) == 1)
      desk.issuer.answer { $0.status = 200 }
      desk.clock.move(by: 9.5)
      #expect(try await desk.refusal(of: desk.token()) == down)
      desk.clock.move(by: 0.5)
      #expect(try await desk.refusal(of: desk.token()) == nil)
    }
  }

  @Test func keysThatAreThereDecideOn() async throws {
    try await TokenDesk.run { (desk) async throws in
      let first = try TestKeys.own()
      #expect(try await desk.refusal(of: desk.token()) == nil)
      desk.issuer.answer { $0.status = 500 }
      desk.issuer.rotate(to: try TestKeys.next())
      let down = WorkflowRefusal.unavailable(
        "the issuer's keys cannot be fetched: 500 instead of the discovery document")
      for _ in 0..<5 { #expect(try await desk.refusal(of: desk.token()) == down) }
      #expect(try await desk.refusal(of: first.token(desk.claims())) == nil)
      desk.clock.move(by: 7200)
      for _ in 0..<5 { #expect(try await desk.refusal(of: first.token(desk.claims())) == nil) }
      #expect(desk.issuer.count(FakeIssuer.discoveryPath) == 3)
      desk.issuer.answer { $0.status = 200 }
      desk.clock.move(by: 300)
      #expect(try await desk.refusal(of: desk.token()) == nil)
    }
  }

  @Test func aForgedTokenIsRefusedWhileTheIssuerIsDown() async throws {
    try await TokenDesk.run { (desk) async throws in
      #expect(try await desk.refusal(of: desk.token()) == nil)
      desk.issuer.answer { $0.status = 500 }
      #expect(
        try await desk.refusal(of: TestKeys.strange().token(desk.claims()))
          == .invalid("the token's signature does not match"))
    }
  }

  @Test func nobodyListens() async throws {
    try await TokenDesk.run { (desk) async throws in
      let token = try desk.token()
      await desk.issuer.stop()
      guard case .unavailable(let reason) = await desk.refusal(of: token) else {
        Issue.record("not unavailable")
        return
      }
      #expect(reason.hasPrefix("the issuer's keys cannot be fetched: no answer"))
    }
  }

  @Test func anAnswerThatTakesTooLongIsNone() async throws {
    var limits = ActionsTokens.Limits()
    limits.request = .milliseconds(100)
    try await TokenDesk.run(limits: limits) { (desk) async throws in
      let (never, continuation) = AsyncStream.makeStream(of: Never.self)
      desk.issuer.answer { $0.delay = { for await _ in never {} } }
      #expect(
        try await desk.refusal(of: desk.token())
          == .unavailable(
            "the issuer's keys cannot be fetched: no answer with the discovery document: "
              + "it took too long"))
      continuation.finish()
    }
  }

  @Test func aClockThatIsSetBackDoesNotStopTheFetching() async throws {
    try await TokenDesk.run { (desk) async throws in
      desk.issuer.answer { $0.status = 503 }
      #expect(try await desk.refusal(of: desk.token()) != nil)
      desk.issuer.answer { $0.status = 200 }
      desk.clock.move(by: -7200)
      #expect(try await desk.refusal(of: desk.token()) == nil)
    }
  }

  private static func all(_ tokens: [String], at desk: TokenDesk) async -> [WorkflowRefusal?] {
    await withTaskGroup(of: WorkflowRefusal?.self) { group in
      for token in tokens { group.addTask { await desk.refusal(of: token) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }
}
