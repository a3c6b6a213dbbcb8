/// A request to run something in an environment. Every status of it repeats the request, so a lost
/// `deployment` event loses nothing; where both are there, the request itself is cited.
enum Deployments: Projection {
  static let kinds: [Kind] = [.deployment]

  static func changes(of stored: Stored) -> [Change] {
    guard let line = line(of: stored) else { return [] }
    return request(line, of: stored, isRequest: true)
  }

  static func line(of stored: Stored) -> HistoryLine? {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let id = data["deployment_id"]?.int else {
      return nil
    }
    var line = HistoryLine(.deploy(repository, github: id))
    line.origin = .repository(repository)
    line.repository = repository
    line.environment = data["environment"]?.string
    line.actor = data["creator"]?.int
    line.commit = data["sha"]?.string
    line.digest = data["digest"]?.string
    return line
  }

  static func request(_ line: HistoryLine, of stored: Stored, isRequest: Bool) -> [Change] {
    let node = Node(.deploy, line.subject)
    return line.told(
      Instant(json: stored.entry.data["created_at"]), by: stored,
      order: orderKey(isRequest ? "1" : "0", stored.tieBreak))
      + Links.link(line.commit.map(Node.commit), node, by: stored)
      + Links.link(line.digest.map(Node.image), node, by: stored)
  }
}

/// How a deployment went. `inactive` says that a later deployment took over; it must not hide how
/// this one ended, so any other state wins over it.
enum DeploymentStatuses: Projection {
  static let kinds: [Kind] = [.deploymentStatus]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let line = Deployments.line(of: stored), let state = data["state"]?.string else {
      return []
    }
    let created = Instant(json: data["status_created_at"])
    let isFinal = ["success", "failure", "error"].contains(state)
    let order = orderKey(
      state == "inactive" ? "0" : "1", orderKey(created),
      orderKey(index: data["status_id"]?.int ?? 0), stored.tieBreak)
    return Deployments.request(line, of: stored, isRequest: false) + [
      line.ended(state, at: isFinal ? created : nil, by: stored, order: order)
    ]
  }

  static func subjects(of stored: Stored) -> [Subject] {
    guard let line = Deployments.line(of: stored) else { return [] }
    return [.landed(Node(.deploy, line.subject))] + repository(of: stored)
  }
}
