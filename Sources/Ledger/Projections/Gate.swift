/// What the ledger itself concluded. These facts are ordered by their place in the log: one writer
/// makes them, each from the tables as they then stood.
enum Policies: Projection {
  static let kinds: [Kind] = [.policy]

  static func changes(of stored: Stored) -> [Change] {
    // Nobody but the ledger's own configuration makes a policy, whoever says so.
    guard case .ledger = stored.entry.source, let hash = stored.entry.data["hash"]?.string else {
      return []
    }
    let table = Tables.policies
    return [
      Change(
        table, key: [.text(hash)], register: table.registers[0],
        order: orderKey(index: stored.index), values: [.int(stored.index)])
    ]
  }

  static func subjects(of stored: Stored) -> [Subject] { [.everything] }
}

enum Verdicts: Projection {
  /// Stands for the pull request in the key of a merge group's verdict: numbers begin with 1.
  static let noPull: Int64 = 0

  static let kinds: [Kind] = [.verdict]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    let isGroup = data["merge_group"]?.string != nil
    guard let repository = data["repository_id"]?.int,
      let pull = data["pull"]?.int ?? (isGroup ? Verdicts.noPull : nil),
      let sha = data["head_sha"]?.string
    else { return [] }
    let table = Tables.verdicts
    let order = orderKey(index: stored.index)
    let verdict = Change(
      table, key: [.int(repository), .int(pull), .text(sha)], register: table.registers[0],
      order: order,
      values: [
        Scalar(data["state"]?.string), Scalar(data["summary"]?.string),
        Scalar(data["confirming"]?.bool ?? false), Scalar(data["policy"]?.string),
        .int(stored.index),
      ])
    guard let post = data["post"], let context = post["context"]?.string else { return [verdict] }
    return [
      verdict,
      Change(
        Tables.outbox, key: [.int(repository), .text(sha), .text(context)],
        register: Tables.outboxWanted, order: order,
        values: [
          .int(pull), Scalar(post["state"]?.string), Scalar(post["description"]?.string),
          Scalar(stored.entry.received), .int(stored.index),
        ]),
    ]
  }
}

/// `gate.undetermined.v1`, `gate.bypass.v1` and `gate.verified.v1`: was the merge in order? Later
/// evidence may replace an answer; the entry that does so names the one it replaces.
enum Audits: Projection {
  static let kinds: [Kind] = [.bypass, .verified, .undetermined]

  private static let words: [Kind: String] = [
    .bypass: "bypass", .verified: "verified", .undetermined: "undetermined",
  ]

  static func changes(of stored: Stored) -> [Change] {
    audit(stored) + Errands.wanted(by: stored)
  }

  /// A protection that is restored names the conclusion that it replaces, which has to be there first.
  static func subjects(of stored: Stored) -> [Subject] {
    stored.entry.data["gate"]?.string == "protection" ? protections(of: stored) : []
  }

  private static func audit(_ stored: Stored) -> [Change] {
    let data = stored.entry.data
    switch data["gate"]?.string ?? "merge" {
    case "merge": break
    case "deploy": return DeployBypasses.changes(of: stored)
    case "push": return LandingAudits.changes(of: stored)
    case "protection": return ProtectionAudits.changes(of: stored)
    default: return []
    }
    guard let result = words[stored.entry.kind], let repository = data["repository_id"]?.int,
      let pull = data["pull"]?.int
    else { return [] }
    let order = orderKey(index: stored.index)
    let table = Tables.audits
    return [
      Change(
        table, key: [.int(repository), .int(pull)], register: table.registers[0], order: order,
        values: [
          .text(result), Scalar(data["summary"]?.string), Scalar(data["policy"]?.string),
          Scalar(data["evidence_sha"]?.string ?? data["head_sha"]?.string), .int(stored.index),
        ]),
      HistoryLine("merge", "\(repository)/\(pull)").ended(
        result, at: Instant(json: data["merged_at"]), note: data["summary"]?.string, by: stored,
        order: order),
    ]
  }
}

enum PostedStatuses: Projection {
  static let kinds: [Kind] = [.statusPosted]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let sha = data["head_sha"]?.string,
      let context = data["context"]?.string
    else { return [] }
    let (form, reporter) = (data["form"]?.string, data["reporter"]?.int)
    let posted = Change(
      Tables.outbox, key: [.int(repository), .text(sha), .text(context)],
      register: Tables.outboxPosted, order: orderKey(index: stored.index),
      values: [
        Scalar(data["state"]?.string), Scalar(data["description"]?.string), .int(stored.index),
        Scalar(data["status_id"]?.int), Scalar(form), Scalar(reporter),
      ])
    guard let form, let reporter else { return [posted] }
    let table = Tables.reporters
    return [
      posted,
      Change(
        table, key: [.text(form), .int(reporter)], register: table.registers[0],
        order: orderKey(index: .max - stored.index), values: [.int(stored.index)]),
    ]
  }

  /// Whose result stands under the context can be told only now.
  static func subjects(of stored: Stored) -> [Subject] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let sha = data["head_sha"]?.string,
      let context = data["context"]?.string, data["reporter"]?.int != nil
    else { return [] }
    return [.status(repository: repository, sha: sha, context: context)]
  }
}

enum Tokens: Projection {
  static let kinds: [Kind] = [.tokenCreated, .tokenRevoked]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let hash = data["hash"]?.string else { return [] }
    let order = orderKey(index: stored.index)
    if stored.entry.kind == .tokenRevoked {
      return [
        Change(
          Tables.tokens, key: [.text(hash)], register: Tables.tokenRevoked, order: order,
          values: [Scalar(stored.entry.received), .int(stored.index)])
      ]
    }
    return [
      Change(
        Tables.tokens, key: [.text(hash)], register: Tables.tokenMade, order: order,
        values: [
          Scalar(data["name"]?.string), Scalar(data["scope"]?.string),
          Scalar(data["repositories"].map { String(decoding: $0.canonicalBytes, as: UTF8.self) }),
          .int(stored.index),
        ])
    ]
  }
}
