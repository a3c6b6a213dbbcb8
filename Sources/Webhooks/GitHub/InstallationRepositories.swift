import Ledger

/// Repositories came within the App's reach, or left it.
enum InstallationRepositoriesEvent: GitHubEvent {
  static let names = ["installation_repositories"]
  static let kind = Kind.installationRepositories
  static let selection = Selection(
    "installation.id", "{repositories_added,repositories_removed}.id")

  static func facts(of payload: JSON) -> Facts? {
    guard let id = payload.at("installation", "id")?.int else { return nil }
    return Facts(
      at: nil,
      data: [
        "installation_id": .int(id), "added": .ints(of: payload["repositories_added"], "id"),
        "removed": .ints(of: payload["repositories_removed"], "id"),
      ])
  }
}
