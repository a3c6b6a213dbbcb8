/// Who told the ledger. People are numeric ids; their names stand in the directory alone.
public enum Source: Hashable, Sendable {
  /// A webhook request whose signature matched. `hook` is absent when GitHub did not name it.
  case github(event: String, delivery: String, hook: Int64?)
  /// What the ledger itself read from GitHub.
  case githubAPI
  /// What the ledger itself concluded or did.
  case ledger
  /// The API server of a cluster, which asks before it lets something in.
  case kubernetes
  /// A bearer of an API token, by the token's public name. `key` makes a repetition a duplicate
  /// (docs/entry-format.md, identity); without one each submission is an entry of its own.
  case token(String, key: String? = nil)
  /// A job of GitHub Actions, by what its identity token claimed.
  case workflow(WorkflowSource)
}

/// The claims of a job that are part of an entry. Numeric where GitHub gives numbers.
public struct WorkflowSource: Hashable, Sendable {
  public let repositoryID: Int64
  public let runID: Int64
  public let attempt: Int64
  /// `owner/name/.github/workflows/file@ref`.
  public let workflow: String
  public let environment: String?
  public let actorID: Int64?
  /// As for `Source.token`.
  public let key: String

  public init(
    repositoryID: Int64, runID: Int64, attempt: Int64, workflow: String, environment: String?,
    actorID: Int64?, key: String
  ) {
    self.repositoryID = repositoryID
    self.runID = runID
    self.attempt = attempt
    self.workflow = workflow
    self.environment = environment
    self.actorID = actorID
    self.key = key
  }
}

extension Source {
  var json: JSON {
    switch self {
    case .github(let event, let delivery, let hook):
      [
        "from": "github", "event": .string(event), "delivery": .string(delivery),
        "hook": .optional(hook),
      ]
    case .githubAPI: ["from": "github-api"]
    case .ledger: ["from": "ledger"]
    case .kubernetes: ["from": "kubernetes"]
    case .token(let name, nil): ["from": "token", "name": .string(name)]
    case .token(let name, let key?):
      ["from": "token", "name": .string(name), "key": .string(key)]
    case .workflow(let workflow): workflow.json
    }
  }

  /// Whether this is what `json` writes, without making it again for most entries.
  func isWritten(as members: JSON?) -> Bool {
    guard case .github(_, _, let hook) = self else { return members == json }
    // The others were read from it.
    return members?.object?.count == 4 && members?["hook"] == .optional(hook)
  }

  init?(json: JSON?) {
    switch json?["from"]?.string {
    case "github":
      guard let event = json?["event"]?.string, let delivery = json?["delivery"]?.string else {
        return nil
      }
      self = .github(event: event, delivery: delivery, hook: json?["hook"]?.int)
    case "github-api": self = .githubAPI
    case "ledger": self = .ledger
    case "kubernetes": self = .kubernetes
    case "token":
      guard let name = json?["name"]?.string else { return nil }
      self = .token(name, key: json?["key"]?.string)
    case "github-actions":
      guard let workflow = json.flatMap(WorkflowSource.init(json:)) else { return nil }
      self = .workflow(workflow)
    default: return nil
    }
  }

  /// What makes a repetition a duplicate, for sources other than GitHub's webhooks.
  public var key: String? {
    switch self {
    case .token(_, let key): key
    case .workflow(let workflow): workflow.key
    case .github, .githubAPI, .ledger, .kubernetes: nil
    }
  }

  /// Of two reports about one thing the one of higher rank is shown: GitHub's signed webhooks, then
  /// jobs that proved who they are, then bearers of tokens. One digit.
  var rank: String {
    switch self {
    case .github, .githubAPI, .ledger, .kubernetes: "2"
    case .workflow: "1"
    case .token: "0"
    }
  }

  /// Whether the entry is a report: something that its bearer says, and GitHub did not sign.
  var isReport: Bool { rank != "2" }
}

extension WorkflowSource {
  var json: JSON {
    [
      "from": "github-actions", "repository_id": .int(repositoryID), "run_id": .int(runID),
      "run_attempt": .int(attempt), "workflow": .string(workflow),
      "environment": .optional(environment), "actor": .optional(actorID), "key": .string(key),
    ]
  }

  init?(json: JSON) {
    guard let repository = json["repository_id"]?.int, let run = json["run_id"]?.int,
      let attempt = json["run_attempt"]?.int, let workflow = json["workflow"]?.string,
      let key = json["key"]?.string
    else { return nil }
    self.init(
      repositoryID: repository, runID: run, attempt: attempt, workflow: workflow,
      environment: json["environment"]?.string, actorID: json["actor"]?.int, key: key)
  }
}
