import Gates
import Ledger

extension GitHubClient {
  /// `POST check-runs` (`checks/create`), or `PATCH check-runs/{id}` (`checks/update`). Only an App
  /// may, and change its own ones only.
  func postCheckRun(
    _ status: CommitStatus, replacing id: Int64?, to sha: String, in repository: RepositoryRow
  ) async throws(CodeHostError) -> Posted {
    var body = status.checkRun
    body["external_id"] = .string(sha)
    var call: Call
    if let id {
      let path = try Path(repository, "check-runs", String(id))
      call = post(.object(body), to: path, as: .repository(repository))
      call.method = .patch
    } else {
      body["head_sha"] = .string(sha)
      let path = try Path(repository, "check-runs")
      call = post(.object(body), to: path, as: .repository(repository))
    }
    return try posted(.checkRun, try await exchange(call)) { $0.at("app", "id")?.int }
  }
}

extension CommitStatus {
  /// A check run has no states: it is completed, with a conclusion, or it is not.
  fileprivate var checkRun: [String: JSON] {
    var members: [String: JSON] = ["name": .string(context), "output": output]
    if let targetURL { members["details_url"] = .string(targetURL) }
    if text.state == "pending" {
      members["status"] = "in_progress"
    } else {
      members["status"] = "completed"
      members["conclusion"] = .string(text.state == "error" ? "failure" : text.state)
    }
    return members
  }

  /// The title is the description: by it `shown` tells what was posted.
  private var output: JSON {
    guard let details else {
      return ["title": .string(text.description), "summary": .string(text.description)]
    }
    let hasTitle = !details.title.isEmpty && details.title != text.description
    let summary = hasTitle ? "## \(details.title)\n\n\(details.summary)" : details.summary
    // With its heading it may have become too long.
    let cut = CheckOutput(title: "", summary: summary)
    return ["title": .string(text.description), "summary": .string(cut.summary)]
  }
}
