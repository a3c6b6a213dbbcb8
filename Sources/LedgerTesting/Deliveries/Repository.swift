import Ledger

extension Deliveries {
  public struct Repository: Hashable, Sendable {
    public var id: Int64
    public var owner: Account
    public var name: String
    public var isPrivate: Bool
    public var defaultBranch: String
    public var createdAt: Instant

    public init(
      id: Int64, owner: Account, name: String, isPrivate: Bool = true,
      defaultBranch: String = "main", createdAt: Instant = Instant(seconds: 1_700_000_000)
    ) {
      self.id = id
      self.owner = owner
      self.name = name
      self.isPrivate = isPrivate
      self.defaultBranch = defaultBranch
      self.createdAt = createdAt
    }

    /// `owner/name`
    public var fullName: String { "\(owner.login)/\(name)" }
  }
}

extension Deliveries.Repository {
  var api: String { "\(GitHubAddress.api)/repos/\(fullName)" }
  var web: String { "\(GitHubAddress.web)/\(fullName)" }

  /// The whole object, as most events carry it.
  var json: JSON { minimalJSON.adding(addresses).adding(settings).adding(counts) }

  /// As pull requests carry it: with the merge settings.
  var headJSON: JSON {
    json.adding([
      "allow_auto_merge": false, "allow_merge_commit": true, "allow_rebase_merge": true,
      "allow_squash_merge": true, "allow_update_branch": true, "delete_branch_on_merge": true,
      "merge_commit_message": "PR_TITLE", "merge_commit_title": "MERGE_MESSAGE",
      "squash_merge_commit_message": "COMMIT_MESSAGES",
      "squash_merge_commit_title": "COMMIT_OR_PR_TITLE", "use_squash_pr_title_as_default": false,
    ])
  }

  /// As `push` carries it: two times are Unix seconds there.
  func pushJSON(pushedAt: Instant) -> JSON {
    json.adding([
      "created_at": .int(createdAt.unixSeconds), "pushed_at": .int(pushedAt.unixSeconds),
      "master_branch": .string(defaultBranch), "stargazers": 12,
      "organization": .string(owner.login),
      "url": .string(web),
    ])
  }

  /// As check runs refer to it.
  var referenceJSON: JSON { ["id": .int(id), "name": .string(name), "url": .string(api)] }

  /// As workflow runs carry it: identity and addresses.
  var minimalJSON: JSON {
    JSON.links(api, Self.links).adding([
      "id": .int(id), "node_id": .string(Derived.nodeID("R", id)), "name": .string(name),
      "full_name": .string(fullName), "private": .bool(isPrivate), "owner": owner.json,
      "html_url": .string(web), "description": "The public API", "fork": false,
    ])
  }

  private var addresses: [String: JSON] {
    [
      "git_url": .string("git://github.com/\(fullName).git"),
      "ssh_url": .string("git@github.com:\(fullName).git"),
      "clone_url": .string("\(web).git"), "svn_url": .string(web),
      "homepage": "https://api.acme.example", "mirror_url": nil,
    ]
  }

  private var settings: [String: JSON] {
    [
      "created_at": .time(createdAt), "updated_at": .time(createdAt.adding(seconds: 86_400)),
      "pushed_at": .time(createdAt.adding(seconds: 172_800)),
      "default_branch": .string(defaultBranch), "language": "Swift", "license": nil,
      "archived": false, "disabled": false, "is_template": false, "allow_forking": true,
      "has_issues": true, "has_projects": true, "has_downloads": true, "has_wiki": false,
      "has_pages": false, "has_discussions": false, "web_commit_signoff_required": false,
      "visibility": isPrivate ? "private" : "public", "topics": ["api", "service"],
      "custom_properties": ["team": "platform"],
    ]
  }

  private var counts: [String: JSON] {
    [
      "size": 4_820, "stargazers_count": 12, "watchers_count": 12, "forks_count": 3,
      "open_issues_count": 7, "forks": 3, "open_issues": 7, "watchers": 12,
    ]
  }

  private static let links = [
    "url": "", "forks_url": "/forks", "keys_url": "/keys{/key_id}",
    "collaborators_url": "/collaborators{/collaborator}", "teams_url": "/teams",
    "hooks_url": "/hooks", "issue_events_url": "/issues/events{/number}",
    "events_url": "/events", "assignees_url": "/assignees{/user}",
    "branches_url": "/branches{/branch}", "tags_url": "/tags", "blobs_url": "/git/blobs{/sha}",
    "git_tags_url": "/git/tags{/sha}", "git_refs_url": "/git/refs{/sha}",
    "trees_url": "/git/trees{/sha}", "statuses_url": "/statuses/{sha}",
    "languages_url": "/languages", "stargazers_url": "/stargazers",
    "contributors_url": "/contributors", "subscribers_url": "/subscribers",
    "subscription_url": "/subscription", "commits_url": "/commits{/sha}",
    "git_commits_url": "/git/commits{/sha}", "comments_url": "/comments{/number}",
    "issue_comment_url": "/issues/comments{/number}", "contents_url": "/contents/{+path}",
    "compare_url": "/compare/{base}...{head}", "merges_url": "/merges",
    "archive_url": "/{archive_format}{/ref}", "downloads_url": "/downloads",
    "issues_url": "/issues{/number}", "pulls_url": "/pulls{/number}",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "labels_url": "/labels{/name}", "releases_url": "/releases{/id}",
    "deployments_url": "/deployments",
  ]
}
