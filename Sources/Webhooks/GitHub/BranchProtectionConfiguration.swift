import Ledger

/// All protection of a repository's branches was switched on or off.
enum BranchProtectionConfigurationEvent: GitHubEvent {
  static let names = ["branch_protection_configuration"]
  static let kind = Kind.branchProtection
  static let selection = Selection()

  static func facts(of payload: JSON) -> Facts? {
    guard payload.at("repository", "id")?.int != nil else { return nil }
    return Facts(at: nil, data: [:])
  }
}
