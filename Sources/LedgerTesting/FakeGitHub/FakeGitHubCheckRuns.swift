import Hummingbird
import Ledger

extension FakeGitHub {
  /// Those that an App posted, in the order of their making.
  public func postedCheckRuns(of sha: String, in repository: String) -> [CheckRun] {
    state.withLock { $0.posted[Place(repository, sha)] ?? [] }
  }

  func listCheckRuns(_ call: Incoming, isEmpty: Bool) -> Response {
    let runs = isEmpty ? [] : checkRuns(call.target)
    let base = base(call)
    return list(runs, call) { page in
      let texts = page.map { $0.text(call.target.name, call.target.repository, base) }
      return "{\"total_count\":\(runs.count),\"check_runs\":[\(texts.joined(separator: ","))]}"
    }
  }

  /// The check runs that a query selects: `filter` (`latest` unless `all`), `check_name`, `status`,
  /// `app_id`.
  private func checkRuns(_ target: Target) -> [CheckRun] {
    let runs = state.withLock { state in
      let place = Place(target.repository, target.name)
      return (state.checkRuns[place] ?? []) + (state.posted[place] ?? [])
    }
    let query = target.query
    return (query["filter"] == "all" ? runs : latest(runs)).filter { run in
      (query["check_name"].map { $0 == run.name } ?? true)
        && (query["status"].map { $0 == run.status } ?? true)
        && (query["app_id"].map { $0 == String(run.appID) } ?? true)
    }
  }

  /// The newest of each name and app by its start, then its id, in the order given.
  private func latest(_ runs: [CheckRun]) -> [CheckRun] {
    var newest: [String: CheckRun] = [:]
    for run in runs {
      let key = "\(run.appID) \(run.name)"
      if let other = newest[key], other.age > run.age { continue }
      newest[key] = run
    }
    return runs.filter { newest["\($0.appID) \($0.name)"]?.id == $0.id }
  }
}

extension FakeGitHub.CheckRun {
  fileprivate var age: (Int64, Int64) { (startedAt?.microseconds ?? .min, id) }
}
