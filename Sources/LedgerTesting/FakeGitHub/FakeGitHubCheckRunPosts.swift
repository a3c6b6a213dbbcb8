import Hummingbird
import Ledger

extension FakeGitHub {
  /// The body of a `POST …/check-runs` or a `PATCH …/check-runs/{id}`, as JSON.
  private struct Draft {
    let json: JSON

    /// Why GitHub answers 422.
    func problem(isNew: Bool) -> String? {
      if isNew, text("name") == nil || text("head_sha") == nil { return "name or head_sha" }
      let status = text("status") ?? (text("conclusion") == nil ? "queued" : "completed")
      guard ["queued", "in_progress", "completed"].contains(status) else { return "status" }
      if status == "completed" {
        guard let word = text("conclusion"), Draft.conclusions.contains(word) else {
          return "conclusion"
        }
      }
      return problemOfOutput
    }

    private var problemOfOutput: String? {
      guard let output = json["output"] else { return nil }
      guard let title = output["title"]?.string, let summary = output["summary"]?.string else {
        return "output needs title and summary"
      }
      if title.unicodeScalars.count > 255 { return "title is too long" }
      if max(summary.utf8.count, output["text"]?.string?.utf8.count ?? 0) > 65_535 {
        return "Only 65535 characters are allowed"
      }
      return output["annotations"]?.array.map { $0.count } ?? 0 > 50 ? "annotations" : nil
    }

    func text(_ name: String) -> String? { json[name]?.string }

    private static let conclusions = [
      "action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out",
    ]
  }

  func createCheckRun(_ call: Incoming, _ app: App) -> Response {
    guard let draft = call.json.map(Draft.init) else {
      return error(400, "Problems parsing JSON")
    }
    if let problem = draft.problem(isNew: true) { return invalid(problem) }
    let sha = draft.text("head_sha") ?? ""
    let run = state.withLock { state in
      state.lastCheckRun += 1
      var run = CheckRun(
        id: state.lastCheckRun, name: "", status: "queued", conclusion: nil, appID: app.id,
        appSlug: app.slug, suiteID: app.id * 1_000, startedAt: now(), completedAt: nil)
      run.take(draft.json, at: now())
      state.posted[Place(call.target.repository, sha), default: []].append(run)
      return run
    }
    announce()
    return response(201, text: run.text(sha, call.target.repository, base(call)))
  }

  func updateCheckRun(_ call: Incoming, _ app: App) -> Response {
    guard let draft = call.json.map(Draft.init) else {
      return error(400, "Problems parsing JSON")
    }
    if let problem = draft.problem(isNew: false) { return invalid(problem) }
    let changed = state.withLock { state -> (run: CheckRun, sha: String)? in
      for (place, runs) in state.posted where place.isIn(call.target.repository) {
        guard let position = runs.firstIndex(where: { $0.id == call.target.number }),
          runs[position].appID == app.id
        else { continue }
        state.posted[place]?[position].take(draft.json, at: now())
        return state.posted[place].map { ($0[position], place.name) }
      }
      return nil
    }
    guard let changed else { return error(404, "Not Found") }
    announce()
    return response(
      200, text: changed.run.text(changed.sha, call.target.repository, base(call)))
  }

  func invalid(_ problem: String) -> Response { error(422, "Validation Failed: \(problem)") }
}

extension FakeGitHub.CheckRun {
  /// What is given is changed; the rest stays.
  fileprivate mutating func take(_ json: JSON, at now: Instant) {
    name = json["name"]?.string ?? name
    externalID = json["external_id"]?.string ?? externalID
    detailsURL = json["details_url"]?.string ?? detailsURL
    title = json.at("output", "title")?.string ?? title
    summary = json.at("output", "summary")?.string ?? summary
    conclusion = json["conclusion"]?.string
    status = json["status"]?.string ?? (conclusion == nil ? status : "completed")
    completedAt = conclusion == nil ? nil : now
  }
}
