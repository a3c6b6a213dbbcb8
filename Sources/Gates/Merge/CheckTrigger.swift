import Ledger

extension CheckRule {
  /// A workflow of this event runs with the target's secrets and permissions, on code that anybody
  /// proposes: what it reports proves nothing about the code.
  static let untrustedTrigger = "pull_request_target"

  /// Reported by whom the rule names, and triggered by what may count.
  func isEvidence(_ row: CheckRow) -> Bool {
    guard isReported(by: row.observation), row.trigger != CheckRule.untrustedTrigger else {
      return false
    }
    if let trigger = row.trigger, !triggers.isEmpty, !triggers.contains(trigger) { return false }
    if let pinned = workflow, let path = row.workflow { return path == pinned }
    return true
  }

  /// What triggered a run of Actions stands in another delivery, which may be late or lost.
  func isTriggerKnown(of row: CheckRow) -> Bool {
    guard row.observation.isOfActions else { return triggers.isEmpty && workflow == nil }
    return row.trigger != nil && (workflow == nil || row.workflow != nil)
  }
}

extension Observation {
  /// github.com's own Actions: the App whose runs have a trigger.
  public var isOfActions: Bool {
    source == .checkRun
      && (appSlug.map { $0 == CheckRule.actions } ?? false
        || appID != nil && appID == CheckRule.wellKnownApps[CheckRule.actions])
  }
}

extension CheckRule {
  var isOfActions: Bool {
    switch reporter {
    case .app(let slug): slug == CheckRule.actions
    case .appID(let id): id == CheckRule.wellKnownApps[CheckRule.actions]
    case .anyApp, .creator: false
    }
  }
}
