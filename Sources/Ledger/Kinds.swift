/// What an entry says happened: a name and a version, `github.check_run.v1`. Unknown kinds are kept
/// and shown; they change no table.
public struct Kind: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
  public let name: String

  public init(_ name: String) { self.name = name }
  public init(stringLiteral value: String) { name = value }
  public var description: String { name }
}

extension Kind {
  public static let ping: Kind = "github.ping.v1"
  public static let push: Kind = "github.push.v1"
  public static let pullRequest: Kind = "github.pull_request.v1"
  public static let checkRun: Kind = "github.check_run.v1"
  public static let checkSuite: Kind = "github.check_suite.v1"
  public static let status: Kind = "github.status.v1"
  public static let workflowRun: Kind = "github.workflow_run.v1"
  public static let workflowJob: Kind = "github.workflow_job.v1"
  public static let deployment: Kind = "github.deployment.v1"
  public static let deploymentStatus: Kind = "github.deployment_status.v1"
  public static let package: Kind = "github.package.v1"
  public static let release: Kind = "github.release.v1"
  public static let mergeGroup: Kind = "github.merge_group.v1"
  public static let pullRequestReview: Kind = "github.pull_request_review.v1"
  /// A job waits for a custom deployment protection rule.
  public static let protectionRuleRequest: Kind = "github.protection_rule_request.v1"
  public static let deploymentReview: Kind = "github.deployment_review.v1"
  public static let branchProtectionRule: Kind = "github.branch_protection_rule.v1"
  public static let branchProtection: Kind = "github.branch_protection_configuration.v1"
  public static let ruleset: Kind = "github.ruleset.v1"
  public static let installation: Kind = "github.installation.v1"
  public static let installationRepositories: Kind = "github.installation_repositories.v1"
  public static let repository: Kind = "github.repository.v1"
  public static let hook: Kind = "github.hook.v1"
  /// An event, or a form of one, that this version does not read. Its evidence is kept.
  public static let undecoded: Kind = "github.undecoded.v1"

  /// The same delivery id from the same hook with another body.
  public static let deliveryConflict: Kind = "delivery.conflict.v1"
  /// The same delivery id from another hook: a second witness of one event.
  public static let deliveryWitness: Kind = "delivery.witness.v1"

  /// What a read of GitHub's check runs and statuses of one commit returned.
  public static let checksRead: Kind = "github.checks_read.v1"
  /// A pull request as a read of GitHub showed it, where its deliveries may have been lost.
  public static let pullRead: Kind = "github.pull_read.v1"
  /// GitHub's own list of what it delivered, compared with the log.
  public static let deliveriesRead: Kind = "github.deliveries_read.v1"
  /// GitHub confirmed a commit status of ours.
  public static let statusPosted: Kind = "github.status_posted.v1"

  /// Which pull requests GitHub knows for a commit that was pushed to a guarded branch.
  public static let landingRead: Kind = "github.landing_read.v1"
  /// Whether GitHub itself holds a branch to its checks.
  public static let protectionRead: Kind = "github.protection_read.v1"
  /// A comment or an issue about a bypass was written.
  public static let errandDone: Kind = "github.errand_done.v1"

  public static let policy: Kind = "policy.v1"
  public static let verdict: Kind = "gate.verdict.v1"
  /// A merge that its gate had not allowed.
  public static let bypass: Kind = "gate.bypass.v1"
  /// A merge that its gate had allowed, or that late evidence shows to have been in order.
  public static let verified: Kind = "gate.verified.v1"
  /// A person lets something pass that its gate had not allowed, for a while and for a reason.
  public static let override: Kind = "gate.override.v1"
  public static let overrideEnded: Kind = "gate.override_ended.v1"
  /// The policy file was read again and is no valid one: what was in force stays so.
  public static let policyRefused: Kind = "policy.refused.v1"

  /// A merge whose evidence is not complete yet: GitHub is asked.
  public static let undetermined: Kind = "gate.undetermined.v1"
  /// Somebody else wrote under the context of a gate.
  public static let statusOverwritten: Kind = "alarm.status_overwritten.v1"

  /// Somebody asked whether something may be deployed.
  public static let deployAsked: Kind = "gate.deploy_asked.v1"
  /// The answer of the deploy gate.
  public static let deployVerdict: Kind = "gate.deploy.v1"
  /// A cluster asked whether the images of a pod may start.
  public static let admissionAsked: Kind = "admission.asked.v1"
  /// The answer of the admission gate.
  public static let admissionDecided: Kind = "admission.decided.v1"
  /// GitHub took the answer to a custom deployment protection rule.
  public static let ruleAnswered: Kind = "github.rule_answered.v1"
  /// Where an image came from, as the statement that was made with it says.
  public static let attestationRecorded: Kind = "attestation.recorded.v1"

  /// Bodies were deleted because their time was over.
  public static let evidencePruned: Kind = "evidence.pruned.v1"
  /// A person's name, and the bodies that name this person, were erased.
  public static let personForgotten: Kind = "person.forgotten.v1"
  /// Everything about some services and repositories was handed out: the last number of each of
  /// their streams.
  public static let exportMade: Kind = "export.made.v1"

  public static let tokenCreated: Kind = "token.created.v1"
  public static let tokenRevoked: Kind = "token.revoked.v1"

  /// From here on this key signs the log's checkpoints.
  public static let logKey: Kind = "log.key.v1"
  /// From here on these witnesses are asked to vouch for the log's heads.
  public static let logWitnesses: Kind = "log.witnesses.v1"
  /// A witness saw a log under our name that this one does not lead to.
  public static let witnessRefused: Kind = "alarm.witness_refused.v1"

  // Reports of pipelines and people
  public static let buildRecorded: Kind = "build.recorded.v1"
  public static let imageRecorded: Kind = "image.recorded.v1"
  public static let taskDefinitionRecorded: Kind = "task_definition.recorded.v1"
  public static let deploymentRecorded: Kind = "deployment.recorded.v1"
  public static let scanRecorded: Kind = "scan.recorded.v1"
  public static let testResultsRecorded: Kind = "test_results.recorded.v1"
  public static let resourceRecorded: Kind = "resource.recorded.v1"
  /// A part of a list of everything that a tool holds in one environment.
  public static let resourceSnapshot: Kind = "resource.snapshot.v1"
  /// What a report about a teardown said; the report itself is the evidence.
  public static let teardownReported: Kind = "teardown.reported.v1"
  public static let noteRecorded: Kind = "note.recorded.v1"

  // What platforms say
  /// One workload of Kubernetes as it was seen.
  public static let rolloutObserved: Kind = "rollout.observed.v1"
  public static let ecsDeployment: Kind = "aws.ecs_deployment.v1"
  public static let ecsTask: Kind = "aws.ecs_task.v1"
  public static let ecsServiceAction: Kind = "aws.ecs_service_action.v1"
  public static let ecrImage: Kind = "aws.ecr_image.v1"
  public static let ecrScan: Kind = "aws.ecr_scan.v1"
  /// An event of EventBridge that this version does not read. Its evidence is kept.
  public static let awsUndecoded: Kind = "aws.undecoded.v1"
  public static let argoSync: Kind = "argocd.sync.v1"
  public static let cdEvent: Kind = "cdevents.event.v1"

  /// What the configuration says about services, environments and who may record.
  public static let catalog: Kind = "catalog.v1"

  /// What the gates conclude: it follows from what stands before it in the log.
  public static let conclusions: Set<Kind> = [
    .verdict, .bypass, .verified, .undetermined, .statusOverwritten, .deployVerdict,
    .admissionDecided,
  ]
}
