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

/// A read holds many observations: `check_runs` and `statuses`.
enum ChecksReads: Projection {
  static let kinds: [Kind] = [.checksRead]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int else { return [] }
    let since = data["since"]?.int ?? stored.index
    let observations =
      (data["check_runs"]?.array ?? []).compactMap(Observation.init(checkRun:))
      + (data["statuses"]?.array ?? []).compactMap(Observation.init(status:))
    return observations.flatMap {
      $0.changes(repository: repository, stored: stored, readSince: since)
    }
  }

  static func subjects(of stored: Stored) -> [Subject] { commit(of: stored) }
}

func commit(of stored: Stored) -> [Subject] {
  guard let repository = stored.entry.data["repository_id"]?.int,
    let sha = stored.entry.data["head_sha"]?.string
  else { return [] }
  return [.commit(repository: repository, sha: sha)]
}
