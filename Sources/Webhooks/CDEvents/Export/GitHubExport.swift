import Ledger

/// What GitHub told.
extension CDEventExport {
  @Sendable static func workflowRun(_ entry: ExportedEntry) -> Statement? {
    guard let id = entry.data["id"]?.int, let url = entry.repositoryURL else { return nil }
    let attempt = entry.data["attempt"]?.int ?? 1
    let content: [String: JSON] = [
      "pipelineName": .string(entry.text("name") ?? entry.text("path") ?? String(id)),
      "uri": .string("\(url)/actions/runs/\(id)/attempts/\(attempt)"),
    ]
    let subject = "\(id)/\(attempt)"
    switch entry.text("status") {
    case "in_progress": return Statement("pipelinerun.started", of: subject, content)
    case "completed":
      var content = content
      content["outcome"] = outcome(entry.text("conclusion")).map(JSON.string)
      return Statement("pipelinerun.finished", of: subject, content)
    default: return nil
    }
  }

  /// `nil` for words of GitHub that are none of theirs, such as `skipped`.
  private static func outcome(_ conclusion: String?) -> String? {
    switch conclusion {
    case "success", "failure": conclusion
    case "cancelled": "cancel"
    case "timed_out", "startup_failure": "error"
    default: nil
    }
  }

  @Sendable static func pullRequest(_ entry: ExportedEntry) -> Statement? {
    guard let number = entry.data["number"]?.int, let repository = entry.text("repository") else {
      return nil
    }
    var thing: [String: JSON] = ["id": .string(repository)]
    thing["source"] = .string(entry.web)
    let content: [String: JSON] = ["repository": .object(thing)]
    let subject = "\(repository)#\(number)"
    switch entry.text("action") {
    case "opened": return Statement("change.created", of: subject, content)
    case "closed" where entry.text("merged_at") != nil:
      return Statement("change.merged", of: subject, content)
    default: return nil
    }
  }

  @Sendable static func package(_ entry: ExportedEntry) -> Statement? {
    guard let digest = entry.text("digest"), let name = entry.text("name") else { return nil }
    return Statement(
      "artifact.published",
      of: PackageURL.image(name, digest: digest, tag: entry.text("tag")))
  }

  @Sendable static func deploymentStatus(_ entry: ExportedEntry) -> Statement? {
    guard entry.text("state") == "success", let repository = entry.text("repository") else {
      return nil
    }
    return service("service.deployed", repository, entry)
  }

  /// A service in an environment, with what runs there; `nil` when that is not known exactly.
  static func service(_ type: String, _ name: String, _ entry: ExportedEntry) -> Statement? {
    guard let environment = entry.text("environment"), let artifact = entry.artifact(image: name)
    else { return nil }
    return Statement(
      type, of: name,
      ["environment": ["id": .string(environment)], "artifactId": .string(artifact)])
  }
}
