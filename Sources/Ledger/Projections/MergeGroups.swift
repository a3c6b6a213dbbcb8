/// What a merge queue would merge next: its checks are asked for, then it is merged or dropped.
enum MergeGroups: Projection {
  static let kinds: [Kind] = [.mergeGroup]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let sha = data["head_sha"]?.string,
      let headRef = data["head_ref"]?.string, let baseRef = data["base_ref"]?.string,
      let baseSHA = data["base_sha"]?.string
    else { return [] }
    let key: [Scalar] = [.int(repository), .text(sha)]
    let isEnd = data["action"]?.string == "destroyed"
    let made = Change(
      Tables.mergeGroups, key: key, register: Tables.groupMade,
      order: orderKey(isEnd ? "0" : "1", stored.tieBreak),
      values: [
        .text(headRef), .text(baseRef), .text(baseSHA), .int(data["pull"]?.int ?? 0),
        .int(stored.index),
      ])
    guard isEnd else { return [made] }
    return [
      made,
      Change(
        Tables.mergeGroups, key: key, register: Tables.groupEnded, order: stored.tieBreak,
        values: [.text(data["reason"]?.string ?? "unknown"), .int(stored.index)]),
    ]
  }

  static func subjects(of stored: Stored) -> [Subject] { commit(of: stored) }
}

/// A base that moved: what was read about it before tells nothing about its new tip.
enum BranchPushes: Projection {
  static let kinds: [Kind] = [.push]

  static func changes(of stored: Stored) -> [Change] {
    guard let (repository, branch) = branch(stored) else { return [] }
    let table = Tables.branches
    return [
      Change(
        table, key: [.int(repository), .text(branch)], register: table.registers[0],
        order: orderKey(index: stored.index), values: [.int(stored.index)])
    ]
  }

  static func subjects(of stored: Stored) -> [Subject] {
    branch(stored).map { [.branch(repository: $0.0, name: ByteText($0.1))] } ?? []
  }

  private static func branch(_ stored: Stored) -> (Int64, String)? {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let branch = PushedBranch(data) else {
      return nil
    }
    return (repository, branch.name)
  }
}

/// `alarm.status_overwritten.v1`: what GitHub shows under our context is not ours, so ours is due
/// again, unless the alarm gives that up.
enum StatusAlarms: Projection {
  static let kinds: [Kind] = [.statusOverwritten]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let sha = data["head_sha"]?.string,
      let context = data["context"]?.string, let source = data["source"]?.string,
      let run = data["run"]?.int
    else { return [] }
    let table = Tables.alarms
    let seen = Change(
      table, key: [.int(repository), .text(source), .int(run)], register: table.registers[0],
      order: orderKey(index: .max - stored.index), values: [.int(stored.index)])
    let due = Change(
      Tables.outbox, key: [.int(repository), .text(sha), .text(context)],
      register: Tables.outboxPosted, order: orderKey(index: stored.index),
      values: [.null, .null, .int(stored.index), .null, .null, .null])
    return (data["gives_up"]?.bool == true ? [seen] : [seen, due])
      + history(stored, repository, "\(repository)/\(source)/\(run)")
  }

  private static func history(
    _ stored: Stored, _ repository: Int64, _ subject: String
  ) -> [Change] {
    let data = stored.entry.data
    let (source, reporter) = (data["source"]?.string ?? "", data["reporter"]?.int)
    var line = HistoryLine("alarm", subject)
    line.origin = .repository(repository)
    line.repository = repository
    line.commit = data["head_sha"]?.string
    line.actor = source == Observation.Source.status.rawValue ? reporter : nil
    let order = orderKey(index: stored.index)
    let note =
      "\(data["context"]?.string ?? "") was set to \(data["state"]?.string ?? "unknown") by "
      + (source == Observation.Source.status.rawValue ? "user" : "App")
      + " \(reporter.map(String.init) ?? "unknown")"
    return line.told(stored.entry.at ?? stored.entry.received, by: stored, order: order)
      + [line.ended("overwritten", at: stored.entry.at, note: note, by: stored, order: order)]
  }
}
