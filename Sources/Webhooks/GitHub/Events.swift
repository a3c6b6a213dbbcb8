import Ledger

/// Why a signed body is refused. Nothing of it is kept.
public struct BodyRefusal: Error, Equatable, Sendable {
  public let reason: String
}

/// The one list of the events that are understood, and the step from a delivery to an entry.
public enum Events {
  static let all: [any GitHubEvent.Type] = [
    PingEvent.self, PushEvent.self, PullRequestEvent.self, CheckRunEvent.self,
    CheckSuiteEvent.self, StatusEvent.self, WorkflowRunEvent.self, WorkflowJobEvent.self,
    DeploymentEvent.self, DeploymentStatusEvent.self, PackageEvent.self, ReleaseEvent.self,
    MergeGroupEvent.self, PullRequestReviewEvent.self, ProtectionRuleRequestEvent.self,
    DeploymentReviewEvent.self, BranchProtectionRuleEvent.self,
    BranchProtectionConfigurationEvent.self, RulesetEvent.self, InstallationEvent.self,
    InstallationRepositoriesEvent.self, RepositoryEvent.self, HookEvent.self,
  ]

  private static let byName: [String: any GitHubEvent.Type] = Dictionary(
    uniqueKeysWithValues: all.flatMap { event in event.names.map { ($0, event) } })

  private static let common = Selection(
    "action", "repository.{id,full_name}", "sender.{id,login}")

  /// Values that are kept. The longest lists, of files and of pull requests, have some thousands.
  private static let maximumValues = 1_000_000

  private static let selections: [String: Selection] = byName.mapValues {
    common.union($0.selection)
  }

  /// One pass over the body: it is checked as a whole, and the few fields of the entry are kept.
  public static func submission(
    for delivery: VerifiedDelivery, received: Instant
  ) throws(BodyRefusal) -> Submission {
    let payload: JSON
    do {
      payload = try JSON.parse(
        delivery.body, keeping: selections[delivery.event] ?? common, atMost: maximumValues)
    } catch { throw BodyRefusal(reason: error.description) }
    guard payload.object != nil else { throw BodyRefusal(reason: "not a JSON object") }
    let evidence = Evidence(delivery.body, signature: delivery.signature)
    if let event = byName[delivery.event], let facts = event.facts(of: payload),
      let entry = entry(event.kind, facts, payload, delivery, received, evidence.reference)
    {
      let people = ([payload["sender"]] + facts.people).compactMap(Person.init(user:))
      return Submission(entry: entry, evidence: evidence, people: people)
    }
    return try undecoded(payload, delivery, received, evidence)
  }

  /// `nil` when the fields make no valid entry, such as a name of a megabyte. What is too large by
  /// its lists is cut: left undecoded it would hide what it changed.
  private static func entry(
    _ kind: Kind, _ facts: Facts, _ payload: JSON, _ delivery: VerifiedDelivery,
    _ received: Instant, _ evidence: EvidenceReference
  ) -> Entry? {
    var fitting: Facts? = facts.cut
    while let facts = fitting {
      do throws(EntryError) {
        return try Entry(
          kind: kind, at: facts.at, received: received, source: delivery.source,
          data: data(facts, payload), evidence: evidence)
      } catch {
        guard case .tooLarge(let size) = error else { return nil }
        fitting = facts.cut(by: size - Entry.maximumSize)
      }
    }
    return nil
  }

  private static func data(_ facts: Facts, _ payload: JSON) -> JSON {
    var data = facts.data
    data["action"] = .string(of: payload["action"])
    data["repository_id"] = payload["repository"]?.id ?? .null
    data["repository"] = .string(of: payload.at("repository", "full_name"))
    data["sender"] = payload["sender"]?.id ?? .null
    return .object(data)
  }

  private static func undecoded(
    _ payload: JSON, _ delivery: VerifiedDelivery, _ received: Instant, _ evidence: Evidence
  ) throws(BodyRefusal) -> Submission {
    do {
      let entry = try Entry(
        kind: .undecoded, at: nil, received: received, source: delivery.source, data: [:],
        evidence: evidence.reference)
      let sender = Person(user: payload["sender"])
      return Submission(entry: entry, evidence: evidence, people: sender.map { [$0] } ?? [])
    } catch { throw BodyRefusal(reason: "the headers are too long") }
  }
}

extension VerifiedDelivery {
  var source: Source { .github(event: event, delivery: guid, hook: hook) }
}
