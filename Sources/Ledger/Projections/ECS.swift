/// ECS carries a deployment out. The event names neither revision nor image: its tasks do.
enum ECSDeployments: Projection {
  static let kinds: [Kind] = [.ecsDeployment]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let id = data["deployment"]?.string, let state = data["state"]?.string,
      let origin = Origin.ecs(in: data)
    else { return [] }
    let at = Instant(json: data["updated_at"]) ?? stored.entry.received
    if data["rollback_to"]?.string != nil {
      return rollback(stored, id: id, origin: origin, at)
    }
    var line = HistoryLine(.rollout(id))
    line.origin = origin
    let isFinal = state != "IN_PROGRESS"
    return line.told(
      at, by: stored, order: orderKey(orderKey(earliest: at), stored.tieBreak))
      + [
        line.ended(
          outcome(state), at: isFinal ? at : nil,
          note: state == "FAILED" ? data["reason"]?.string : nil, by: stored,
          order: orderKey(isFinal ? "1" : "0", orderKey(earliest: at), stored.tieBreak))
      ]
  }

  static func subjects(of stored: Stored) -> [Subject] {
    stored.entry.data["deployment"]?.string.map { [.landed(.rollout($0))] } ?? []
  }

  /// ECS goes back to an earlier deployment under that one's id. How that one ended stays as it was:
  /// going back is a line of its own.
  private static func rollback(
    _ stored: Stored, id: String, origin: Origin, _ at: Instant
  ) -> [Change] {
    var line = HistoryLine(.rollout("\(id)/rollback/\(at)"))
    line.origin = origin
    let order = orderKey(at.sortKey, stored.tieBreak)
    return line.told(at, by: stored, order: order) + [
      line.ended(
        "rolled-back", at: nil, note: stored.entry.data["reason"]?.string, by: stored,
        order: order)
    ] + Links.link(.rollout(id), Node(.rollout, line.subject), by: stored)
  }

  private static func outcome(_ state: String) -> String {
    switch state {
    case "IN_PROGRESS": "in_progress"
    case "COMPLETED": "success"
    case "FAILED": "failure"
    default: state.lowercased()
    }
  }
}

/// A task: which revision and which digest really run, and which rollout started it.
enum ECSTasks: Projection {
  static let kinds: [Kind] = [.ecsTask]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let task = data["task"]?.string else { return [] }
    let revision = ecsRevision(data)
    let rollout = data["started_by"]?.string.flatMap { $0.hasPrefix("ecs-svc/") ? $0 : nil }
    let place = Origin.ecs(in: data).map { [Places.seen($0, nil, by: stored)] } ?? []
    return place + [instance(stored, task, revision, rollout)]
      + links(stored, task, revision, rollout) + rolledOut(stored, revision, rollout)
  }

  static func subjects(of stored: Stored) -> [Subject] {
    guard let rollout = stored.entry.data["started_by"]?.string, rollout.hasPrefix("ecs-svc/")
    else { return [] }
    return [.landed(.rollout(rollout))]
  }

  private static func ecsRevision(_ data: JSON) -> String? {
    guard let family = data["family"]?.string, let number = data["revision"]?.int else {
      return nil
    }
    return "\(family):\(number)"
  }

  /// The container that is called as the service or its family, or else the first with a digest:
  /// their order is ECS's.
  private static func main(_ data: JSON) -> JSON? {
    let containers = data["containers"]?.array ?? []
    let names = [data["service"], data["family"]].compactMap { $0?.string }
    return containers.first { $0["name"]?.string.map(names.contains) == true }
      ?? containers.first { $0["digest"]?.string != nil } ?? containers.first
  }

  private static func instance(
    _ stored: Stored, _ task: String, _ revision: String?, _ rollout: String?
  ) -> Change {
    let data = stored.entry.data
    let table = Tables.instances
    let updated = Instant(json: data["updated_at"])
    return Change(
      table, key: [.text(task)], register: table.registers[0],
      order: orderKey(
        orderKey(index: max(0, data["version"]?.int ?? 0)), orderKey(updated), stored.tieBreak),
      values: [
        Scalar(Origin.ecs(in: data)?.text), Scalar(rollout), Scalar(revision),
        Scalar(main(data)?["digest"]?.string), Scalar(main(data)?["image"]?.string),
        Scalar(data["last_status"]?.string), Scalar(Instant(json: data["started_at"])),
        Scalar(Instant(json: data["stopped_at"])), Scalar(updated),
        Scalar(data["stopped_reason"]?.string), .int(stored.index),
      ])
  }

  private static func links(
    _ stored: Stored, _ task: String, _ revision: String?, _ rollout: String?
  ) -> [Change] {
    let definition = revision.map(Node.taskDefinition)
    let digests = (stored.entry.data["containers"]?.array ?? []).compactMap {
      $0["digest"]?.string
    }
    return digests.flatMap { Links.link(.image($0), definition, by: stored) }
      + Links.link(definition, rollout.map(Node.rollout) ?? .task(task), by: stored)
      + Links.link(rollout.map(Node.rollout), .task(task), by: stored)
  }

  private static func rolledOut(
    _ stored: Stored, _ revision: String?, _ rollout: String?
  ) -> [Change] {
    guard let rollout else { return [] }
    var line = HistoryLine(.rollout(rollout))
    line.origin = .ecs(in: stored.entry.data)
    line.digest = main(stored.entry.data)?["digest"]?.string
    line.revision = revision
    // Stands in for the deployment's own events, should all of them be lost.
    let created = Instant(json: stored.entry.data["created_at"])
    let version = orderKey(index: max(0, stored.entry.data["version"]?.int ?? 0))
    return line.told(created, by: stored, order: orderKey("-", version, stored.tieBreak))
  }
}

/// ECR received or deleted an image. The event proves a push and no provenance.
enum ECRImages: Projection {
  static let kinds: [Kind] = [.ecrImage]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let digest = data["digest"]?.string, data["result"]?.string != "FAILURE" else {
      return []
    }
    let at = Instant(json: data["occurred_at"]) ?? stored.entry.received
    let isDeleted = data["action"]?.string == "DELETE"
    var line = HistoryLine(.image(digest))
    line.origin = .image(in: data)
    line.digest = digest
    // What a pipeline says knows more than this: the lowest order.
    return (isDeleted ? [] : line.told(at, by: stored, order: orderKey("-", stored.tieBreak))) + [
      line.ended(
        isDeleted ? "deleted" : "pushed", at: isDeleted ? at : nil, note: data["tag"]?.string,
        by: stored, order: orderKey(at.sortKey, stored.tieBreak))
    ]
  }
}

enum ECRScans: Projection {
  static let kinds: [Kind] = [.ecrScan]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let digest = data["digest"]?.string else { return [] }
    let at = Instant(json: data["scanned_at"]) ?? stored.entry.received
    let node = Node(.scan, "\(digest)/ECR/\(at)")
    var line = HistoryLine(node)
    line.origin = .image(in: data)
    line.digest = digest
    let order = orderKey(at.sortKey, stored.tieBreak)
    let isComplete = data["status"]?.string == "COMPLETE"
    let (outcome, note) = Scan(data).summary("ECR")
    return line.told(at, by: stored, order: order)
      + [
        line.ended(
          isComplete ? outcome : "failure", at: at,
          note: isComplete ? note : data["status"]?.string, by: stored, order: order)
      ] + Links.link(.image(digest), node, by: stored)
      + (isComplete ? Scans.changes(of: stored, tool: "ecr", at: at) : [])
  }
}
