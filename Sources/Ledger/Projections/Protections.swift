/// Changes of what GitHub itself demands of branches.
enum Protections: Projection {
  static let kinds: [Kind] = [.branchProtectionRule, .branchProtection, .ruleset]

  static func changes(of stored: Stored) -> [Change] {
    guard let change = ProtectionChange(stored),
      let repository = stored.entry.data["repository_id"]?.int
    else { return [] }
    let table = Tables.protections
    return [
      Change(
        table,
        key: [
          .int(repository), .text(change.form.rawValue), .int(change.id),
          .text(change.order(of: stored)),
        ],
        register: table.registers[0], order: stored.tieBreak, values: [.int(stored.index)])
    ]
  }

  static func subjects(of stored: Stored) -> [Subject] { protections(of: stored) }
}

/// Of one repository, or none.
func protections(of stored: Stored) -> [Subject] {
  stored.entry.data["repository_id"]?.int.map { [.protections(repository: $0)] } ?? []
}

/// `gate.bypass.v1` and `gate.verified.v1` about a change of a protection. Each is a line of its own:
/// a rule that is back does not undo that it was gone.
enum ProtectionAudits {
  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let rule = data["rule"]?.string,
      let change = data["change_entry"]?.int
    else { return [] }
    let table = Tables.protectionAudits
    var line = HistoryLine("protection", "\(repository)/\(rule)/\(change)")
    line.repository = repository
    line.origin = .repository(repository)
    line.actor = data["actor"]?.int
    let (order, result) = (orderKey(index: stored.index), stored.entry.kind.result)
    return [
      Change(
        table, key: [.int(repository), .text(rule), .int(change)], register: table.registers[0],
        order: order, values: [.text(result), .int(stored.index)])
    ]
      + line.told(
        Instant(json: data["changed_at"]) ?? stored.entry.received, by: stored, order: order)
      + [
        line.ended(result, at: nil, note: data["summary"]?.string, by: stored, order: order)
      ]
  }
}

/// Reads of whether GitHub itself guards a branch.
enum ProtectionReads: Projection {
  static let kinds: [Kind] = [.protectionRead]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let branch = data["branch"]?.string else {
      return []
    }
    return [
      Change(
        Tables.capabilities, key: [.int(repository), .text(branch)],
        register: Tables.capabilityRead, order: orderKey(index: stored.index),
        values: [
          Scalar(data["state"]?.string),
          Scalar(data["contexts"].map { String(decoding: $0.canonicalBytes, as: UTF8.self) }),
          Scalar(data["reason"]?.string), .int(stored.index),
        ])
    ]
  }

  static func subjects(of stored: Stored) -> [Subject] {
    let data = stored.entry.data
    guard let repository = data["repository_id"]?.int, let branch = data["branch"]?.string else {
      return []
    }
    return [.enforcement(repository: repository, name: ByteText(branch))]
  }

  /// A pull request was made for this branch.
  static func seen(_ branch: String?, of repository: Int64, by stored: Stored) -> [Change] {
    guard let branch else { return [] }
    return [
      Change(
        Tables.capabilities, key: [.int(repository), .text(branch)],
        register: Tables.capabilitySeen,
        order: orderKey(orderKey(earliest: stored.entry.at), stored.tieBreak),
        values: [.int(stored.index)])
    ]
  }
}
