enum CheckRuns: Projection {
  static let kinds: [Kind] = [.checkRun]

  static func changes(of stored: Stored) -> [Change] {
    guard let repository = stored.entry.data["repository_id"]?.int,
      let observation = Observation(checkRun: stored.entry.data)
    else { return [] }
    return observation.changes(repository: repository, stored: stored, readSince: nil)
  }

  static func subjects(of stored: Stored) -> [Subject] { commit(of: stored) }
}

enum Statuses: Projection {
  static let kinds: [Kind] = [.status]

  static func changes(of stored: Stored) -> [Change] {
    guard let repository = stored.entry.data["repository_id"]?.int,
      let observation = Observation(status: stored.entry.data)
    else { return [] }
    return observation.changes(repository: repository, stored: stored, readSince: nil)
  }

  static func subjects(of stored: Stored) -> [Subject] { commit(of: stored) }
}

/// A read holds many observations: `check_runs` and `statuses`; when asked for, the `runs` that
/// triggered them, and how far the commit is behind its `base`.
enum ChecksReads: Projection {
  static let kinds: [Kind] = [.checksRead]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int else { return [] }
    let since = data["since"]?.int ?? stored.index
    let observations =
      (data["check_runs"]?.array ?? []).compactMap(Observation.init(checkRun:))
      + (data["statuses"]?.array ?? []).compactMap(Observation.init(status:))
    let seen = observations.flatMap {
      $0.changes(repository: repository, stored: stored, readSince: since)
    }
    let runs = (data["runs"]?.array ?? []).compactMap { run in
      WorkflowRuns.run(run, repository: repository, by: stored)
    }
    return seen + runs + read(repository, since, stored) + base(repository, since, stored)
  }

  /// The checks of a run need not be of the commit that was read.
  static func subjects(of stored: Stored) -> [Subject] {
    let repository = stored.entry.data["repository_id"]?.int
    let suites = (stored.entry.data["runs"]?.array ?? []).compactMap { $0["suite_id"]?.int }
    return commit(of: stored)
      + suites.compactMap { suite in repository.map { .suite(repository: $0, id: suite) } }
  }

  private static func read(_ repository: Int64, _ since: Int64, _ stored: Stored) -> [Change] {
    guard let sha = stored.entry.data["head_sha"]?.string else { return [] }
    let table = Tables.reads
    return [
      Change(
        table, key: [.int(repository), .text(sha)], register: table.registers[0],
        order: orderKey(orderKey(index: since), orderKey(index: stored.index)),
        values: [.int(since), .int(stored.index)])
    ]
  }

  private static func base(_ repository: Int64, _ since: Int64, _ stored: Stored) -> [Change] {
    guard let sha = stored.entry.data["head_sha"]?.string, let base = stored.entry.data["base"],
      let ref = base["ref"]?.string, let behind = base["behind_by"]?.int
    else { return [] }
    let table = Tables.bases
    return [
      Change(
        table, key: [.int(repository), .text(sha), .text(ref)], register: table.registers[0],
        order: orderKey(orderKey(index: since), orderKey(index: stored.index)),
        values: [Scalar(base["sha"]?.string), .int(behind), .int(since), .int(stored.index)])
    ]
  }
}

func commit(of stored: Stored) -> [Subject] {
  guard let repository = stored.entry.data["repository_id"]?.int,
    let sha = stored.entry.data["head_sha"]?.string
  else { return [] }
  return [.commit(repository: repository, sha: sha)]
}
