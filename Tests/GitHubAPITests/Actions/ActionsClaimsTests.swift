import Gates
import GitHubAPI
import Ledger
import LedgerTesting
import Testing

/// The steps after the signature, on signed tokens: nothing that a key of the issuer signed is
/// believed for that alone.
@Suite(.timeLimit(.minutes(1))) struct ActionsClaimsTests {
  struct Change: Sendable, CustomTestStringConvertible {
    let claim: String
    let value: JSON?

    var testDescription: String { "\(claim) = \(value?.canonicalString ?? "absent")" }

    init(_ claim: String, _ value: JSON?) {
      self.claim = claim
      self.value = value
    }
  }

  private static let now = moment.microseconds / 1_000_000

  static let refused: [Change] =
    [
      "iss", "aud", "exp", "nbf", "iat", "jti", "repository_id", "repository",
      "repository_owner_id",
      "run_id", "run_attempt", "sha", "ref", "event_name", "workflow_ref",
    ].map { Change($0, .none) }
    + [
      Change("iss", .string(RecordingPolicy.defaultIssuer)), Change("iss", 7),
      Change("aud", "https://github.com/acme"), Change("aud", 7),
      Change("aud", [.string(audience), "https://github.com/acme"]),
      Change("exp", .int(now - 61)), Change("exp", .string("\(now + 300)")),
      Change("nbf", .int(now + 61)), Change("nbf", .number("1e9")),
      Change("iat", .int(now + 61)), Change("iat", .null),
      Change("jti", ""), Change("jti", .string(String(repeating: "j", count: 256))),
      Change("repository_id", 640), Change("repository_id", "acme/api"),
      Change("repository_owner_id", 45), Change("run_id", "x"), Change("run_attempt", "0"),
      Change("sha", "HEAD"), Change("repository", 1), Change("ref", ["refs/heads/main"]),
      Change("event_name", .null), Change("workflow_ref", 1), Change("environment", 1),
      Change("job_workflow_ref", false), Change("actor_id", "noor"), Change("actor", 9001),
    ]

  @Test(arguments: refused)
  func aSignedTokenIsNotBelievedForThatAlone(_ change: Change) async throws {
    try await TokenDesk.run { (desk) async throws in
      guard
        case .invalid(let reason) = try await desk.refusal(
          of: desk.token([change.claim: change.value]))
      else {
        Issue.record("not refused")
        return
      }
      #expect(reason.hasPrefix("the claim \(change.claim) "))
    }
  }

  static let believed: [Change] = [
    Change("aud", [.string(audience)]), Change("exp", .int(now - 60)),
    Change("nbf", .int(now + 60)), Change("iat", .int(now + 60)), Change("environment", .none),
    Change("job_workflow_ref", .none), Change("actor", .none), Change("actor_id", .none),
    Change("sub", "repo:acme/api:environment:production"),
    Change("sub", "repo:acme@45/api@640:environment:production"), Change("sub", .none),
    Change("claim_of_next_year", ["x": 1]),
  ]

  @Test(arguments: believed)
  func whatDoesNotMatterDoesNotRefuse(_ change: Change) async throws {
    try await TokenDesk.run { (desk) async throws in
      #expect(try await desk.refusal(of: desk.token([change.claim: change.value])) == nil)
    }
  }

  /// The issuer is compared as a whole, also when its keys are the ones that sign.
  @Test(arguments: ["ISS/", "ISS.evil.example", "ISS/other-enterprise"])
  func theIssuerIsNoPrefix(_ form: String) async throws {
    try await TokenDesk.run { (desk) async throws in
      let issuer = form.replacing("ISS", with: desk.issuer.address)
      #expect(
        try await desk.refusal(of: desk.token(["iss": .string(issuer)]))
          == .invalid("the claim iss is another issuer"))
    }
  }

  @Test func aTokenExpires() async throws {
    try await TokenDesk.run { (desk) async throws in
      let token = try desk.token()
      desk.clock.move(by: 360)
      #expect(await desk.refusal(of: token) == nil)
      desk.clock.move(by: 1)
      #expect(
        await desk.refusal(of: token) == .invalid("the claim exp is past: the token has expired"))
    }
  }

  @Test func whoMayRecordIsToldByIdsAndNotByNames() async throws {
    let policy = RecordingPolicy(
      audience: audience, workflows: [WorkflowRule(repositoryID: 640, ownerID: 45)])
    try await TokenDesk.run { (desk) async throws in
      func refusal(_ changes: [String: JSON?]) async throws -> String? {
        let identity = try await desk.tokens.identity(of: try desk.token(changes))
        return policy.refusal(of: identity, deployingTo: "production")
      }
      #expect(try await refusal([:]) == nil)
      #expect(
        try await refusal(["repository": "acme/new", "sub": "repo:acme/new:ref:x"]) == nil)
      #expect(
        try await refusal(["repository_id": "641"])
          == "repository_id 641 has no rule under recording.workflows")
      #expect(
        try await refusal(["repository_owner_id": "46"])?.hasPrefix("repository_owner_id ") == true)
      #expect(
        try await refusal(["environment": "Production"])?.hasPrefix("environment ") == true)
    }
  }

  @Test func noReasonRepeatsTheToken() async throws {
    try await TokenDesk.run { (desk) async throws in
      let mark = "m4rk-of-the-token"
      var names = Set(desk.claims().keys)
      names.formUnion(["alg", "kid", "crit"])
      for name in names {
        for value: JSON in [.string(mark), [.string(mark)], .string(mark + "\n")] {
          let inClaims = try desk.token([name: value])
          let inHeader = try desk.token(header: [name: value])
          for token in [inClaims, inHeader, inClaims + mark, mark, "\(mark).\(mark).\(mark)"] {
            let text = String(describing: await desk.refusal(of: token))
            #expect(!text.contains("m4rk"), "\(name)")
          }
        }
      }
    }
  }
}
