import Ledger

extension Deliveries {
  /// The GitHub App that wrote a check run.
  public struct App: Hashable, Sendable {
    public var id: Int64
    public var slug: String
    public var name: String
    public var owner: Account

    public init(id: Int64, slug: String, name: String? = nil, owner: Account = .github) {
      self.id = id
      self.slug = slug
      self.name = name ?? slug
      self.owner = owner
    }

    public static let githubActions = App(id: 15368, slug: "github-actions", name: "GitHub Actions")
  }
}

extension Deliveries.Account {
  public static let github = Deliveries.Account(id: 9919, login: "github", kind: .organization)
  public static let githubActions = Deliveries.Account(
    id: 41_898_282, login: "github-actions[bot]", kind: .bot)
  /// Commits that GitHub makes itself, such as merges.
  public static let webFlow = Deliveries.Account(id: 19_864_447, login: "web-flow")
}

extension Deliveries.App {
  var json: JSON {
    [
      "id": .int(id), "slug": .string(slug), "name": .string(name), "owner": owner.json,
      "node_id": .string(Derived.nodeID("A", id)), "client_id": .string("Iv1.\(id)"),
      "description": "Automates the workflow from idea to production",
      "external_url": "https://help.github.com/en/actions",
      "html_url": .string("\(GitHubAddress.web)/apps/\(slug)"),
      "created_at": "2018-07-30T09:30:17Z", "updated_at": "2024-04-10T20:33:16Z",
      "permissions": [
        "actions": "write", "administration": "read", "checks": "write", "contents": "write",
        "deployments": "write", "discussions": "write", "issues": "write", "metadata": "read",
        "packages": "write", "pages": "write", "pull_requests": "write",
        "repository_hooks": "write", "repository_projects": "write",
        "security_events": "write", "statuses": "write", "vulnerability_alerts": "read",
      ],
      "events": [
        "check_run", "check_suite", "create", "delete", "deployment", "deployment_status",
        "fork", "issue_comment", "issues", "label", "merge_group", "milestone", "page_build",
        "public", "pull_request", "pull_request_review", "push", "registry_package", "release",
        "repository", "repository_dispatch", "status", "watch", "workflow_dispatch",
        "workflow_run",
      ],
    ]
  }
}
