import Foundation
import Ledger

/// What an entry says of a body, read a second time with Foundation's parser.
struct Mapping {
  let key: String
  /// The first of these paths that holds something.
  let paths: [[String]]
  let isTime: Bool

  init(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    let target = parts[parts.count - 1]
    isTime = target.hasSuffix("@")
    let paths = (isTime ? String(target.dropLast()) : target).split(separator: "|")
    self.paths = paths.map { $0.split(separator: ".").map(String.init) }
    key = parts.count > 1 ? parts[0] : self.paths[0].last ?? ""
  }

  /// `key=path`; without a key the last step of the path; `@` marks a time.
  static func all(_ event: String) -> [Mapping] {
    let common = "action repository_id=repository.id repository=repository.full_name"
    return (common + " sender=sender.id " + (events[event] ?? ""))
      .split(separator: " ").map { Mapping(String($0)) }
  }

  private static let deployment = """
    deployment_id=deployment.id deployment.sha deployment.environment deployment.task \
    production=deployment.production_environment creator=deployment.creator.id \
    deployment.created_at@
    """
  private static let package = """
    package_id=P.id P.name version_id=P.package_version.id type=P.package_type \
    tag=P.package_version.container_metadata.tag.name author=P.package_version.author.id
    """

  static let events: [String: String] = [
    "ping": "hook_id hook_type=hook.type",
    "push": "ref before after created deleted forced first_commit_at=head_commit.timestamp@",
    "pull_request": """
    pull_request.id pull_request.number head_sha=pull_request.head.sha \
    head_repository_id=pull_request.head.repo.id base_ref=pull_request.base.ref \
    base_sha=pull_request.base.sha pull_request.state pull_request.draft \
    author=pull_request.user.id pull_request.updated_at@ pull_request.merged_at@ \
    merged_by=pull_request.merged_by.id old_base_ref=changes.base.ref.from
    """,
    "check_run": """
    check_run.id check_run.head_sha check_run.name check_run.status check_run.conclusion \
    app_id=check_run.app.id app=check_run.app.slug suite_id=check_run.check_suite.id \
    check_run.started_at@ check_run.completed_at@
    """,
    "check_suite": """
    check_suite.id check_suite.head_sha check_suite.status check_suite.conclusion \
    app_id=check_suite.app.id app=check_suite.app.slug
    """,
    "status": "id head_sha=sha context state creator=sender.id created_at@",
    "workflow_run": """
    workflow_run.id attempt=workflow_run.run_attempt number=workflow_run.run_number \
    workflow_run.workflow_id workflow_run.name workflow_run.path workflow_run.event \
    workflow_run.head_sha head_repository_id=workflow_run.head_repository.id \
    workflow_run.status workflow_run.conclusion suite_id=workflow_run.check_suite_id \
    actor=workflow_run.triggering_actor.id|workflow_run.actor.id \
    started_at=workflow_run.run_started_at|workflow_run.created_at@ workflow_run.updated_at@
    """,
    "workflow_job": """
    workflow_job.id workflow_job.run_id attempt=workflow_job.run_attempt workflow_job.name \
    workflow=workflow_job.workflow_name workflow_job.head_sha workflow_job.status \
    workflow_job.conclusion workflow_job.created_at@ workflow_job.started_at@ \
    workflow_job.completed_at@
    """,
    "deployment": deployment,
    "deployment_status": deployment + """
       status_id=deployment_status.id deployment_status.state \
      status_created_at=deployment_status.created_at@ run_id=workflow_run.id
      """,
    "package": package.replacing("P.", with: "package."),
    "registry_package": package.replacing("P.", with: "registry_package."),
    "release": """
    release.id tag=release.tag_name release.draft release.prerelease author=release.author.id \
    release.created_at@ release.published_at@
    """,
    "merge_group": "merge_group.head_sha merge_group.head_ref merge_group.base_sha reason",
    "pull_request_review": """
    review_id=review.id pull=pull_request.number review.state review.commit_id \
    author=review.user.id author_type=review.user.type review.author_association \
    review.submitted_at@ head_sha=pull_request.head.sha \
    base_ref=pull_request.base.ref
    """,
    "deployment_protection_rule": """
    environment event sha ref deployment_id=deployment.id installation_id=installation.id
    """,
    "deployment_review": """
    run_id=workflow_run.id environment state=action approver=approver.id since@
    """,
    "branch_protection_rule": """
    rule_id=rule.id rule.name rule.updated_at@ rule.admin_enforced \
    enforcement=rule.required_status_checks_enforcement_level
    """,
    "repository_ruleset": """
    ruleset_id=repository_ruleset.id repository_ruleset.name repository_ruleset.target \
    repository_ruleset.enforcement repository_ruleset.updated_at@
    """,
    "installation": """
    installation_id=installation.id installation.app_id account=installation.account.id \
    installation.suspended_at@
    """,
    "installation_repositories": "installation_id=installation.id",
    "repository": "old_name=changes.repository.name.from repository.private",
    "meta": "hook_id hook.active",
  ]

  /// The kinds that entries of these events have.
  static let kinds: [String: Kind] = [
    "ping": .ping, "push": .push, "pull_request": .pullRequest, "check_run": .checkRun,
    "check_suite": .checkSuite, "status": .status, "workflow_run": .workflowRun,
    "workflow_job": .workflowJob, "deployment": .deployment,
    "deployment_status": .deploymentStatus, "package": .package, "registry_package": .package,
    "release": .release, "merge_group": .mergeGroup, "pull_request_review": .pullRequestReview,
    "deployment_protection_rule": .protectionRuleRequest, "deployment_review": .deploymentReview,
    "branch_protection_rule": .branchProtectionRule,
    "branch_protection_configuration": .branchProtection, "repository_ruleset": .ruleset,
    "installation": .installation, "installation_repositories": .installationRepositories,
    "repository": .repository, "meta": .hook,
  ]
}

extension Mapping {
  /// What Foundation finds in the body.
  func value(in body: Any) -> Any? {
    for path in paths {
      let found = path.reduce(body as Any?) { ($0 as? [String: Any])?[$1] }
      if let found, !(found is NSNull) { return found }
    }
    return nil
  }

  /// Whether the entry says the same.
  func agrees(_ said: JSON?, _ body: Any) -> Bool {
    let found = value(in: body)
    switch said {
    case .null: return found == nil || isTime && Mapping.seconds(found) == nil
    case .string(let text) where isTime:
      return Mapping.seconds(text).map { $0 == Mapping.seconds(found) } ?? false
    case .string(let text): return found as? String == text
    case .int(let number): return (found as? NSNumber)?.int64Value == number
    case .bool(let flag): return (found as? NSNumber)?.boolValue == flag
    default: return false
    }
  }

  /// Whole seconds since 1970; `nil` for what is no time, and for year 1.
  private static func seconds(_ value: Any?) -> Int64? {
    if let number = value as? NSNumber { return number.int64Value }
    guard let text = value as? String, !text.hasPrefix("0001") else { return nil }
    let formatter = ISO8601DateFormatter()
    for options: ISO8601DateFormatter.Options in [
      .withInternetDateTime, [.withInternetDateTime, .withFractionalSeconds],
    ] {
      formatter.formatOptions = options
      if let date = formatter.date(from: text) {
        return Int64(date.timeIntervalSince1970.rounded(.down))
      }
    }
    return nil
  }
}
