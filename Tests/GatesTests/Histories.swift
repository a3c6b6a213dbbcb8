import Gates
import Ledger
import LedgerTesting

/// A policy and what was seen of one commit, small enough that everything collides.
struct History: Sendable {
  var rules: [CheckRule]
  var rows: [CheckRow]
  var confirmation: Policy.Confirmation

  static func random(_ random: inout SeededGenerator) -> History {
    var rows: [CheckRow] = []
    for run in 1...Int64(1 + random.below(4)) {
      let sight = Sight.random(run, &random)
      for _ in 0...random.below(2) { rows.append(sight.row(&random)) }
    }
    // The tables hold an observation once.
    var seen: Set<Observation> = []
    rows = rows.filter { seen.insert($0.observation).inserted }
    if random.chance(20), let again = rows.first { rows.append(again) }
    rows.shuffle(using: &random)
    let rules = (0...random.below(2)).map { _ in rule(&random) }
    return History(
      rules: rules, rows: rows, confirmation: random.chance(50) ? .github : .webhooks)
  }

  static func rule(_ random: inout SeededGenerator) -> CheckRule {
    let reporters: [CheckRule.Reporter] = [
      .app(slug: "github-actions"), .app(slug: "github-actions"), .appID(actions), .anyApp,
      .creator(id: 7),
    ]
    var rule = CheckRule(
      name: random.pick(["test", "test", "lint"]), reporter: random.pick(reporters),
      isRequired: random.chance(80))
    guard rule.source == .checkRun else { return rule }
    if random.chance(15) { rule.triggers = ["merge_group", "pull_request"] }
    if random.chance(15) { rule.workflow = "ci.yml" }
    // The histories play on one day.
    let until = random.pick(["2026-09-20", "2026-09-21"])
    if random.chance(25),
      let exception = Acceptance(word: "skipped", reason: "nightly only", until: until)
    {
      rule.accepted = [exception]
    }
    return rule
  }

  var policy: MergePolicy { MergePolicy(context: "gate", branches: [], checks: rules) }

  var verdict: Verdict { policy.verdict(on: rows, headSHA: head, confirmation: confirmation) }
}

/// What stays the same about a run: the rest changes from observation to observation.
private struct Sight {
  let run: Int64
  let isStatus: Bool
  let name: String
  let app: (id: Int64, slug: String?)
  let creator: Int64
  let trigger: String?
  let workflow: String?

  static func random(_ run: Int64, _ random: inout SeededGenerator) -> Sight {
    Sight(
      run: run, isStatus: random.chance(20), name: random.pick(["test", "test", "lint", "tests"]),
      app: random.pick([
        (actions, "github-actions"), (actions, "github-actions"), (actions, nil), (99, "evil"),
      ]), creator: random.pick([7, 7, 8]),
      trigger: random.pick([nil, "pull_request", "pull_request", "push", "pull_request_target"]),
      workflow: random.pick([nil, "ci.yml", "ci.yml", "other.yml"]))
  }

  func row(_ random: inout SeededGenerator) -> CheckRow {
    let read: Int64? = random.chance(60) ? Int64(20 + random.below(2)) : nil
    let start = Int64(random.below(3))
    if isStatus {
      let state = random.pick(["success", "success", "failure", "pending", "odd"])
      return Observation.posted(state, name, id: run, on: start, by: creator)
        .row(entry: Int64(random.below(9)), read: read)
    }
    let status = random.pick(["completed", "completed", "completed", "in_progress", "queued"])
    let words = [
      "success", "success", "success", "success", "failure", "skipped", "neutral", "odd", nil,
    ]
    let isOpen = status != "completed"
    let observation = Observation(
      source: .checkRun, runID: run, headSHA: head, name: name, appID: app.id, appSlug: app.slug,
      status: status, conclusion: isOpen ? nil : random.pick(words),
      startedAt: random.chance(8) ? nil : moment(start),
      completedAt: isOpen ? nil : moment(start + Int64(random.below(2))))
    var row = observation.row(trigger: trigger, entry: Int64(random.below(9)), read: read)
    row.workflow = trigger == nil ? nil : workflow
    return row
  }
}
