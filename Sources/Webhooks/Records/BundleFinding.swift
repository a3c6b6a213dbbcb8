import Ledger

/// What the ledger itself found out about the bundle of an attestation. No report can say it.
public struct BundleFinding: Sendable {
  /// `verified`, `vouched` or `failed`.
  public let verification: String
  public let reason: String?
  /// Whose signature it is.
  public let signer: String?
  /// The repository that is proven: `owner/name`, and GitHub's number.
  public let repository: String?
  public let repositoryID: Int64?
  /// The file as it came.
  public let bundle: Evidence

  public init(
    verification: String, reason: String?, signer: String?, repository: String?,
    repositoryID: Int64?, bundle: Evidence
  ) {
    (self.verification, self.reason, self.signer) = (verification, reason, signer)
    (self.repository, self.repositoryID, self.bundle) = (repository, repositoryID, bundle)
  }

  /// The members of an entry that only the ledger writes.
  static func members(_ finding: BundleFinding?) -> [String: JSON] {
    var members: [String: JSON] = [
      "verification": .string(finding?.verification ?? "vouched"),
      "reason": .optional(finding?.reason), "verified_by": .optional(finding?.signer),
      "source_repository": .optional(finding?.repository),
      "source_repository_id": .optional(finding?.repositoryID),
    ]
    if let finding { members["bundle"] = .string(finding.bundle.reference.hash.hex) }
    return members
  }
}
