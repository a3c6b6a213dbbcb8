/// What was pushed to branches. Deleted ones, and the branches of a merge queue, are none.
enum Landings: Projection {
  static let kinds: [Kind] = [.push]

  static func changes(of stored: Stored) -> [Change] {
    guard let landing = landing(of: stored) else { return [] }
    let table = Tables.landings
    return [
      Change(
        table, key: [.int(landing.repository), .text(landing.branch), .text(landing.sha)],
        register: table.registers[0],
        order: orderKey(
          landing.isForced ? "1" : "0", orderKey(landing.at), stored.tieBreak),
        values: [
          Scalar(landing.before), Scalar(landing.actor), Scalar(landing.at),
          Scalar(landing.isForced), Scalar(landing.isCreated), .int(landing.entry),
        ])
    ]
  }

  static func subjects(of stored: Stored) -> [Subject] {
    landing(of: stored).map { [.landing(repository: $0.repository, sha: $0.sha)] } ?? []
  }

  private static func landing(of stored: Stored) -> LandingRow? {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let branch = PushedBranch(data),
      !branch.isOfQueue, let sha = data["after"]?.string, data["deleted"]?.bool != true,
      sha.contains(where: { $0 != "0" })
    else { return nil }
    return LandingRow(
      repository: repository, branch: branch.name, sha: sha,
      before: data["before"]?.string, actor: data["sender"]?.int, at: stored.entry.at,
      isForced: data["forced"]?.bool ?? false, isCreated: data["created"]?.bool ?? false,
      entry: stored.index)
  }
}

/// The read also tells which commit a merge made, where no delivery does.
enum LandingReads: Projection {
  static let kinds: [Kind] = [.landingRead]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let sha = data["sha"]?.string else {
      return []
    }
    let table = Tables.landingReads
    let read = Change(
      table, key: [.int(repository), .text(sha)], register: table.registers[0],
      order: orderKey(index: stored.index), values: [.int(stored.index)])
    let pushed = Instant(json: data["pushed_at"])
    let found = (data["pulls"]?.array ?? []).compactMap(LandedPull.init(json:))
      .filter { $0.landed(as: sha, at: pushed) }
    return [read]
      + found.flatMap { pull in
        let commit = pull.mergeSHA ?? sha
        return [merge(pull, repository, as: commit, stored)]
          + Links.link(.pull(repository, pull.number), .commit(commit), by: stored)
      }
  }

  static func subjects(of stored: Stored) -> [Subject] {
    guard let repository = stored.entry.data["repository_id"]?.int,
      let sha = stored.entry.data["sha"]?.string
    else { return [] }
    return [.landing(repository: repository, sha: sha)]
  }

  private static func merge(
    _ pull: LandedPull, _ repository: Int64, as sha: String, _ stored: Stored
  ) -> Change {
    Change(
      Tables.pulls, key: [.int(repository), .int(pull.number)], register: Tables.pullFound,
      order: orderKey(orderKey(pull.mergedAt), stored.tieBreak),
      values: [.text(sha), .int(stored.index)])
  }
}

/// `gate.bypass.v1`, `gate.verified.v1` and `gate.undetermined.v1` about a push.
enum LandingAudits {
  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let branch = data["branch"]?.string,
      let sha = data["sha"]?.string, let landing = data["landing_entry"]?.int
    else { return [] }
    let isConfirming = data["confirming"]?.bool ?? false
    let table = Tables.landingAudits
    let audit = Change(
      table, key: [.int(repository), .text(branch), .text(sha)], register: table.registers[0],
      order: orderKey(index: stored.index),
      values: [
        .text(stored.entry.kind.result), Scalar(data["reason"]?.string),
        Scalar(data["summary"]?.string), Scalar(isConfirming), Scalar(stored.entry.received),
        .int(landing), .int(stored.index),
      ])
    return [audit] + (isConfirming ? [] : line(stored, "\(repository)/\(branch)/\(sha)", sha))
  }

  /// What was asked about and found in order was never in doubt: it has no line.
  private static func line(_ stored: Stored, _ subject: String, _ sha: String) -> [Change] {
    let data = stored.entry.data
    var line = HistoryLine("push", subject)
    line.repository = data["repository_id"]?.int
    line.origin = line.repository.map(Origin.repository)
    line.actor = data["actor"]?.int
    line.commit = sha
    let order = orderKey(index: stored.index)
    let end = line.ended(
      stored.entry.kind.result, at: nil, note: data["summary"]?.string, by: stored, order: order)
    guard stored.entry.kind != .verified else { return [end] }
    return line.told(
      Instant(json: data["pushed_at"]) ?? stored.entry.received, by: stored, order: order) + [end]
  }
}

extension Kind {
  /// The word of a conclusion in tables and answers.
  var result: String {
    switch self {
    case .bypass: "bypass"
    case .verified: "verified"
    default: "undetermined"
    }
  }
}
