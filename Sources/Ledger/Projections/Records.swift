/// A build as a pipeline reports it. Of Actions it is the line that the workflow run tells, too.
enum RecordedBuilds: Projection {
  static let kinds: [Kind] = [.buildRecorded]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let id = data["id"]?.string else { return [] }
    let build = Node.build(data["repository_id"]?.int, id)
    let line = HistoryLine(build, report: data)
    let (started, finished) = (
      Instant(json: data["started_at"]), Instant(json: data["finished_at"])
    )
    let outcome = data["outcome"]?.string
    let order = orderKey(outcome == nil ? "0" : "1", orderKey(finished ?? started), stored.tieBreak)
    return line.told(
      started ?? finished ?? stored.entry.received, by: stored,
      order: orderKey(started == nil ? "0" : "1", stored.tieBreak))
      + [
        line.ended(
          outcome ?? "in_progress", at: finished, note: data["name"]?.string, by: stored,
          order: order)
      ] + line.reported(outcome, by: stored, order: order)
      + Links.link(line.commit.map(Node.commit), build, by: stored)
  }
}

/// An image that a pipeline pushed. Without a build of its own it came from its commit.
enum RecordedImages: Projection {
  static let kinds: [Kind] = [.imageRecorded]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let digest = data["digest"]?.string else { return [] }
    let image = Node.image(digest)
    var line = HistoryLine(image, report: data)
    line.origin = line.origin ?? .image(in: data)
    let at = Instant(json: data["pushed_at"]) ?? stored.entry.received
    // A digest never changes: where it came from is what was told of its first push.
    let order = orderKey(orderKey(earliest: at), stored.tieBreak)
    let build = data["build"]?.string.map { Node.build(line.repository, $0) }
    return line.told(at, by: stored, order: order)
      + [line.ended("pushed", at: nil, note: data["tag"]?.string, by: stored, order: order)]
      + line.reported(nil, by: stored, order: order)
      + Links.link(line.commit.map(Node.commit), build, by: stored)
      + Links.link(build ?? line.commit.map(Node.commit), image, by: stored)
      + ImageSources.changes(of: stored)
  }

  static func subjects(of stored: Stored) -> [Subject] { repository(of: stored) }
}

enum RecordedTaskDefinitions: Projection {
  static let kinds: [Kind] = [.taskDefinitionRecorded]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let family = data["family"]?.string, let number = data["revision"]?.int else { return [] }
    let revision = "\(family):\(number)"
    let node = Node.taskDefinition(revision)
    let digests = (data["containers"]?.array ?? []).compactMap { $0["digest"]?.string }
    var line = HistoryLine(node, report: data)
    line.origin = line.origin ?? .family(in: data)
    line.digest = digests.first
    line.revision = revision
    let at = Instant(json: data["registered_at"]) ?? stored.entry.received
    // A revision never changes: what was told first of it stays.
    let order = orderKey(orderKey(earliest: at), stored.tieBreak)
    let sources = digests.isEmpty ? [line.commit.map(Node.commit)] : digests.map(Node.image)
    return line.told(at, by: stored, order: order)
      + [line.ended("registered", at: nil, by: stored, order: order)]
      + sources.flatMap { Links.link($0, node, by: stored) }
  }
}

/// The start and the end of a deployment, in any order. One that GitHub knows, too, is one line.
enum RecordedDeployments: Projection {
  static let kinds: [Kind] = [.deploymentRecorded]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let line = line(of: data), let phase = data["phase"]?.string else { return [] }
    let isStart = phase == "start"
    let at = Instant(json: data["occurred_at"]) ?? stored.entry.received
    let order = orderKey(isStart ? "0" : "1", at.sortKey, stored.tieBreak)
    let outcome = data["outcome"]?.string
    var changes: [Change] = []
    // An end that names no service waits for its start, which tells the rest.
    if isStart || (data["service"]?.string != nil && line.environment != nil) {
      changes += line.told(
        at, by: stored,
        order: orderKey(isStart ? "1" : "0", orderKey(earliest: at), stored.tieBreak))
    } else {
      changes += line.known(by: stored, order: orderKey("0", stored.tieBreak))
    }
    changes.append(
      line.ended(
        isStart ? "in_progress" : outcome, at: isStart ? nil : at, note: data["reason"]?.string,
        by: stored, order: order))
    return changes + line.reported(outcome, by: stored, order: order)
      + links(of: stored, line)
  }

  static func subjects(of stored: Stored) -> [Subject] {
    guard let line = line(of: stored.entry.data) else { return [] }
    return [.landed(Node(.deploy, line.subject))] + repository(of: stored)
  }

  private static func line(of data: JSON) -> HistoryLine? {
    guard let id = data["id"]?.string else { return nil }
    let repository = data["repository_id"]?.int
    var node = Node.deploy(repository, reported: id)
    if let repository, let number = data["github_deployment"]?.int {
      node = .deploy(repository, github: number)
    }
    var line = HistoryLine(node, report: data)
    line.revision = data["revision"]?.string
    return line
  }

  private static func links(of stored: Stored, _ line: HistoryLine) -> [Change] {
    let node = Node(.deploy, line.subject)
    let sources = [
      line.revision.map(Node.taskDefinition), line.digest.map(Node.image),
      line.commit.map(Node.commit),
    ]
    return sources.flatMap { Links.link($0, node, by: stored) }
      + Links.link(
        node, stored.entry.data["rollout"]?.string.map(Node.rollout), by: stored)
      + Links.link(
        line.digest.map(Node.image), line.revision.map(Node.taskDefinition), by: stored)
  }
}

/// What a scanner found, and how tests went: lines about an image or a commit.
enum RecordedFindings: Projection {
  static let kinds: [Kind] = [.scanRecorded, .testResultsRecorded]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    let isScan = stored.entry.kind == .scanRecorded
    guard let tool = data[isScan ? "scanner" : "suite"]?.string else { return [] }
    let at =
      Instant(json: data[isScan ? "scanned_at" : "finished_at"]) ?? stored.entry.received
    let about = data["digest"]?.string ?? data["commit"]?.string ?? "-"
    let node = Node(isScan ? .scan : .test, "\(about)/\(tool)/\(at)")
    let line = HistoryLine(node, report: data)
    let order = orderKey(at.sortKey, stored.tieBreak)
    let (outcome, note) = isScan ? Scan(data).summary(tool) : tests(data, tool)
    return line.told(at, by: stored, order: order)
      + [line.ended(outcome, at: at, note: note, by: stored, order: order)]
      + Links.link(
        line.digest.map(Node.image) ?? line.commit.map(Node.commit), node, by: stored)
      + (isScan ? Scans.changes(of: stored, tool: tool, at: at) : [])
  }

  static func subjects(of stored: Stored) -> [Subject] { repository(of: stored) }

  private static func tests(_ data: JSON, _ suite: String) -> (String, String) {
    let bad = (data["failures"]?.int ?? 0) + (data["errors"]?.int ?? 0)
    let all = data["tests"]?.int ?? 0
    let skipped = data["skipped"]?.int ?? 0
    let note = "\(suite): \(all - bad - skipped) of \(all) passed"
    return (bad == 0 ? "success" : "failure", skipped == 0 ? note : "\(note), \(skipped) skipped")
  }
}

/// The counts of a scan.
struct Scan {
  private static let severities = ["critical", "high", "medium", "low", "unknown"]
  private let data: JSON

  init(_ data: JSON) { self.data = data }

  /// `clean` or `findings`, and how many of which severity.
  func summary(_ scanner: String) -> (String, String) {
    let found = Scan.severities.compactMap { severity -> String? in
      guard let count = data[severity]?.int, count > 0 else { return nil }
      return "\(count) \(severity)"
    }
    guard !found.isEmpty else { return ("clean", "\(scanner): nothing found") }
    return ("findings", "\(scanner): \(found.joined(separator: ", "))")
  }
}

/// What costs money, and what somebody wants remembered.
enum RecordedNotes: Projection {
  static let kinds: [Kind] = [.resourceRecorded, .noteRecorded]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    let isNote = stored.entry.kind == .noteRecorded
    let at = Instant(json: data["occurred_at"]) ?? stored.entry.received
    let about = isNote ? data["about"]?.string : data["type"]?.string
    guard let text = data[isNote ? "text" : "id"]?.string else { return [] }
    var line =
      isNote
      ? HistoryLine("note", "\(at)/\(stored.tieBreak)")
      : HistoryLine(
        "resource",
        "\(data["repository_id"]?.int ?? 0)/\((about ?? "").replacing("/", with: "%2F"))/\(text)")
    line.repository = data["repository_id"]?.int
    line.origin = .report(data)
    line.environment = data["environment"]?.string
    line.actor = data["actor"]?.int
    let order = orderKey(at.sortKey, stored.tieBreak)
    return line.told(at, by: stored, order: orderKey(orderKey(earliest: at), stored.tieBreak)) + [
      line.ended(
        data["state"]?.string, at: nil,
        note: [about, text].compactMap(\.self).joined(separator: ": "), by: stored, order: order)
    ]
  }
}
