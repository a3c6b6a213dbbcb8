import Ledger

/// What a GitHub App or an administrator hears beside builds and deployments.
extension Samples {
  private var lee: Deliveries.Account { Deliveries.Account(id: 8_000_000_002, login: "lee") }
  private var later: Instant { start.adding(seconds: 60) }

  private var installation: Deliveries.Installation {
    Deliveries.Installation(
      id: 7_300_000_001,
      app: Deliveries.App(id: 5_400_000_001, slug: "release-ledger", owner: acme.repository.owner),
      account: acme.repository.owner,
      permissions: ["checks": "read", "deployments": "write", "metadata": "read"],
      createdAt: start, updatedAt: start)
  }

  /// Pull requests on their way: reviews, automatic merges, the merge queue.
  var queueEvents: [WebhookDelivery] {
    let base: JSON = ["base": ["ref": ["from": "next"], "sha": ["from": .string(pull.baseSHA)]]]
    let review = Deliveries.Review(
      id: 6_200_000_001, state: "approved", commitID: head.sha, author: lee, submittedAt: later)
    var dismissed = review
    dismissed.state = "dismissed"
    let group = Deliveries.MergeGroup(
      head: Deliveries.Commit(
        sha: Derived.commit("group"), message: "Merge", author: .webFlow, at: later),
      baseRef: "release/1.2", baseSHA: Derived.commit("base"), pull: 7)
    var automatic = pull
    automatic.autoMergeBy = mia
    return [
      acme.pullRequest("auto_merge_enabled", automatic, by: mia),
      acme.pullRequest("auto_merge_disabled", pull, reason: "Disabled by hand", by: mia),
      acme.pullRequest("enqueued", automatic, by: mia),
      acme.pullRequest("dequeued", pull, reason: "CI_FAILURE", by: mia),
      acme.pullRequest("edited", pull, changes: base, by: mia),
      acme.pullRequestReview("submitted", review, of: pull),
      acme.pullRequestReview("edited", review, of: pull),
      acme.pullRequestReview("dismissed", dismissed, of: pull, by: mia),
      acme.mergeGroup("checks_requested", group, to: installation, by: mia),
    ]
      + ["merged", "invalidated", "dequeued"].map {
        acme.mergeGroup("destroyed", group, reason: $0, to: installation, by: mia)
      }
  }

  /// Who lets a job deploy.
  var permissionEvents: [WebhookDelivery] {
    var large = deployment
    large.id = 9_500_000_001
    let request = Deliveries.ProtectionRuleRequest(
      environment: "production", run: run, deployment: large)
    var bare = request
    bare.deployment = nil
    let review = Deliveries.DeploymentReview(
      run: run, environments: ["staging", "production"], reviewer: lee, since: later)
    return [
      acme.protectionRuleRequest(request, to: installation),
      acme.protectionRuleRequest(bare, to: installation),
      acme.deploymentReviewRequested(review, to: installation),
      acme.deploymentReviewed("approved", review, to: installation),
      acme.deploymentReviewed("rejected", review, to: installation),
    ]
  }

  /// What GitHub itself demands of branches.
  var protectionEvents: [WebhookDelivery] {
    let rule = Deliveries.BranchProtectionRule(
      id: 4_700_000_001, contexts: ["ledger/merge-gate", "test"], updatedAt: later)
    let ruleset = Deliveries.Ruleset(
      id: 4_800_000_001, contexts: ["ledger/merge-gate"], bypassRoles: [5], createdAt: start,
      updatedAt: later)
    var weakened = rule
    weakened.bindsAdministrators = false
    var switchedOff = ruleset
    switchedOff.enforcement = "disabled"
    return [
      acme.branchProtectionRule("created", rule, by: mia),
      acme.branchProtectionRule(
        "edited", weakened, changes: ["admin_enforced": ["from": true]], by: mia),
      acme.branchProtectionRule("deleted", rule, by: mia),
      acme.branchProtectionConfiguration("enabled", by: mia),
      acme.branchProtectionConfiguration("disabled", by: mia),
      acme.ruleset("created", ruleset, by: mia),
      acme.ruleset(
        "edited", switchedOff, changes: ["enforcement": ["from": "active"]], by: mia),
      acme.ruleset("deleted", ruleset, by: mia),
    ]
  }

  /// The ledger's own reach, and its loss.
  var installationEvents: [WebhookDelivery] {
    var other = acme.repository
    other.id = 6_500_000_001
    other.name = "web"
    let suspended = installation.suspended(by: mia, at: later)
    let actions = ["created", "deleted", "unsuspend", "new_permissions_accepted"]
    let changes = [
      "created", "deleted", "archived", "unarchived", "edited", "renamed", "transferred",
      "publicized", "privatized",
    ]
    return actions.map {
      acme.installation($0, installation, repositories: [acme.repository, other], by: mia)
    } + [
      acme.installation("suspend", suspended, repositories: [acme.repository], by: mia),
      acme.installationRepositories("added", installation, added: [other], by: mia),
      acme.installationRepositories("removed", installation, removed: [other], by: mia),
      acme.hookDeleted(at: start, by: mia),
    ] + changes.map { acme.repositoryChange($0, by: mia) }
  }
}
