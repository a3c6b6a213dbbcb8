/// A run of a workflow: the build, and what triggered the checks of its suite.
enum WorkflowRuns: Projection {
  static let kinds: [Kind] = [.workflowRun]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let run = data["id"]?.int,
      let row = WorkflowRuns.run(data, repository: repository, by: stored)
    else { return [] }
    let attempt = data["attempt"]?.int ?? 1
    let started = Instant(json: data["started_at"])
    let updated = Instant(json: data["updated_at"])
    let order = WorkflowRuns.order(data, stored)
    var changes = [row]
    let build = Node.build(repository, "\(run)/\(attempt)")
    var line = HistoryLine(build)
    line.origin = .repository(repository)
    line.repository = repository
    line.actor = data["actor"]?.int
    line.commit = data["head_sha"]?.string
    changes += line.told(started ?? updated, by: stored, order: order)
    changes.append(
      line.ended(
        data["conclusion"]?.string ?? data["status"]?.string ?? "unknown",
        at: data["conclusion"]?.string == nil ? nil : updated, note: data["name"]?.string,
        by: stored, order: order))
    return changes + Links.link(line.commit.map(Node.commit), build, by: stored)
  }

  /// The row of one run, as a delivery or a read tells it.
  static func run(_ data: JSON, repository: Int64, by stored: Stored) -> Change? {
    guard let run = data["id"]?.int else { return nil }
    let table = Tables.workflowRuns
    return Change(
      table, key: [.int(repository), .int(run), .int(data["attempt"]?.int ?? 1)],
      register: table.registers[0], order: order(data, stored),
      values: [
        Scalar(data["name"]?.string), Scalar(data["path"]?.string), Scalar(data["event"]?.string),
        Scalar(data["head_sha"]?.string), Scalar(data["status"]?.string),
        Scalar(data["conclusion"]?.string), Scalar(data["suite_id"]?.int),
        Scalar(data["actor"]?.int), Scalar(Instant(json: data["started_at"])),
        Scalar(Instant(json: data["updated_at"])), .int(stored.index),
      ])
  }

  private static func order(_ data: JSON, _ stored: Stored) -> String {
    orderKey(
      rank(data["status"]?.string), orderKey(Instant(json: data["updated_at"])), stored.tieBreak)
  }

  /// Its checks are found by the suite: they need not be of the commit that the run names.
  static func subjects(of stored: Stored) -> [Subject] {
    guard let repository = stored.entry.data["repository_id"]?.int,
      let suite = stored.entry.data["suite_id"]?.int
    else { return [] }
    return [.suite(repository: repository, id: suite)]
  }

  private static func rank(_ status: String?) -> String {
    switch status {
    case "completed": "2"
    case "in_progress": "1"
    default: "0"
    }
  }
}
