/// What people let pass, and when that ended. The entry about the end repeats what it ends, because
/// each entry is folded alone.
enum Overrides: Projection {
  static let kinds: [Kind] = [.override, .overrideEnded]

  static func changes(of stored: Stored) -> [Change] {
    stored.entry.kind == .override ? made(stored) : ended(stored)
  }

  static func subjects(of stored: Stored) -> [Subject] {
    let data = stored.entry.data
    if data["gate"] == "deploy" {
      // Who waits for an answer to the same question gets a new one.
      return data["decision"]?.int.map { [.deploy(ask: $0)] } ?? []
    }
    guard let repository = data["repository_id"]?.int, let pull = data["pull"]?.int else {
      return []
    }
    return [.pull(repository: repository, number: pull)]
  }

  private static func made(_ stored: Stored) -> [Change] {
    let data = stored.entry.data
    let line = line(stored.index, data)
    let order = orderKey(index: stored.index)
    let row = Change(
      Tables.overrides, key: [.int(stored.index)], register: Tables.overrideMade, order: order,
      values: [
        Scalar(data["gate"]?.string), Scalar(data["decision"]?.int),
        Scalar(data["repository_id"]?.int), Scalar(data["pull"]?.int),
        Scalar(data["head_sha"]?.string), Scalar(data["base_ref"]?.string),
        Scalar(data["service"]?.string), Scalar(data["environment"]?.string),
        Scalar(data["digest"]?.string), Scalar(data["reason"]?.string), Scalar(data["by"]?.string),
        Scalar(stored.entry.received), Scalar(Instant(json: data["expires_at"])),
      ])
    return [row] + line.told(stored.entry.received, by: stored, order: order)
      + [line.ended("active", at: nil, note: data["reason"]?.string, by: stored, order: order)]
  }

  private static func ended(_ stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let override = data["override"]?.int, override >= 0, let why = data["why"]?.string else {
      return []
    }
    // Backwards: of two ends the first one counts.
    let order = orderKey(index: .max - stored.index)
    return [
      Change(
        Tables.overrides, key: [.int(override)], register: Tables.overrideEnded, order: order,
        values: [.text(why), Scalar(stored.entry.received), .int(stored.index)]),
      line(override, data).ended(
        why, at: stored.entry.received, note: data["reason"]?.string, by: stored, order: order),
    ]
  }

  private static func line(_ index: Int64, _ data: JSON) -> HistoryLine {
    var line = HistoryLine("override", String(index))
    line.repository = data["repository_id"]?.int
    line.pull = data["pull"]?.int
    line.commit = data["head_sha"]?.string
    line.digest = data["digest"]?.string
    line.environment = data["environment"]?.string
    line.origin = .report(data)
    return line
  }
}
