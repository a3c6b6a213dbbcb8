import Gates
import Ledger

/// A ledger with a merge gate on it, and the words to tell it what GitHub would.
final class Desk {
  let ledger = MemoryLedger()
  let gate = MergeGate()
  private var clock: Int64 = 1_000

  init(_ policy: Policy? = nil, knowsTriggers: Bool = true) throws {
    if let policy { _ = try tell(policy.entry(received: moment(0))) }
    if knowsTriggers { try tell(.workflowRun("pull_request", suite: ordinarySuite, run: 89)) }
  }

  convenience init(
    _ merge: MergePolicy, confirmation: Policy.Confirmation = .github, knowsTriggers: Bool = true
  ) throws {
    try self.init(
      Policy(merge: merge, confirmation: confirmation), knowsTriggers: knowsTriggers)
  }

  /// Appends the entries as one group. Answers what the gate concluded from them.
  @discardableResult
  func tell(_ entries: Entry...) throws -> [Stored] {
    for entry in entries { ledger.append(entry) }
    clock += 1
    return try ledger.react(with: gate, now: moment(clock))
  }

  var last: VerdictRow? { get throws { try ledger.verdict(repository, 7, head: head) } }
}

extension Entry {
  /// An entry as a delivery makes it.
  static func github(_ kind: Kind, _ data: [String: JSON], in repository: Int64) throws -> Entry {
    try Entry(
      kind: kind, at: nil, received: moment(0),
      source: .github(event: "any", delivery: "any", hook: 1),
      data: JSON.object(
        data.merging(["repository_id": .int(repository), "repository": "acme/api"]) { $1 }))
  }

  static func check(_ observation: Observation, in id: Int64 = repository) throws -> Entry {
    try github(
      observation.source == .status ? .status : .checkRun, observation.json.object ?? [:], in: id)
  }

  /// What a read of GitHub returned.
  static func read(
    _ observations: Observation..., sha: String = head, since: Int64? = nil,
    in id: Int64 = repository, triggers: [WorkflowRunSight] = [], behindBy: Int64? = nil
  ) throws -> Entry {
    let runs = observations.filter { $0.source == .checkRun }
    let statuses = observations.filter { $0.source == .status }
    var data: [String: JSON] = [
      "repository_id": .int(id), "head_sha": .string(sha), "since": .optional(since),
      "check_runs": .array(runs.map(\.json)), "statuses": .array(statuses.map(\.json)),
    ]
    if !triggers.isEmpty { data["runs"] = .array(triggers.map(\.json)) }
    if let behindBy {
      data["base"] = ["ref": "main", "sha": .string(secondHead), "behind_by": .int(behindBy)]
    }
    return try Entry(
      kind: .checksRead, at: nil, received: moment(0), source: .githubAPI, data: .object(data))
  }

  static func workflowRun(
    _ event: String, suite: Int64, run: Int64 = 90, path: String = ".github/workflows/ci.yml"
  ) throws -> Entry {
    try github(
      .workflowRun,
      [
        "id": .int(run), "attempt": 1, "event": .string(event), "suite_id": .int(suite),
        "path": .string(path),
        "head_sha": .string(head), "status": "completed", "conclusion": "success",
        "updated_at": .string(moment(6).description),
      ], in: repository)
  }
}

/// A pull request in one state.
struct Pull {
  var number: Int64 = 7
  var head = GatesTests.head
  var base = "main"
  var isDraft = false
  var updated: Int64 = 0
  var mergedAt: Int64?
  var mergedBy: Int64 = 7_001
  var state = "open"

  func entry(_ action: String = "opened", fork: Int64? = nil) throws -> Entry {
    try .github(
      .pullRequest,
      [
        "action": .string(action), "id": .int(number * 100), "number": .int(number),
        "head_sha": .string(head), "head_repository_id": .int(fork ?? repository),
        "base_ref": .string(base), "base_sha": .string(secondHead), "state": .string(state),
        "draft": .bool(isDraft), "updated_at": .string(moment(updated).description),
        "merged_at": .optional(mergedAt.map { moment($0).description }),
        "merged_by": mergedAt == nil ? .null : .int(mergedBy),
        "merge_sha": mergedAt == nil ? .null : .string(String(repeating: "c3", count: 20)),
      ], in: repository)
  }

  static func merged(
    at second: Int64, number: Int64 = 7, by person: Int64 = 7_001, base: String = "main"
  ) throws -> Entry {
    try Pull(
      number: number, base: base, updated: second, mergedAt: second, mergedBy: person,
      state: "closed"
    ).entry("closed")
  }
}

extension Stored {
  var data: JSON { entry.data }
  var state: String? { data["state"]?.string }
  var summary: String? { data["summary"]?.string }
  var post: String? { data.at("post", "state")?.string }
}
