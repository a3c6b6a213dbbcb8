import Ledger

/// The hook was set up, and works.
enum PingEvent: GitHubEvent {
  static let names = ["ping"]
  static let kind = Kind.ping
  static let selection = Selection("hook_id", "hook.{type,events}")

  static func facts(of payload: JSON) -> Facts? {
    Facts(
      at: nil,
      data: [
        "hook_id": .int(of: payload["hook_id"]),
        "hook_type": .string(of: payload.at("hook", "type")),
        "events": payload.at("hook", "events") ?? .null,
      ])
  }
}
