import Gates
import Ledger
import LedgerTesting
import Testing

/// The claims and the policy that the tests of this folder start from.
enum Claimed {
  static let issuer = RecordingPolicy.defaultIssuer
  static let audience = "https://ledger.example.com"
  static let terms = TokenTerms(issuer: issuer, audience: audience)
  static let deployment = WorkflowClaims.deployment(
    issuer: issuer, audience: audience, at: moment(0))

  /// `deployment` with other values; `nil` takes a claim away.
  static func with(_ changes: [String: JSON?]) -> JSON {
    var claims = deployment
    for (name, value) in changes { claims[name] = value }
    return .object(claims)
  }

  static func identity(_ changes: [String: JSON?] = [:]) throws -> WorkflowIdentity {
    try WorkflowIdentity(claims: with(changes))
  }

  static func policy(_ rules: WorkflowRule...) -> RecordingPolicy {
    RecordingPolicy(audience: audience, workflows: rules)
  }

  /// The sentence with which `body` refuses.
  static func refusal(_ body: () throws(WorkflowRefusal) -> some Any) -> String? {
    do throws(WorkflowRefusal) {
      _ = try body()
      return nil
    } catch {
      guard case .invalid(let sentence) = error else { return "not invalid: \(error)" }
      return sentence
    }
  }
}
