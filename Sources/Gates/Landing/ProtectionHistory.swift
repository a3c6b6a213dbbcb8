import Ledger

/// The changes of one rule, one after the other: what each took away, and whether a later one gave
/// it back.
struct ProtectionHistory {
  /// `branch_protection_rule/main`
  let rule: String
  let audits: [ProtectionAuditRow]
  private var last: ProtectionState?
  private var weakened: (before: ProtectionState?, change: Int64)?

  init(rule: String, audits: [ProtectionAuditRow]) {
    self.rule = rule
    self.audits = audits
  }

  static func rule(of change: ProtectionChange) -> String {
    "\(change.form.rawValue)/\(change.name ?? String(change.id))"
  }

  /// Rules by what they are called: one that is deleted and made again has another id. One that is
  /// renamed is gone under its old name.
  static func rules(
    _ changes: [ProtectionChange]
  ) -> [(rule: String, changes: [ProtectionChange])] {
    var (names, groups): ([String: String], [String: [ProtectionChange]]) = ([:], [:])
    for change in changes {
      let key = "\(change.form.rawValue)/\(change.id)"
      let rule = rule(of: change)
      if let old = names.updateValue(rule, forKey: key), old != rule {
        groups[old, default: []].append(change)
      }
      groups[rule, default: []].append(change)
    }
    return groups.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted(by: isBefore)) }
  }

  private static func isBefore(_ left: ProtectionChange, _ right: ProtectionChange) -> Bool {
    let (old, new) = (left.updatedAt?.sortKey ?? "-", right.updatedAt?.sortKey ?? "-")
    return (old, left.rank, left.entry) < (new, right.rank, right.entry)
  }

  mutating func conclusion(
    on change: ProtectionChange, _ demand: ProtectionDemand?, _ repository: Int64,
    _ tables: any LedgerReader, _ now: Instant
  ) throws -> Entry? {
    let state = ProtectionState(change, of: rule)
    defer { last = state }
    guard let demand, demand.isConcerned(by: change, called: state.name) else { return nil }
    if let loss = state.loss(since: last, change, demand) {
      weakened = (weakened?.before ?? last, change.entry)
      return try entry(.bypass, loss, change, demand, repository, nil, tables, now)
    }
    guard let (before, cause) = weakened, state.isBack(before, demand) else { return nil }
    guard let bypass = audits.first(where: { $0.change == cause })?.entry else { return nil }
    weakened = nil
    return try entry(
      .verified, "\(state.title) is back", change, demand, repository, bypass,
      tables, now)
  }

  /// `nil` when it was concluded before.
  private func entry(
    _ kind: Kind, _ summary: String, _ change: ProtectionChange, _ demand: ProtectionDemand,
    _ repository: Int64, _ replaced: Int64?, _ tables: any LedgerReader, _ now: Instant
  ) throws -> Entry? {
    guard !audits.contains(where: { $0.change == change.entry }) else { return nil }
    let errands = try demand.gate.onBypass.errands(
      after: kind, replacing: replaced, hasPull: false, tables)
    let seen = Set([last?.entry, change.entry].compactMap(\.self)).sorted()
    return try Entry.conclusion(
      kind, at: change.at, now: now,
      JSON.object([
        "gate": "protection", "repository_id": .int(repository), "rule": .string(rule),
        "rule_id": .int(change.id),
        "branch": .optional(ProtectionState(change, of: rule).pattern),
        "action": .string(change.action), "actor": .optional(change.actor),
        "changed_at": .optional(change.at), "change_entry": .int(change.entry),
        "reason": kind == .bypass ? "gate-changed" : .null,
        "summary": .string(Summary.line([summary])), "entries": .array(seen.map(JSON.int)),
        "policy": .string(demand.policy), "replaces": .optional(replaced),
      ]).with(errands: errands))
  }
}

/// How much a rule holds after a change of it.
struct ProtectionState {
  let entry: Int64
  let isThere: Bool
  /// GitHub's words, from nothing to all.
  let enforcement: Int?
  let contexts: Set<String>?
  let bindsAdministrators: Bool?
  let bypassActors: Int64?
  let form: ProtectionChange.Form
  /// What the rule was called in this state; `nil` when GitHub did not say.
  let name: String?

  private static let words = [
    "off": 0, "non_admins": 1, "everyone": 2, "disabled": 0, "evaluate": 0, "active": 2,
  ]

  /// - Parameter rule: under which name; one that is renamed is gone under the old one.
  init(_ change: ProtectionChange, of rule: String) {
    entry = change.entry
    form = change.form
    name = change.name == nil ? nil : String(rule.dropFirst(change.form.rawValue.count + 1))
    isThere =
      ProtectionHistory.rule(of: change) == rule && change.action != "deleted"
      && change.action != "disabled"
    // A word that nobody knows is no protection.
    enforcement = change.enforcement.map { ProtectionState.words[$0] ?? 0 }
    contexts = change.contexts.map(Set.init)
    bindsAdministrators = change.bindsAdministrators
    bypassActors = change.bypassActors
  }

  var title: String {
    switch form {
    case .rule: "the protection of \(name ?? "a branch")"
    case .ruleset: "the ruleset \(name ?? "without a name")"
    case .configuration: "the protection of all branches"
    }
  }

  var pattern: String? { form == .rule ? name : nil }

  /// Whether it kept anything out: a ruleset may be about other things than checks.
  private func isGuarding(_ demand: ProtectionDemand) -> Bool {
    guard isThere, enforcement != 0 else { return false }
    guard form == .ruleset, let contexts else { return true }
    return !contexts.isDisjoint(with: demand.contexts)
  }

  /// What this change took away, or `nil`. Without an earlier state what the change names counts.
  func loss(
    since last: ProtectionState?, _ change: ProtectionChange, _ demand: ProtectionDemand
  ) -> String? {
    if let last, !last.isGuarding(demand) { return nil }
    if !isThere {
      if last == nil, form == .ruleset, let contexts,
        contexts.isDisjoint(with: demand.contexts) || enforcement == 0
      {
        return nil
      }
      return form == .configuration ? "\(title) was switched off" : "\(title) was removed"
    }
    if let lost = lostContexts(last, change, demand) {
      return "\(title) requires \(lost) no more"
    }
    if isLess(enforcement, last?.enforcement, 2, change, ["enforcement"]) {
      return "\(title) is not enforced on everybody any more"
    }
    if last.map({ $0.bindsAdministrators == true }) ?? change.names(["admin_enforced"]),
      bindsAdministrators == false
    {
      return "\(title) does not bind administrators any more"
    }
    if let actors = bypassActors,
      last?.bypassActors.map({ actors > $0 })
        ?? (change.names(["bypass_actors"]) && actors > 0)
    {
      return "more may pass \(title) by"
    }
    return nil
  }

  private func isLess(
    _ now: Int?, _ before: Int?, _ full: Int, _ change: ProtectionChange, _ keys: [String]
  ) -> Bool {
    guard let now else { return false }
    return before.map { now < $0 } ?? (change.names(keys) && now < full)
  }

  private func lostContexts(
    _ last: ProtectionState?, _ change: ProtectionChange, _ demand: ProtectionDemand
  ) -> String? {
    guard let contexts else { return nil }
    if let before = last?.contexts {
      let lost = before.intersection(demand.contexts).subtracting(contexts).sorted()
      return lost.isEmpty ? nil : lost.joined(separator: ", ")
    }
    let isNamed = change.names(["required_status_checks", "rules"])
    return isNamed && contexts.isDisjoint(with: demand.contexts) ? demand.gate.context : nil
  }

  /// Whether it holds what was held before; where that is not known, all that there is to hold.
  func isBack(_ before: ProtectionState?, _ demand: ProtectionDemand) -> Bool {
    guard isGuarding(demand) else { return false }
    guard let before else {
      return (enforcement ?? 2) == 2 && bindsAdministrators != false
        && (contexts.map { !$0.isDisjoint(with: demand.contexts) } ?? true)
    }
    return (before.contexts ?? []).intersection(demand.contexts).isSubset(of: contexts ?? [])
      && (enforcement ?? 2) >= (before.enforcement ?? 0)
      && (bindsAdministrators ?? true || before.bindsAdministrators != true)
      && (bypassActors ?? 0) <= (before.bypassActors ?? .max)
  }
}

extension ProtectionChange {
  /// Whether the change is of one of these members: GitHub names some of them more precisely,
  /// `required_status_checks_enforcement_level`.
  func names(_ keys: [String]) -> Bool {
    changed.contains { member in keys.contains { member.contains($0) } }
  }
}
