/// A pure fold step: what one entry changes in the tables, and whose gates must look again.
/// One file for each kind of fact; `Projections.all` names them all.
public protocol Projection: SendableMetatype {
  static var kinds: [Kind] { get }
  static func changes(of stored: Stored) -> [Change]
  static func subjects(of stored: Stored) -> [Subject]
}

extension Projection {
  public static func subjects(of stored: Stored) -> [Subject] { [] }
}

public enum Projections {
  static let all: [any Projection.Type] = [
    PullRequests.self, CheckRuns.self, Statuses.self, ChecksReads.self, WorkflowRuns.self,
    Deployments.self, DeploymentStatuses.self, Images.self, Releases.self, Policies.self,
    Verdicts.self, Audits.self, PostedStatuses.self, Tokens.self, RecordedBuilds.self,
    RecordedImages.self, RecordedTaskDefinitions.self, RecordedDeployments.self,
    RecordedFindings.self, RecordedNotes.self, ECSDeployments.self, ECSTasks.self, ECRImages.self,
    ECRScans.self, Rollouts.self, ArgoSyncs.self, CDEvents.self, Catalogs.self, Overrides.self,
    MergeGroups.self, BranchPushes.self, StatusAlarms.self, Pushes.self, Reviews.self,
    Attestations.self, DeployAsks.self, DeployVerdicts.self, RuleAnswers.self, DeliveryReads.self,
    Landings.self, LandingReads.self, Protections.self, ProtectionReads.self, Errands.self,
    Installations.self, Removals.self, ResourceSnapshots.self, SingleResources.self,
    TeardownReports.self, AdmissionAsks.self, AdmissionVerdicts.self,
  ]

  private static let byKind: [Kind: [any Projection.Type]] = Dictionary(
    all.flatMap { projection in projection.kinds.map { ($0, [projection]) } }
  ) { $0 + $1 }

  /// Every entry also tells its delivery, or its key, and its repository's name.
  public static func changes(of stored: Stored) -> [Change] {
    var changes = Deliveries.changes(of: stored)
    changes += Identities.changes(of: stored)
    changes += Repositories.changes(of: stored)
    changes += StreamEnds.changes(of: stored)
    for projection in byKind[stored.entry.kind] ?? [] {
      changes += projection.changes(of: stored)
    }
    return changes
  }

  public static func subjects(of stored: Stored) -> [Subject] {
    (byKind[stored.entry.kind] ?? []).flatMap { $0.subjects(of: stored) }
  }
}

/// Joins the parts of an order, so that comparing the result byte by byte compares part by part.
/// Parts of one position must have one width, or be the last; `-` alone comes before all digits.
func orderKey(_ parts: String...) -> String {
  // `joined` takes three times as long, and each entry makes some of these.
  var key = ""
  key.reserveCapacity(parts.reduce(parts.count) { $0 + $1.utf8.count })
  for (place, part) in parts.enumerated() {
    if place > 0 { key += "|" }
    key += part
  }
  return key
}

/// Sorts instants; an unknown one comes before all.
func orderKey(_ instant: Instant?) -> String { instant?.sortKey ?? "-" }

/// Sorts instants backwards: the earliest wins. An unknown one comes before all.
func orderKey(earliest instant: Instant?) -> String {
  instant.map { Instant(microseconds: -$0.microseconds).sortKey } ?? "-"
}

/// Sorts by place in the log, for facts that the ledger itself makes in its own order.
func orderKey(index: Int64) -> String {
  if index >= 0 { return digits(UInt64(index), 19) }
  // Somebody's own number.
  let digits = String(index)
  return String(repeating: "0", count: 19 - digits.count) + digits
}
