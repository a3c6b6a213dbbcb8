import Ledger

extension Deliveries {
  /// A person, a bot or an organization.
  public struct Account: Hashable, Sendable {
    public enum Kind: String, Sendable {
      case user = "User"
      case bot = "Bot"
      case organization = "Organization"
    }

    public var id: Int64
    public var login: String
    public var kind: Kind

    public init(id: Int64, login: String, kind: Kind = .user) {
      self.id = id
      self.login = login
      self.kind = kind
    }
  }
}

extension Deliveries.Account {
  private var api: String { "\(GitHubAddress.api)/users/\(login)" }
  var email: String { "\(id)+\(login)@users.noreply.github.com" }

  /// GitHub's "simple user", which `sender`, `owner` and `creator` are.
  var json: JSON {
    JSON.links(
      api,
      [
        "url": "", "followers_url": "/followers", "following_url": "/following{/other_user}",
        "gists_url": "/gists{/gist_id}", "starred_url": "/starred{/owner}{/repo}",
        "subscriptions_url": "/subscriptions", "organizations_url": "/orgs",
        "repos_url": "/repos", "events_url": "/events{/privacy}",
        "received_events_url": "/received_events",
      ]
    ).adding([
      "id": .int(id), "login": .string(login), "type": .string(kind.rawValue),
      "node_id": .string(Derived.nodeID(kind == .organization ? "O" : "U", id)),
      "avatar_url": .string("https://avatars.githubusercontent.com/u/\(id)?v=4"),
      "gravatar_id": "", "html_url": .string("\(GitHubAddress.web)/\(login)"),
      "site_admin": false, "user_view_type": "public",
    ])
  }

  /// The top-level `organization`.
  var organizationJSON: JSON {
    JSON.links(
      "\(GitHubAddress.api)/orgs/\(login)",
      [
        "url": "", "repos_url": "/repos", "events_url": "/events", "hooks_url": "/hooks",
        "issues_url": "/issues", "members_url": "/members{/member}",
        "public_members_url": "/public_members{/member}",
      ]
    ).adding([
      "id": .int(id), "login": .string(login), "node_id": .string(Derived.nodeID("O", id)),
      "avatar_url": .string("https://avatars.githubusercontent.com/u/\(id)?v=4"),
      "description": "Makes everything, delivers on time",
    ])
  }

  /// The author or committer of a commit.
  var signatureJSON: JSON {
    ["name": .string(login), "email": .string(email), "username": .string(login)]
  }
}
