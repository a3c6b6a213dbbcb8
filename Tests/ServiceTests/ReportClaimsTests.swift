import Gates
import Ledger
import Testing

@testable import Service

extension ServiceTests {
  @Suite struct ReportClaimsTests {
    private static let reports: [Ledger.Kind] = [
      .buildRecorded, .imageRecorded, .taskDefinitionRecorded, .deploymentRecorded, .scanRecorded,
      .testResultsRecorded, .resourceRecorded, .noteRecorded,
    ]
    private static let common: [String: JSON] = [
      "repository_id": 640, "repository": "acme/api", "run_id": 12_000_000_001, "run_attempt": 2,
      "actor": 9_001,
    ]
    private static let elsewhere = String(repeating: "b2", count: 20)

    private static func claimed(
      _ fields: [String: JSON], _ kind: Ledger.Kind, by caller: Caller = Run.caller()
    ) -> Result<[String: JSON], Problem> {
      do { return .success(try caller.claimed(fields, kind: kind)) } catch {
        return .failure(error)
      }
    }

    /// What each kind is given besides what all are.
    @Test(
      arguments: zip(
        reports,
        [
          ["commit": .string(Run.sha), "ref": "refs/heads/main", "id": "12000000001/2"],
          ["commit": .string(Run.sha), "build": "12000000001/2"],
          ["commit": .string(Run.sha)],
          ["commit": .string(Run.sha), "environment": "production"], ["commit": .string(Run.sha)],
          ["commit": .string(Run.sha)], ["environment": "production"],
          ["environment": "production"],
        ] as [[String: JSON]]))
    func aSilentBodyIsFilled(_ kind: Ledger.Kind, _ more: [String: JSON]) throws {
      let expected = Self.common.merging(more) { $1 }.merging(["x": 1]) { $1 }
      #expect(try Self.claimed(["x": 1], kind).get() == expected)
      let nulls = expected.mapValues { _ in JSON.null }.merging(["x": 1]) { $1 }
      #expect(try Self.claimed(nulls, kind).get() == expected)
      #expect(try Self.claimed(expected, kind).get() == expected)
    }

    @Test(arguments: reports)
    func theBearerOfAnAPITokenSaysWhatItLikes(_ kind: Ledger.Kind) throws {
      let token = TokenRow(name: "ci", scope: "record", isRevoked: false)
      let caller = Caller(kind: .token(token), scope: .record)
      let bodies: [[String: JSON]] = [
        [:], ["repository_id": 7, "environment": "x", "commit": "y"],
      ]
      for fields in bodies {
        #expect(try Self.claimed(fields, kind, by: caller).get() == fields)
      }
      #expect(caller.people.isEmpty)
    }

    @Test(
      arguments: reports,
      [
        ("repository_id", 7, "640", "7"), ("repository_id", "7", "640", "7"),
        ("repository_id", true, "640", "true"), ("repository", "acme/web", "acme/api", "acme/web"),
        ("run_id", 12_000_000_002, "12000000001", "12000000002"), ("run_attempt", 1, "2", "1"),
        ("actor", 1, "9001", "1"), ("actor", "noor", "9001", "noor"),
      ] as [(String, JSON, String, String)])
    func nothingElseIsSaidOfTheRun(
      _ kind: Ledger.Kind, _ wrong: (name: String, said: JSON, claim: String, shown: String)
    ) throws {
      let result = Self.claimed([wrong.name: wrong.said], kind)
      guard case .failure(let problem) = result else {
        Issue.record("\(result)")
        return
      }
      #expect(problem.status == .forbidden && problem.code == "claims")
      let values = "\(wrong.claim) by the identity token, and \(wrong.shown) by the body."
      #expect(problem.detail == "\(wrong.name) is \(values)")
    }

    @Test(
      arguments: [
        ("repository_id", "640"), ("repository", "ACME/Api"), ("run_id", "12000000001"),
        ("actor", "9001"), ("commit", .string(Run.sha.uppercased())),
      ] as [(String, JSON)])
    func theSameInOtherWordsBecomesTheClaim(_ name: String, _ said: JSON) throws {
      let silent = try Self.claimed([:], .imageRecorded).get()
      #expect(try Self.claimed([name: said], .imageRecorded).get() == silent)
    }

    /// A run makes builds and images of its own commit; it may deploy or scan any other.
    @Test(arguments: reports)
    func anotherCommit(_ kind: Ledger.Kind) throws {
      let fields: [String: JSON] = ["commit": .string(Self.elsewhere)]
      let result = Self.claimed(fields, kind)
      if [.buildRecorded, .imageRecorded].contains(kind) {
        #expect(throws: Problem.self) { try result.get() }
      } else {
        #expect(try result.get()["commit"] == .string(Self.elsewhere))
      }
    }

    /// GitHub tests a merge of its own making there; the head is what people know.
    @Test(arguments: [Ledger.Kind.buildRecorded, .imageRecorded])
    func theCommitOfAPullRequest(_ kind: Ledger.Kind) throws {
      let caller = Run.caller { $0.eventName = "pull_request" }
      let fields: [String: JSON] = ["commit": .string(Self.elsewhere)]
      #expect(
        try Self.claimed(fields, kind, by: caller).get()["commit"] == .string(Self.elsewhere))
      #expect(try Self.claimed([:], kind, by: caller).get()["commit"] == .string(Run.sha))
      let target = Run.caller { $0.eventName = "pull_request_target" }
      #expect(throws: Problem.self) { try Self.claimed(fields, kind, by: target).get() }
    }

    /// Such a run may have built what somebody brought: it says of no image what it was made of.
    @Test(arguments: ["pull_request_target", "workflow_run", "issue_comment"])
    func aRunThatDoesNotVouch(_ event: String) throws {
      let caller = Run.caller { $0.eventName = event }
      for commit in [JSON.null, .string(Run.sha)] {
        let image = try Self.claimed(["commit": commit], .imageRecorded, by: caller).get()
        #expect(image["commit"] ?? .null == .null)
        let build = try Self.claimed(["commit": commit], .buildRecorded, by: caller).get()
        #expect(build["commit"] == .string(Run.sha))
      }
    }

    /// A rollback names an image that was built long before: its commit is not that of the run.
    @Test(
      arguments: [
        (.deploymentRecorded, ["digest": "sha256:5d"]),
        (.deploymentRecorded, ["revision": "api:7"]),
        (.deploymentRecorded, ["phase": "finish"]), (.deploymentRecorded, ["phase": "fail"]),
        (.scanRecorded, ["digest": "sha256:5d"]), (.testResultsRecorded, ["digest": "sha256:5d"]),
        (.taskDefinitionRecorded, ["containers": []]),
      ] as [(Ledger.Kind, [String: JSON])])
    func whatNamesItsSubjectIsGivenNoCommit(
      _ kind: Ledger.Kind, _ fields: [String: JSON]
    ) throws {
      #expect(try Self.claimed(fields, kind).get()["commit"] == nil)
      let image = try Self.claimed(fields, .imageRecorded).get()
      #expect(image["commit"] == .string(Run.sha))
    }

    @Test func whatTheTokenDoesNotSayIsNotFilled() throws {
      let caller = Run.caller { ($0.actorID, $0.environment) = (nil, nil) }
      let fields = try Self.claimed(["text": "x"], .noteRecorded, by: caller).get()
      #expect(fields["actor"] == nil && fields["environment"] == nil)
      let result = Self.claimed(["actor": 1], .noteRecorded, by: caller)
      #expect(throws: Problem.self) { try result.get() }
    }

    @Test func aLongValueIsCut() throws {
      let long = String(repeating: "x", count: 5_000)
      guard case .failure(let problem) = Self.claimed(["run_id": .string(long)], .noteRecorded)
      else {
        Issue.record("taken")
        return
      }
      #expect(problem.detail.count < 250)
    }

    /// Whoever lets a run in hands its policy on; without one nothing is deployed.
    @Test func withoutAPolicyNothingIsDeployed() {
      let caller = Caller(kind: .workflow(Run.identity()), scope: .record)
      let result = Self.claimed([:], .deploymentRecorded, by: caller)
      #expect(throws: Problem.self) { try result.get() }
    }
  }
}
