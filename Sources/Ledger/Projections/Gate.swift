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
  static let kinds: [Kind] = [.verdict]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let pull = data["pull"]?.int,
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

/// `gate.bypass.v1` and `gate.verified.v1`: was the merge in order? Later evidence may replace an
/// answer; the entry that does so names the one it replaces.
enum Audits: Projection {
  static let kinds: [Kind] = [.bypass, .verified]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let pull = data["pull"]?.int else {
      return []
    }
    let result = stored.entry.kind == .bypass ? "bypass" : "verified"
    let order = orderKey(index: stored.index)
    let table = Tables.audits
    return [
      Change(
        table, key: [.int(repository), .int(pull)], register: table.registers[0], order: order,
        values: [
          .text(result), Scalar(data["summary"]?.string), Scalar(data["policy"]?.string),
          .int(stored.index),
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
    return [
      Change(
        Tables.outbox, key: [.int(repository), .text(sha), .text(context)],
        register: Tables.outboxPosted, order: orderKey(index: stored.index),
        values: [
          Scalar(data["state"]?.string), Scalar(data["description"]?.string), .int(stored.index),
        ])
    ]
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
