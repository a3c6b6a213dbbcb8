/// A request to run something in an environment. Every status of it repeats the request, so a lost
/// `deployment` event loses nothing; where both are there, the request itself is cited.
enum Deployments: Projection {
  static let kinds: [Kind] = [.deployment]

  static func changes(of stored: Stored) -> [Change] {
    request(of: stored, isRequest: true).map { [$0] } ?? []
  }

  static func request(of stored: Stored, isRequest: Bool) -> Change? {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let id = data["deployment_id"]?.int else {
      return nil
    }
    return Change(
      Tables.history, key: [.text("deploy"), .int(repository), .text(String(id))],
      register: Tables.historyWhat,
      order: orderKey(isRequest ? "1" : "0", stored.tieBreak),
      values: [
        Scalar(Instant(json: data["created_at"])), .int(stored.index), Scalar(service(of: data)),
        Scalar(data["environment"]?.string), Scalar(data["sha"]?.string), .null,
        Scalar(data["digest"]?.string), .null, Scalar(data["creator"]?.int),
      ])
  }
}

/// How a deployment went. `inactive` says that a later deployment took over; it must not hide how
/// this one ended, so any other state wins over it.
enum DeploymentStatuses: Projection {
  static let kinds: [Kind] = [.deploymentStatus]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let request = Deployments.request(of: stored, isRequest: false),
      let state = data["state"]?.string
    else { return [] }
    let created = Instant(json: data["status_created_at"])
    let isFinal = ["success", "failure", "error"].contains(state)
    return [
      request,
      Change(
        Tables.history, key: request.key, register: Tables.historyOutcome,
        order: orderKey(
          state == "inactive" ? "0" : "1", orderKey(created),
          orderKey(index: data["status_id"]?.int ?? 0), stored.tieBreak),
        values: [
          .text(state), isFinal ? Scalar(created) : .null, .null, .int(stored.index),
        ]),
    ]
  }
}
