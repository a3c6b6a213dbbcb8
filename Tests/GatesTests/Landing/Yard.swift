import Gates
import Ledger
import Testing

/// A ledger with all gates on it, that settles as an engine does, and checks of every conclusion
/// what `verify` would: that the log before it leads to it again, byte by byte.
final class Yard {
  let ledger = MemoryLedger()
  let gates = Gatehouse()
  private var clock: Int64 = 1_000

  init(
    confirmation: Policy.Confirmation = .github, branches: [String] = ["main"],
    onBypass: BypassReactions = BypassReactions()
  ) throws {
    try enforce(confirmation: confirmation, branches: branches, onBypass: onBypass)
  }

  func enforce(
    confirmation: Policy.Confirmation = .github, branches: [String] = ["main"],
    onBypass: BypassReactions = BypassReactions()
  ) throws {
    var gate = MergePolicy(.run("test"), branches: branches)
    gate.onBypass = onBypass
    try tell(Policy(merge: gate, confirmation: confirmation).entry(received: moment(0)))
  }

  /// Conclusions about pull requests are the merge gate's and left out.
  @discardableResult
  func tell(_ entries: Entry...) throws -> [Stored] {
    for entry in entries { ledger.append(entry) }
    clock += 1
    return try ledger.settle(with: gates, now: moment(clock)).filter { $0.data["pull"] == nil }
  }

  /// Folds the log again and lets each conclusion be drawn again where it stands.
  func verify(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let replay = MemoryLedger()
    for stored in ledger.log {
      if let occasion = gates.occasion(of: stored.entry) {
        let again = try gates.reactions(
          to: [occasion], reading: replay, now: stored.entry.received)
        #expect(
          again.contains { $0.bytes == stored.entry.bytes }, "entry \(stored.index)",
          sourceLocation: sourceLocation)
      }
      replay.append(stored.entry)
    }
    let owed = try gates.reactions(to: [.everything], reading: replay, now: moment(0))
    #expect(owed.isEmpty, "\(owed.map(\.data))", sourceLocation: sourceLocation)
  }
}

let mergeSHA = String(repeating: "c3", count: 20)
let pushedSHA = String(repeating: "d4", count: 20)
let pusher: Int64 = 7_007

/// What was pushed.
struct Pushed {
  var sha = pushedSHA
  var branch = "main"
  var ref: String?
  var isForced = false
  var isCreated = false
  var isDeleted = false
  var at: Int64 = 20
  var actor = pusher
  /// Tells the branch beside its ref.
  var isExact = false

  func entry() throws -> Entry {
    var data: [String: JSON] = [
      "action": nil, "repository_id": .int(repository), "repository": "acme/api",
      "sender": .int(actor), "ref": .string(ref ?? "refs/heads/\(branch)"),
      "before": .string(secondHead), "after": .string(sha), "created": .bool(isCreated),
      "deleted": .bool(isDeleted), "forced": .bool(isForced),
    ]
    if isExact { data["branch"] = .string(branch) }
    return try Entry(
      kind: .push, at: moment(at), received: moment(at),
      source: .github(event: "push", delivery: "any", hook: 1), data: .object(data))
  }
}

extension Entry {
  static func landingRead(
    _ pulls: [JSON], sha: String = pushedSHA, pushedAt: Int64 = 20
  ) throws -> Entry {
    try Entry(
      kind: .landingRead, at: nil, received: moment(60), source: .githubAPI,
      data: [
        "repository_id": .int(repository), "sha": .string(sha),
        "pushed_at": .string(moment(pushedAt).description), "pulls": .array(pulls),
      ])
  }
}

func sight(
  _ number: Int64 = 7, head sha: String = head, base: String = "main", mergedAt: Int64? = 20,
  mergeSHA: String? = nil
) -> JSON {
  [
    "number": .int(number), "head_sha": .string(sha), "base_ref": .string(base),
    "merged_at": .optional(mergedAt.map { moment($0).description }),
    "merge_sha": .optional(mergeSHA),
  ]
}

extension Stored {
  var reason: String? { data["reason"]?.string }
  var replaced: Int64? { data["replaces"]?.int }
}
