import Ledger

/// The hook itself was removed: no delivery follows.
enum HookEvent: GitHubEvent {
  static let names = ["meta"]
  static let kind = Kind.hook
  static let selection = Selection("hook_id", "hook.active")

  static func facts(of payload: JSON) -> Facts? {
    guard let id = payload["hook_id"]?.int else { return nil }
    return Facts(
      at: nil, data: ["hook_id": .int(id), "active": .bool(of: payload.at("hook", "active"))])
  }
}
