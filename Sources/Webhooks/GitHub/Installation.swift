import Ledger

/// How far the App reaches: whose repositories, and what it may do there.
enum InstallationEvent: GitHubEvent {
  static let names = ["installation"]
  static let kind = Kind.installation
  static let selection = Selection(
    "installation.{id,app_id,created_at,suspended_at,permissions}",
    "installation.account.{id,login}", "repositories.id")

  static func facts(of payload: JSON) -> Facts? {
    guard let installation = payload["installation"], let id = installation["id"]?.int else {
      return nil
    }
    let suspended = Instant(json: installation["suspended_at"])
    let times = ["created": Instant(json: installation["created_at"]), "suspend": suspended]
    return Facts(
      at: payload["action"]?.string.flatMap { times[$0] } ?? nil,
      data: [
        "installation_id": .int(id), "app_id": .int(of: installation["app_id"]),
        "account": installation["account"]?.id ?? .null, "suspended_at": .optional(suspended),
        "permissions": permissions(installation["permissions"]),
        "repositories": .ints(of: payload["repositories"], "id"),
      ],
      people: [installation["account"]])
  }

  /// `{"checks": "write"}`: only what has that form.
  private static func permissions(_ json: JSON?) -> JSON {
    guard let permissions = json?.object else { return .null }
    return .object(permissions.filter { $1.string != nil && !$0.utf8.contains(0) })
  }
}
