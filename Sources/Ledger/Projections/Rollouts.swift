/// A workload of Kubernetes as it was seen: one rollout, its pods, and what is there no more.
enum Rollouts: Projection {
  static let kinds: [Kind] = [.rolloutObserved]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let (origin, rollout) = place(of: data) else { return [] }
    let seen = Instant(json: data["observed_at"]) ?? stored.entry.received
    let revision = data["revision"]?.int.map(String.init)
    return line(stored, rollout, origin, seen, revision)
      + instances(stored, rollout, origin, seen)
      + [
        Places.snapshot(
          origin, at: seen, desired: data["desired"]?.int, ready: data["ready"]?.int, by: stored)
      ]
  }

  static func subjects(of stored: Stored) -> [Subject] {
    place(of: stored.entry.data).map { [.landed($0.1)] } ?? []
  }

  private static func place(of data: JSON) -> (Origin, Node)? {
    guard let origin = Origin.kubernetes(in: data), let namespace = data["namespace"]?.string,
      let workload = data["workload"]?.string
    else { return nil }
    let cluster = data["cluster"]?.string ?? ""
    let revision = data["revision"]?.int.map(String.init) ?? "-"
    return (origin, .rollout("\(cluster)/\(namespace)/\(workload)/\(revision)"))
  }

  private static func line(
    _ stored: Stored, _ rollout: Node, _ origin: Origin, _ seen: Instant, _ revision: String?
  ) -> [Change] {
    let data = stored.entry.data
    let digests = (data["containers"]?.array ?? []).compactMap { $0["digest"]?.string }
    var line = HistoryLine(rollout)
    line.origin = origin
    line.digest = digests.first
    line.revision = revision.map { "#\($0)" }
    let outcome = data["outcome"]?.string ?? "in_progress"
    // It began before it was first seen, and had succeeded when that was first seen.
    let began = Instant(json: data["started_at"]) ?? seen
    return line.told(began, by: stored, order: orderKey(orderKey(earliest: began), stored.tieBreak))
      + [
        line.ended(
          outcome, at: outcome == "in_progress" ? nil : seen, note: data["reason"]?.string,
          by: stored, order: order(outcome, seen, stored))
      ] + digests.flatMap { Links.link(.image($0), rollout, by: stored) }
  }

  private static func order(_ outcome: String, _ seen: Instant, _ stored: Stored) -> String {
    switch outcome {
    case "success": orderKey("2", orderKey(earliest: seen), stored.tieBreak)
    case "failure": orderKey("1", seen.sortKey, stored.tieBreak)
    default: orderKey("0", seen.sortKey, stored.tieBreak)
    }
  }

  private static func instances(
    _ stored: Stored, _ rollout: Node, _ origin: Origin, _ seen: Instant
  ) -> [Change] {
    let table = Tables.instances
    return (stored.entry.data["instances"]?.array ?? []).flatMap { pod -> [Change] in
      guard let id = pod["id"]?.string else { return [] }
      let change = Change(
        table, key: [.text("pod/\(id)")], register: table.registers[0],
        order: orderKey(seen.sortKey, stored.tieBreak),
        values: [
          .text(origin.text), .text(rollout.subject), .null,
          Scalar(pod["digests"]?.array?.first?.string), .null,
          Scalar(pod["status"]?.string?.uppercased()), Scalar(Instant(json: pod["started_at"])),
          .null, Scalar(seen), Scalar(pod["name"]?.string), .int(stored.index),
        ])
      return [change] + Links.link(rollout, .task("pod/\(id)"), by: stored)
    }
  }
}

/// Argo CD carried out a synchronisation. Its revision is of the configuration's repository.
enum ArgoSyncs: Projection {
  static let kinds: [Kind] = [.argoSync]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let application = data["application"]?.string, let phase = data["phase"]?.string else {
      return []
    }
    let (started, finished) = (
      Instant(json: data["started_at"]), Instant(json: data["finished_at"])
    )
    let at = started ?? finished ?? stored.entry.received
    let digests = (data["images"]?.array ?? []).compactMap { $0["digest"]?.string }
    let revision = data["revision"]?.string
    let rollout = Node.rollout("argocd/\(application)/\(revision ?? "-")/\(at)")
    var line = HistoryLine(rollout)
    line.origin = .argo(in: data)
    line.digest = digests.first
    line.commit = revision.flatMap { $0.utf8.count == 40 ? $0 : nil }
    let isFinal = phase != "Running"
    return line.told(at, by: stored, order: orderKey(orderKey(earliest: at), stored.tieBreak))
      + [
        line.ended(
          outcome(phase), at: isFinal ? finished : nil, note: data["message"]?.string, by: stored,
          order: orderKey(isFinal ? "1" : "0", orderKey(finished), stored.tieBreak))
      ] + digests.flatMap { Links.link(.image($0), rollout, by: stored) }
      + Links.link(line.commit.map(Node.commit), rollout, by: stored)
  }

  private static func outcome(_ phase: String) -> String {
    switch phase {
    case "Succeeded": "success"
    case "Failed", "Error": "failure"
    case "Running", "Terminating": "in_progress"
    default: phase.lowercased()
    }
  }
}

/// Events in the CDEvents vocabulary that say what the other ways in say, too.
enum CDEvents: Projection {
  static let kinds: [Kind] = [.cdEvent]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let type = data["type"]?.string, let id = data["id"]?.string,
      let source = data["event_source"]?.string, let subject = data["subject"]?.string
    else { return [] }
    let at = Instant(json: data["occurred_at"]) ?? stored.entry.received
    switch type {
    case "service.deployed", "service.upgraded", "service.rolledback":
      return deployment(
        stored, "cdevents/\(source)/\(id)", at,
        outcome: type == "service.rolledback" ? "rolled-back" : "success")
    case "artifact.packaged", "artifact.published": return image(stored, at)
    case "build.started", "build.finished", "pipelinerun.started", "pipelinerun.finished":
      return build(stored, "0/cdevents/\(source)/\(subject)", at)
    default: return []
    }
  }

  private static func deployment(
    _ stored: Stored, _ id: String, _ at: Instant, outcome: String
  ) -> [Change] {
    let node = Node(.deploy, id)
    var line = HistoryLine(node)
    line.origin = .cdEvent(stored.entry.data)
    line.environment = stored.entry.data["environment"]?.string
    line.digest = stored.entry.data["digest"]?.string
    line.commit = stored.entry.data["commit"]?.string
    return line.told(at, by: stored, order: stored.tieBreak)
      + [line.ended(outcome, at: at, by: stored, order: stored.tieBreak)]
      + Links.link(line.digest.map(Node.image), node, by: stored)
      + Links.link(line.commit.map(Node.commit), node, by: stored)
  }

  private static func image(_ stored: Stored, _ at: Instant) -> [Change] {
    guard let digest = stored.entry.data["digest"]?.string else { return [] }
    var line = HistoryLine(.image(digest))
    line.origin = .cdEvent(stored.entry.data)
    line.digest = digest
    line.commit = stored.entry.data["commit"]?.string
    let order = orderKey("-", stored.tieBreak)
    return line.told(at, by: stored, order: order)
      + [line.ended("pushed", at: nil, by: stored, order: orderKey(at.sortKey, stored.tieBreak))]
      + Links.link(line.commit.map(Node.commit), .image(digest), by: stored)
  }

  private static func build(_ stored: Stored, _ subject: String, _ at: Instant) -> [Change] {
    let node = Node(.build, subject)
    var line = HistoryLine(node)
    line.commit = stored.entry.data["commit"]?.string
    let isFinished = stored.entry.data["type"]?.string?.hasSuffix("finished") == true
    let outcome = isFinished ? stored.entry.data["outcome"]?.string ?? "unknown" : "in_progress"
    return line.told(at, by: stored, order: orderKey(orderKey(earliest: at), stored.tieBreak))
      + [
        line.ended(
          outcome, at: isFinished ? at : nil, by: stored,
          order: orderKey(isFinished ? "1" : "0", stored.tieBreak))
      ] + Links.link(line.commit.map(Node.commit), node, by: stored)
  }
}

/// The catalog in force is the latest.
enum Catalogs: Projection {
  static let kinds: [Kind] = [.catalog]

  static func changes(of stored: Stored) -> [Change] {
    guard let hash = stored.entry.data["hash"]?.string else { return [] }
    let table = Tables.catalogs
    return [
      Change(
        table, key: [.text(hash)], register: table.registers[0],
        order: orderKey(index: stored.index), values: [.int(stored.index)])
    ]
  }
}
